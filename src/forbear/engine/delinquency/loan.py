"""What is every loan's standing on a day, in one row?

A chain of named steps: the facts of the day are joined to the loans; only what was late is
looked at instalment by instalment; the rest is arithmetic on running totals.

State has no history in the contract, so it is the lender's latest word for every ``as_of``:

* SETTLED forgives what no payment ever settled. From the day on which the oldest open instalment
  is such a one (or none is open), the loan is closed and owes nothing.
* WRITTEN_OFF keeps its amounts and days; class and bureau code say that it was written off.

Before its disbursement a loan owes nothing and has no next due day.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.expression import (
    Products,
    at_least,
    at_most,
    big,
    quotient,
    rounded,
    within,
)
from forbear.engine.delinquency.fact import (
    Book,
    only_late,
    only_late_payment,
    only_purpose,
    only_running,
    own_minor,
    paid_by_purpose,
    pause_by_loan,
)
from forbear.engine.delinquency.late import overdue_by_loan, paid_of, with_unpaid
from forbear.engine.delinquency.penalty import capped, penalty_by_loan
from forbear.engine.delinquency.standing import (
    bucket,
    bureau_code,
    due_in_month,
    risk_class,
    with_limitation_day,
)
from forbear.engine.frame import Frame, kept
from forbear.engine.tables import OUTPUT
from forbear.values.code import LoanState, Purpose
from forbear.values.day import add_months, day_number, from_day_number
from forbear.values.money import Rounding
from forbear.values.product import Component, ProductTerms

_POSITION = (
    "start_day",
    "due_day",
    "principal_minor",
    "interest_minor",
    "fee_minor",
    "due_before_minor",
    "principal_before_minor",
    "settled_day",
)
_OVERDUE = (
    "overdue_fee_minor",
    "overdue_interest_minor",
    "overdue_principal_minor",
    "instalments_overdue",
    "instalments_then",
    "penalty_total",
)


def delinquency(book: Book, *, as_of: int, terms: Mapping[str, ProductTerms]) -> Frame:
    """Compute what every loan owes on a day, and how late it is.

    Grain: one row per loan of ``book["loan"]``, in no order.
    Columns: as ``OUTPUT["delinquency"]`` says.
    ``book`` holds at least loan, instalment, payment and hold, as known on the wanted day (see
    ``as_known``). Every product in it needs terms; the import refuses others.
    """
    products = Products.of(terms)
    then = day_number(add_months(from_day_number(as_of), -1))
    loan = kept(_with_paid(book, products, as_of=as_of))
    pause = kept(pause_by_loan(book["hold"], book["loan"]))
    paid = loan.select("loan_no", "product_no", "annual_rate_bp", "paid_total")
    late = only_late(book["instalment"], as_of=as_of).join(paid, on="loan_no", how="inner")
    late = kept(with_unpaid(late, products))
    late_payment = only_late_payment(book["payment"], as_of=as_of)
    overdue = overdue_by_loan(late, pause, as_of=as_of, then=then)
    penalty = penalty_by_loan(late, late_payment, pause, products, as_of=as_of)
    rows = _with_position(loan, book["instalment"], as_of=as_of)
    rows = rows.join(overdue, on="loan_no", how="left").join(penalty, on="loan_no", how="left")
    rows = rows.with_columns(*(big(nw.col(name).fill_null(0)).alias(name) for name in _OVERDUE))
    rows = _with_schedule(rows, products, as_of=as_of)
    rows = _with_state(rows, products, as_of=as_of)
    rows = _with_totals(rows)
    return _with_standing(rows, products, as_of=as_of, then=then)


def _with_paid(book: Book, products: Products, *, as_of: int) -> Frame:
    loan = book["loan"].select(
        "loan_no",
        "debtor_no",
        "disbursed_day",
        "final_due_day",
        "annual_rate_bp",
        "state",
        "scheduled_minor",
        product_no=products.number(),
        loan_principal_minor=nw.col("principal_minor"),
    )
    payment = kept(paid_by_purpose(book["payment"], as_of=as_of))
    schedule = only_purpose(payment, Purpose.SCHEDULE)
    penalty = only_purpose(payment, Purpose.PENALTY).rename(
        {"paid_total": "penalty_paid", "paid_latest_day": "penalty_paid_day"}
    )
    waived = only_purpose(payment, Purpose.WAIVER).select("loan_no", penalty_waived="paid_total")
    agreed = only_purpose(payment, Purpose.AGREED).select("loan_no", agreed_beyond="paid_total")
    paid = loan
    for each in (schedule, penalty, waived, agreed):
        paid = paid.join(each, on="loan_no", how="left")
    return paid.with_columns(
        paid_total=big(nw.col("paid_total").fill_null(0)),
        penalty_paid=big(nw.col("penalty_paid").fill_null(0)),
        penalty_waived=big(nw.col("penalty_waived").fill_null(0)),
        agreed_beyond=big(nw.col("agreed_beyond").fill_null(0)),
        paid_latest_day=nw.max_horizontal("paid_latest_day", "penalty_paid_day"),
    ).drop("penalty_paid_day")


def _with_position(loan: Frame, instalment: Frame, *, as_of: int) -> Frame:
    """Add the running instalment, and the first unsettled one that is not yet overdue.

    The second mostly is the first; who has paid ahead, or whose running instalment asks for
    nothing, finds it further on.
    """
    running = only_running(instalment, as_of=as_of).select("loan_no", "instalment_no", *_POSITION)
    rows = kept(loan.join(running, on="loan_no", how="left"))
    # What is paid or lies before the end of the running instalment is not looked for any more.
    running_end = nw.col("due_before_minor") + own_minor()
    is_ahead = (nw.col("paid_total") >= running_end) | (own_minor() == 0)
    ahead = rows.filter(is_ahead).select(
        "loan_no", seek_minor=nw.max_horizontal(nw.col("paid_total"), running_end)
    )
    later = instalment.filter(
        nw.col("start_day") >= as_of,
        nw.col("settled_day").is_null() | (nw.col("settled_day") > as_of),
    ).select("loan_no", *_POSITION)
    found = (
        later.join(ahead, on="loan_no", how="inner")
        .filter(
            nw.col("due_before_minor") <= nw.col("seek_minor"),
            nw.col("seek_minor") < nw.col("due_before_minor") + own_minor(),
        )
        .select("loan_no", *(nw.col(name).alias(f"next_{name}") for name in _POSITION))
    )
    rows = rows.join(found, on="loan_no", how="left").with_columns(is_ahead=is_ahead)
    return rows.with_columns(
        *(
            nw.when("is_ahead")
            .then(nw.col(f"next_{name}"))
            .otherwise(nw.col(name))
            .alias(f"next_{name}")
            for name in _POSITION
        )
    )


def _with_schedule(rows: Frame, products: Products, *, as_of: int) -> Frame:
    """Add what fell due, what comes next, and what the running instalment has earned."""
    is_past = nw.col("final_due_day") < as_of
    everything = nw.when(is_past).then(nw.col("scheduled_minor")).otherwise(nw.lit(0))
    running = nw.col("paid_total") - nw.col("due_before_minor")
    span = big("due_day") - big("start_day")
    share = big("interest_minor") * (nw.lit(as_of) - big("start_day"))
    rows = rows.with_columns(covered=within(running, own_minor()), span=span, share=share)
    rows = rows.with_columns(
        earned_whole=quotient(nw.col("share"), nw.col("span")),
        earned_rest=nw.col("share") % nw.col("span"),
    )
    covered = nw.col("covered")
    interest_open = at_least(_earned(products) - paid_of(Component.INTEREST, covered, products), 0)
    fee_open = nw.col("fee_minor") - paid_of(Component.FEE, covered, products)
    fee_charged = products.pick(
        lambda terms: terms.running_fee_on_payoff, lambda yes: fee_open if yes else big(nw.lit(0))
    )
    rows = rows.with_columns(
        due_minor=big(nw.coalesce(nw.col("due_before_minor"), everything)),
        accrued_interest_minor=big(interest_open.fill_null(0)),
        running_fee_open_minor=big(fee_charged.fill_null(0)),
    )
    return _with_next(rows, products)


def _earned(products: Products) -> Expr:
    def earned(rounding: Rounding) -> Expr:
        return rounded(nw.col("earned_whole"), nw.col("earned_rest"), nw.col("span"), rounding)

    return products.pick(lambda terms: terms.accrual_rounding, earned)


def _with_next(rows: Frame, products: Products) -> Frame:
    rows = rows.drop(*_POSITION[2:]).rename({f"next_{name}": name for name in _POSITION[2:]})
    covered = within(nw.col("paid_total") - nw.col("due_before_minor"), own_minor())
    rows = rows.with_columns(covered=covered)
    principal_paid = nw.col("principal_before_minor") + paid_of(
        Component.PRINCIPAL, nw.col("covered"), products
    )
    return rows.with_columns(
        next_due_day=nw.col("next_due_day"),
        next_due_minor=big((own_minor() - nw.col("covered")).fill_null(0)),
        undue_principal_minor=big((nw.col("loan_principal_minor") - principal_paid).fill_null(0)),
        next_settled_day=nw.col("settled_day"),
        principal_minor=nw.col("loan_principal_minor"),
    )


def _with_state(rows: Frame, products: Products, *, as_of: int) -> Frame:
    """Forgive what a closed loan leaves open; bring penalty within its cap, less what is given up.

    No loan is closed before it is lent.
    """
    is_settled = nw.col("state") == LoanState.SETTLED.number
    is_lent = nw.col("disbursed_day") <= as_of
    is_late = ~nw.col("oldest_unpaid_day").is_null()
    never = (is_late & nw.col("oldest_settled_day").is_null()) | (
        ~is_late & nw.col("next_settled_day").is_null()
    )
    rows = rows.with_columns(
        is_closed=is_settled & is_lent & never,
        closed_then=is_settled & nw.col("settled_then_day").is_null(),
        penalty_accrued_minor=capped(nw.col("penalty_total"), products),
    )
    is_closed, zero = nw.col("is_closed"), big(nw.lit(0))
    left = at_least(nw.col("penalty_accrued_minor") - nw.col("penalty_waived"), 0)
    accrued = nw.when(is_closed).then(nw.col("penalty_paid")).otherwise(left)
    rows = rows.with_columns(penalty_accrued_minor=accrued)
    open_only = (
        "overdue_fee_minor",
        "overdue_interest_minor",
        "overdue_principal_minor",
        "instalments_overdue",
        "next_due_minor",
        "undue_principal_minor",
        "accrued_interest_minor",
        "running_fee_open_minor",
    )
    return rows.with_columns(
        *(nw.when(is_closed).then(zero).otherwise(nw.col(name)).alias(name) for name in open_only),
        *(
            nw.when(~is_closed).then(nw.col(name)).alias(name)
            for name in ("oldest_unpaid_day", "next_due_day")
        ),
        days_past_due=_graced(nw.col("days_now"), is_closed, products),
        days_then=_graced(nw.col("days_then"), nw.col("closed_then"), products),
        penalty_minor=at_least(nw.col("penalty_accrued_minor") - nw.col("penalty_paid"), 0),
    )


def _graced(days: Expr, is_closed: Expr, products: Products) -> Expr:
    """Return days past due: none within grace, all beyond it."""
    grace = products.pick(lambda terms: terms.grace_days, lambda spared: big(nw.lit(spared)))
    counts = (days > grace) & ~is_closed
    return nw.when(counts).then(days).otherwise(big(nw.lit(0)))


def _with_totals(rows: Frame) -> Frame:
    schedule = at_most(nw.col("paid_total"), nw.col("scheduled_minor"))
    over_penalty = at_least(nw.col("penalty_paid") - nw.col("penalty_accrued_minor"), 0)
    overdue = (
        nw.col("overdue_principal_minor")
        + nw.col("overdue_interest_minor")
        + nw.col("overdue_fee_minor")
        + nw.col("penalty_minor")
    )
    rows = rows.with_columns(
        paid_minor=schedule,
        credit_minor=at_least(
            nw.col("paid_total") - schedule + over_penalty - nw.col("agreed_beyond"), 0
        ),
        overdue_minor=overdue,
        outstanding_principal_minor=nw.col("undue_principal_minor")
        + nw.col("overdue_principal_minor"),
    )
    return rows.with_columns(
        payoff_minor=nw.col("overdue_minor")
        + nw.col("undue_principal_minor")
        + nw.col("accrued_interest_minor")
        + nw.col("running_fee_open_minor")
    )


def _with_standing(rows: Frame, products: Products, *, as_of: int, then: int) -> Frame:
    days = nw.col("days_past_due")
    nothing_left = (nw.col("paid_total") >= nw.col("scheduled_minor")) & (
        nw.col("payoff_minor") == 0
    )
    is_open = nw.col("disbursed_day") <= as_of
    earlier = bucket(nw.col("days_then"), nw.col("instalments_then"), products)
    rows = with_limitation_day(rows, products, as_of=as_of).with_columns(
        bucket=bucket(days, nw.col("instalments_overdue"), products),
        risk_class=risk_class(days, products).cast(nw.Int8),
        bureau_code=bureau_code(
            days,
            is_settled=nw.col("is_closed") | nothing_left,
            is_open=is_open,
            due_in_month=due_in_month(as_of),
            products=products,
        ),
        bucket_month_ago=nw.when(nw.col("disbursed_day") <= then).then(earlier),
        days_past_due=days.cast(nw.Int32),
        instalments_overdue=nw.col("instalments_overdue").cast(nw.Int32),
    )
    return rows.select(*OUTPUT["delinquency"].names)
