"""What does every loan owe on a day, in vectorised pandas?

Written as a good pandas programmer would for speed: only the needed columns, no row loops, numpy
where pandas is slow, and the book's running totals where they help (``due_before_minor``,
``settled_day``, ``paid_before_minor``, ``oldest_open_day``). Shares only the terms with the
engine. Contains grace, pauses, forgiven loans, the penalty cap and compounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forbear.values.code import HoldKind, LoanState, Purpose
from forbear.values.product import FACTOR_SCALE, ProductTerms

NEVER = 2**30
PARTS = {"FEE": "fee_minor", "INTEREST": "interest_minor", "PRINCIPAL": "principal_minor"}
READ = {
    "loan": "loan_no debtor_no product disbursed_day annual_rate_bp state principal_minor",
    "instalment": "loan_no instalment_no due_day principal_minor interest_minor fee_minor "
    "due_before_minor settled_day",
    "payment": "loan_no value_day void_posting_day amount_minor purpose paid_before_minor "
    "oldest_open_day",
    "hold": "debtor_no loan_no kind start_day end_day",
}


def delinquency(book: Path, *, as_of: int, terms: Mapping[str, ProductTerms]) -> pd.DataFrame:
    """Return one row per loan with what is compared."""
    loan, hold = read(book, "loan"), read(book, "hold")
    products = list(terms.values())
    numbers = {each.product: number for number, each in enumerate(products)}
    loan["product_no"] = loan["product"].map(numbers).astype("int64")
    payment = read(book, "payment")
    payment = payment[payment["void_posting_day"].isna() & (payment["value_day"] <= as_of)]
    names = (Purpose.SCHEDULE, "paid_total"), (Purpose.PENALTY, "penalty_paid")
    for purpose, name in (*names, (Purpose.WAIVER, "penalty_waived")):
        of = payment[payment["purpose"] == purpose.number].groupby("loan_no")["amount_minor"].sum()
        loan[name] = of.reindex(loan["loan_no"], fill_value=0).to_numpy()
    instalment = with_unpaid(read(book, "instalment"), loan, products)
    pause = pauses(hold, loan)
    rows = overdue(loan, instalment, pause, products, as_of=as_of)
    late = instalment[
        (instalment["due_day"] < as_of)
        & (instalment["settled_day"] > instalment["due_day"])
        & (instalment["own"] > 0)
    ]
    accrued = penalty(late, payment, pause, loan, products, as_of=as_of)
    return totals(rows, accrued, products)


def read(book: Path, table: str) -> pd.DataFrame:
    """Read the needed columns of a table."""
    rows = pd.read_parquet(book / table, columns=READ[table].split())
    if "settled_day" in rows:
        rows["settled_day"] = rows["settled_day"].fillna(NEVER).astype("int32")
    return rows


def with_unpaid(rows: pd.DataFrame, loan: pd.DataFrame, products: list[ProductTerms]) -> Any:
    """Add what of each instalment's parts is unpaid."""
    at = np.searchsorted(loan["loan_no"].to_numpy(), rows["loan_no"].to_numpy())
    rows["product_no"] = loan["product_no"].to_numpy()[at]
    rows["own"] = rows[list(PARTS.values())].astype("int64").sum(axis=1)
    paid = loan["paid_total"].to_numpy()[at] - rows["due_before_minor"]
    rows["covered"] = np.clip(paid, 0, rows["own"])
    for name, taken in parts_of(rows, rows["covered"], products).items():
        rows[f"unpaid_{name}"] = rows[PARTS[name]] - taken
    return rows


def parts_of(rows: pd.DataFrame, covered: Any, products: list[ProductTerms]) -> dict[str, Any]:
    """Say how much of each part is covered when so much of its instalment is."""
    number, left_of = rows["product_no"].to_numpy(), np.asarray(covered)
    asked = {name: rows[column].to_numpy().astype("int64") for name, column in PARTS.items()}
    taken = {name: np.zeros(len(rows), "int64") for name in PARTS}
    orders = {tuple(part.value for part in each.allocation) for each in products}
    for order in orders:
        ours = [n for n, p in enumerate(products) if tuple(c.value for c in p.allocation) == order]
        mine = slice(None) if len(orders) == 1 else np.isin(number, ours)
        left = left_of[mine]
        for name in order:
            taken[name][mine] = take = np.minimum(left, asked[name][mine])
            left = left - take
    return taken


def pauses(hold: pd.DataFrame, loan: pd.DataFrame) -> pd.DataFrame:
    """Return each loan's paused spans without overlaps."""
    hold = hold[hold["kind"] == HoldKind.PAUSE.number]
    hold = hold.assign(end_day=hold["end_day"].fillna(NEVER).astype("int64"))
    of_all = hold[hold["loan_no"].isna()].drop(columns="loan_no")
    of_all = of_all.merge(loan[["loan_no", "debtor_no"]], on="debtor_no")
    of_one = hold[hold["loan_no"].notna()].astype({"loan_no": "int64"})
    span = pd.concat([of_all, of_one])[["loan_no", "start_day", "end_day"]].astype("int64")
    span = span.sort_values(["loan_no", "start_day", "end_day"])
    reach = span.groupby("loan_no")["end_day"].cummax()
    before = reach.groupby(span["loan_no"]).shift(1).fillna(0).astype("int64")
    span["start_day"] = np.maximum(span["start_day"], before)
    return span[span["start_day"] < span["end_day"]]


def run_days(loan_no: Any, since: Any, until: Any, pause: pd.DataFrame) -> np.ndarray:
    """Return the unpaused days after one day and up to another."""
    rows = pd.DataFrame({"loan_no": loan_no, "since": since, "until": until})
    rows = rows.astype("int64").reset_index(drop=True)
    met = rows[rows["loan_no"].isin(pause["loan_no"])].reset_index().merge(pause, on="loan_no")
    end = np.minimum(met["end_day"], met["until"] + 1)
    met["paused"] = (end - np.maximum(met["start_day"], met["since"] + 1)).clip(lower=0)
    paused = met.groupby("index")["paused"].sum().reindex(rows.index, fill_value=0)
    return (rows["until"] - rows["since"] - paused).to_numpy()


def of_products(products: list[ProductTerms], value: Any) -> np.ndarray:
    """Return a number of each product's terms, to be indexed by product_no."""
    return np.array([value(each) for each in products], "int64")


def overdue(
    loan: pd.DataFrame,
    instalment: pd.DataFrame,
    pause: pd.DataFrame,
    products: list[ProductTerms],
    *,
    as_of: int,
) -> pd.DataFrame:
    """Add days past due, what is overdue, and whether the loan is closed."""
    is_open = instalment[instalment["covered"] < instalment["own"]]
    first = is_open.drop_duplicates("loan_no").set_index("loan_no")["settled_day"]
    left = is_open.groupby("loan_no")["unpaid_PRINCIPAL"].sum()
    past = is_open[is_open["due_day"] < as_of]
    summed = past.groupby("loan_no").agg(
        overdue_principal_minor=("unpaid_PRINCIPAL", "sum"),
        overdue_interest_minor=("unpaid_INTEREST", "sum"),
        overdue_fee_minor=("unpaid_FEE", "sum"),
        instalments_overdue=("due_day", "size"),
        oldest=("due_day", "min"),
    )
    days = pd.Series(run_days(summed.index, summed["oldest"], as_of, pause), index=summed.index)
    key = loan["loan_no"]
    rows = loan.join(summed.drop(columns="oldest").reindex(key, fill_value=0).set_index(loan.index))
    rows["outstanding_principal_minor"] = left.reindex(key, fill_value=0).to_numpy()
    never = first.reindex(key, fill_value=NEVER).to_numpy() == NEVER
    rows["is_closed"] = (rows["state"] == LoanState.SETTLED.number) & never
    rows.loc[rows["disbursed_day"] > as_of, "outstanding_principal_minor"] = 0
    rows.loc[rows["is_closed"], [*summed.columns[:4], "outstanding_principal_minor"]] = 0
    days = days.reindex(key, fill_value=0).to_numpy()
    grace = of_products(products, lambda each: each.grace_days)[rows["product_no"]]
    rows["days_past_due"] = np.where((days > grace) & ~rows["is_closed"], days, 0)
    return rows


def penalty(
    late: pd.DataFrame,
    payment: pd.DataFrame,
    pause: pd.DataFrame,
    loan: pd.DataFrame,
    products: list[ProductTerms],
    *,
    as_of: int,
) -> pd.Series:
    """Return each loan's penalty before its cap; every instalment is rounded once."""
    end = np.minimum(late["settled_day"], as_of)
    spared = of_products(products, lambda p: 0 if p.penalty.runs_in_grace else p.grace_days)
    lasted = run_days(late["loan_no"], late["due_day"], end, pause)
    late = late[lasted > spared[late["product_no"]]]
    met = payment[
        (payment["purpose"] == Purpose.SCHEDULE.number)
        & (payment["value_day"] > payment["oldest_open_day"])
    ]
    cut = late.merge(
        met[["loan_no", "value_day", "paid_before_minor", "amount_minor"]], on="loan_no"
    )
    cut = cut[cut["value_day"] > cut["due_day"]]
    low = cut["paid_before_minor"] - cut["due_before_minor"]
    high = low + cut["amount_minor"]
    paid = base_of(cut, np.clip(high, 0, cut["own"]), products) - base_of(
        cut, np.clip(low, 0, cut["own"]), products
    )
    unpaid = base_of(late, late["own"], products) - base_of(late, late["covered"], products)
    key = ["loan_no", "instalment_no", "product_no", "due_day"]
    slices = pd.concat(
        [
            late[key].assign(until=as_of, capital=unpaid),
            cut[key].assign(until=cut["value_day"], capital=paid),
        ]
    )
    slices = slices[slices["capital"] > 0].reset_index(drop=True)
    slices["days"] = run_days(slices["loan_no"], slices["due_day"], slices["until"], pause)
    return charged(slices, loan, products)


def base_of(rows: pd.DataFrame, covered: Any, products: list[ProductTerms]) -> np.ndarray:
    """Return how much of the penalty base is covered."""
    total = np.zeros(len(rows), "int64")
    for name, taken in parts_of(rows, covered, products).items():
        bears = [name in {part.value for part in each.penalty.base} for each in products]
        total += taken * np.array(bears)[rows["product_no"]]
    return total


def charged(slices: pd.DataFrame, loan: pd.DataFrame, products: list[ProductTerms]) -> pd.Series:
    """Charge the slices, add them up by instalment, round, add up by loan."""
    at = np.searchsorted(loan["loan_no"].to_numpy(), slices["loan_no"].to_numpy())
    slices["rate_bp"] = loan["annual_rate_bp"].to_numpy()[at]
    found = [pd.Series(dtype="int64")]
    for number, terms in enumerate(products):
        mine = slices[slices["product_no"] == number]
        if terms.penalty.compounding == "DAILY":
            mine, divisor = compound(mine, terms), FACTOR_SCALE
        else:
            divisor = terms.penalty.year_days * 1_000_000
            fixed, multiple = terms.penalty.annual_rate_ppm, terms.penalty.contract_multiple_percent
            rate = fixed if fixed is not None else mine["rate_bp"].astype("int64") * (multiple or 0)
            spent = mine["capital"] * mine["days"]
            tail = spent % divisor * rate
            mine = mine.assign(whole=spent // divisor * rate + tail // divisor, rest=tail % divisor)
        summed = mine.groupby(["loan_no", "instalment_no"])[["whole", "rest"]].sum()
        whole, rest = summed["whole"] + summed["rest"] // divisor, summed["rest"] % divisor
        whole = whole + rounds_up(whole, rest, divisor, terms.penalty.rounding.value)
        found.append(whole.groupby(level="loan_no").sum())
    return pd.concat(found)


def compound(rows: pd.DataFrame, terms: ProductTerms) -> pd.DataFrame:
    """Charge daily compounding; in two limbs, so that nothing passes 63 bits."""
    days = np.minimum(rows["days"], terms.penalty.compound_days)
    factor = np.array(terms.penalty.factors(), "int64")[days]
    upper = rows["capital"] // 65_536 * factor
    carry = upper % FACTOR_SCALE * 65_536 + rows["capital"] % 65_536 * factor
    whole = upper // FACTOR_SCALE * 65_536 + carry // FACTOR_SCALE
    return rows.assign(whole=whole, rest=carry % FACTOR_SCALE)


def rounds_up(whole: Any, rest: Any, divisor: int, rounding: str) -> Any:
    """Say where the rest makes one more minor unit."""
    return {
        "DOWN": rest < 0,
        "UP": rest > 0,
        "HALF_UP": rest * 2 >= divisor,
        "HALF_EVEN": (rest * 2 > divisor) | ((rest * 2 == divisor) & (whole % 2 == 1)),
    }[rounding].astype("int64")


def totals(rows: pd.DataFrame, accrued: pd.Series, products: list[ProductTerms]) -> pd.DataFrame:
    """Add penalty within its cap, what is overdue in all, and the bucket."""
    number = rows["product_no"].to_numpy()
    due = accrued.reindex(rows["loan_no"], fill_value=0).to_numpy()
    cap = of_products(products, lambda p: -1 if p.penalty.cap_bp is None else p.penalty.cap_bp)
    bound = rows["principal_minor"].astype("int64") * cap[number] // 10_000
    due = np.where(cap[number] < 0, due, np.minimum(due, bound))
    due = np.maximum(due - rows["penalty_waived"], 0)
    unpaid = np.where(rows["is_closed"], 0, np.maximum(due - rows["penalty_paid"], 0))
    rows["penalty_minor"] = unpaid
    rows["overdue_minor"] = unpaid + rows[
        ["overdue_principal_minor", "overdue_interest_minor", "overdue_fee_minor"]
    ].sum(axis=1)
    rows["bucket"] = ""
    for each, terms in enumerate(products):
        mine = number == each
        count = rows.loc[mine, "days_past_due"]
        if terms.bucket_by == "INSTALMENTS":
            count = np.where(count > 0, rows.loc[mine, "instalments_overdue"], 0)
        edges = [bucket.start for bucket in terms.buckets]
        labels = np.array([bucket.label for bucket in terms.buckets])
        rows.loc[mine, "bucket"] = labels[np.searchsorted(edges, count, side="right") - 1]
    given = ["paid_total", "penalty_paid", "penalty_waived"]
    return rows.drop(columns=["product", "product_no", "is_closed", *given])
