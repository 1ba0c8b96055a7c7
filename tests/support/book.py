"""How does a test get a small book on any engine?

``portfolios()`` draws plain rows; ``book_of`` lays them out slowly (``reference.layout``) and
opens them on an engine. Terms with every switch set differently are in ``TERMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
from hypothesis import strategies as st
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession

from forbear.engine.schema import Kind, Table
from forbear.engine.tables import BOOK
from forbear.values.code import RiskClass
from forbear.values.money import Rounding
from forbear.values.product import (
    Bucket,
    BucketBy,
    BureauCodes,
    Component,
    Compounding,
    Limitation,
    LimitationStart,
    Penalty,
    ProductTerms,
    RiskStep,
)
from tests.property.reference.layout import lay_instalments, lay_loan, lay_payments

FEE, INTEREST, PRINCIPAL = Component.FEE, Component.INTEREST, Component.PRINCIPAL
DTYPE: dict[Kind, pl.DataType] = {
    Kind.ID: pl.String(),
    Kind.NO: pl.Int64(),
    Kind.CODE: pl.Int8(),
    Kind.LABEL: pl.String(),
    Kind.MONEY: pl.Int64(),
    Kind.DAY: pl.Int32(),
    Kind.INSTANT: pl.Int64(),
    Kind.INT: pl.Int32(),
    Kind.BIG: pl.Int64(),
    Kind.FLAG: pl.Boolean(),
    Kind.TEXT: pl.String(),
    Kind.REAL: pl.Float64(),
}
SIMPLE = Penalty(
    annual_rate_ppm=365_000,
    contract_multiple_percent=None,
    base=(PRINCIPAL,),
    year_days=365,
    compounding=Compounding.SIMPLE,
    rounding=Rounding.DOWN,
    runs_in_grace=False,
    cap_bp=None,
)
PLAIN = ProductTerms(
    product="plain",
    name_en="Plain",
    name_zh="普通",
    currency="CNY",
    allocation=(FEE, INTEREST, PRINCIPAL),
    grace_days=0,
    bucket_by=BucketBy.DAYS,
    buckets=(Bucket(0, "M0"), Bucket(1, "M1"), Bucket(31, "M2"), Bucket(61, "M3")),
    risk=(
        RiskStep(0, RiskClass.NORMAL),
        RiskStep(1, RiskClass.SPECIAL_MENTION),
        RiskStep(91, RiskClass.SUBSTANDARD),
    ),
    risk_written_off=RiskClass.LOSS,
    bureau=BureauCodes((Bucket(0, "N"), Bucket(1, "1"), Bucket(31, "2")), "C", "G", "/", "*"),
    penalty=SIMPLE,
    accrual_rounding=Rounding.DOWN,
    running_fee_on_payoff=False,
    limitation=Limitation(3, LimitationStart.FINAL_DUE, restarts_on_payment=True),
)
TERMS: dict[str, ProductTerms] = {
    terms.product: terms
    for terms in (
        PLAIN,
        replace(
            PLAIN,
            product="graced",
            allocation=(PRINCIPAL, INTEREST, FEE),
            grace_days=5,
            penalty=replace(
                SIMPLE,
                annual_rate_ppm=None,
                contract_multiple_percent=150,
                base=(PRINCIPAL, INTEREST),
                year_days=360,
                cap_bp=500,
                rounding=Rounding.HALF_EVEN,
            ),
            accrual_rounding=Rounding.HALF_UP,
            running_fee_on_payoff=True,
        ),
        replace(
            PLAIN,
            product="card",
            allocation=(INTEREST, FEE, PRINCIPAL),
            grace_days=3,
            bucket_by=BucketBy.INSTALMENTS,
            buckets=(Bucket(0, "M0"), Bucket(1, "M1"), Bucket(2, "M2"), Bucket(3, "M3+")),
            penalty=replace(
                SIMPLE,
                compounding=Compounding.DAILY,
                compound_days=30,
                base=(FEE, INTEREST, PRINCIPAL),
                rounding=Rounding.UP,
                runs_in_grace=True,
            ),
            accrual_rounding=Rounding.UP,
            limitation=Limitation(6, LimitationStart.OLDEST_DUE, restarts_on_payment=True),
        ),
        replace(
            PLAIN,
            product="bare",
            allocation=(FEE, PRINCIPAL, INTEREST),
            bureau=replace(PLAIN.bureau, nothing_due=None),
            penalty=replace(SIMPLE, base=(), rounding=Rounding.HALF_UP),
            accrual_rounding=Rounding.HALF_EVEN,
            limitation=Limitation(None, LimitationStart.OLDEST_DUE, restarts_on_payment=False),
        ),
    )
}


@dataclass
class Portfolio:
    """Plain facts: loans, schedules and postings by loan_no, holds."""

    loans: list[dict[str, Any]]
    schedules: dict[int, list[dict[str, Any]]]
    postings: dict[int, list[dict[str, Any]]]
    holds: list[dict[str, Any]] = field(default_factory=list)


def loan_row(loan_no: int = 0, **changes: Any) -> dict[str, Any]:
    """Return a plain loan; only what the test speaks of needs to be given."""
    return {
        "loan_no": loan_no,
        "debtor_no": 0,
        "loan_id": f"L{loan_no:03}",
        "product": "plain",
        "currency": "CNY",
        "contract_day": 0,
        "disbursed_day": 0,
        "principal_minor": 0,
        "annual_rate_bp": 2_400,
        "state": 1,
    } | changes


def item(due_day: int, principal: int = 0, interest: int = 0, fee: int = 0) -> dict[str, Any]:
    """Return a plain instalment."""
    return {
        "due_day": due_day,
        "principal_minor": principal,
        "interest_minor": interest,
        "fee_minor": fee,
    }


def posting(
    payment_id: str,
    value_day: int,
    amount: int,
    *,
    posted: int | None = None,
    purpose: int = 1,
    reverses: str | None = None,
) -> dict[str, Any]:
    """Return a payment, or the reversal of one."""
    return {
        "payment_id": payment_id,
        "value_day": value_day,
        "amount_minor": amount,
        "posting_day": value_day if posted is None else posted,
        "purpose": purpose,
        "reverses": reverses,
    }


def pause(
    start: int,
    end: int | None,
    *,
    loan_no: int | None = None,
    debtor_no: int = 0,
    recorded_day: int = 0,
    kind: int = 15,
) -> dict[str, Any]:
    """Return a hold that stops the clock."""
    return {
        "debtor_no": debtor_no,
        "loan_no": loan_no,
        "kind": kind,
        "channel": None,
        "start_day": start,
        "end_day": end,
        "recorded_s": recorded_day * 86_400,
    }


def one_loan(
    schedule: list[dict[str, Any]],
    *postings: dict[str, Any],
    holds: Iterable[dict[str, Any]] = (),
    **changes: Any,
) -> Portfolio:
    """Return a portfolio of one loan; its principal is the schedule's."""
    principal = sum(i["principal_minor"] for i in schedule)
    loan = loan_row(**({"principal_minor": principal} | changes))
    number = loan["loan_no"]
    return Portfolio([loan], {number: schedule}, {number: list(postings)}, list(holds))


def book_rows(portfolio: Portfolio, *, known_at: int) -> dict[str, list[dict[str, Any]]]:
    """Lay a portfolio out as the import would with the facts known at a day."""
    rows: dict[str, list[dict[str, Any]]] = {"loan": [], "instalment": [], "payment": []}
    for loan in portfolio.loans:
        schedule = portfolio.schedules[loan["loan_no"]]
        postings = portfolio.postings[loan["loan_no"]]
        rows["loan"].append(lay_loan(loan, schedule))
        rows["instalment"] += lay_instalments(loan, schedule, postings, known_at)
        rows["payment"] += lay_payments(loan, schedule, postings, known_at)
    for number, row in enumerate(rows["payment"]):
        row["payment_no"] = number
    rows["hold"] = [
        {"hold_no": number, "hold_id": f"H{number}", **hold}
        for number, hold in enumerate(portfolio.holds)
        if hold["recorded_s"] < (known_at + 1) * 86_400
    ]
    return rows


def frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return rows as a typed frame; columns that a row lacks are empty."""
    schema = {column.name: DTYPE[column.kind] for column in table.columns}
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)


def book_of(portfolio: Portfolio, *, known_at: int, engine: Any = None) -> dict[str, Any]:
    """Open a portfolio as a book; ``engine`` turns an eager Polars frame into a lazy one."""
    rows = book_rows(portfolio, known_at=known_at)
    opened = engine or (lambda eager: eager.lazy())
    return {name: nw.from_native(opened(frame(BOOK[name], rows[name]))) for name in rows}


def duckdb_opener() -> Callable[[pl.DataFrame], Any]:
    """Return what opens an eager frame as a DuckDB relation of one new connection."""
    connection = duckdb.connect()
    return lambda eager: connection.from_arrow(eager.to_arrow())


@contextmanager
def sail_opener() -> Iterator[Callable[[pl.DataFrame], Any]]:
    """Start a Spark Connect server in the process; yield what opens a frame on it."""
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    url = f"sc://127.0.0.1:{server.listening_address[1]}"
    session = SparkSession.builder.remote(url).create()
    numbers = count()
    with TemporaryDirectory() as folder:

        def opened(eager: pl.DataFrame) -> Any:
            # The client cannot infer the types of a frame without rows; Parquet carries them.
            path = f"{folder}/{next(numbers)}.parquet"
            eager.write_parquet(path)
            return session.read.parquet(path)

        try:
            yield opened
        finally:
            session.stop()
            server.stop()


def rows_of(result: Any) -> list[dict[str, Any]]:
    """Return a lazy result's rows as plain mappings, on whatever engine; standings by loan."""
    rows = list(result.collect("pyarrow").to_native().to_pylist())
    is_standing = bool(rows) and "days_past_due" in rows[0]
    return sorted(rows, key=lambda row: row["loan_no"]) if is_standing else rows


FAR = 420


@st.composite
def _schedule(draw: st.DrawFn, begin: int) -> list[dict[str, Any]]:
    amount = st.one_of(st.just(0), st.integers(1, 50), st.integers(1, 2_000_000))
    spans = draw(st.lists(st.integers(1, 62), min_size=1, max_size=6))
    rows = []
    for span in spans:
        begin += span
        rows.append(item(begin, draw(amount), draw(amount), draw(amount)))
    return rows


@st.composite
def _postings(draw: st.DrawFn, schedule: list[dict[str, Any]], begin: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    owns = [sum(v for k, v in i.items() if k != "due_day") for i in schedule]
    for at in range(draw(st.integers(0, 7))):
        due = draw(st.sampled_from([i["due_day"] for i in schedule]))
        value = max(begin - 3, due + draw(st.integers(-20, 70)))
        size = st.one_of(st.sampled_from([max(1, own) for own in owns]), st.integers(1, 3_000_000))
        purpose = draw(st.sampled_from([1, 1, 1, 1, 2, 3, 4]))
        rows.append(
            posting(
                f"P{draw(st.integers(0, 9))}{at}",
                value,
                draw(size),
                purpose=purpose,
                posted=value + draw(st.sampled_from([0, 0, 0, 1, 9, 40])),
            )
        )
        if draw(st.integers(0, 4)) == 0:
            back = rows[-1]
            rows.append(
                back
                | {
                    "payment_id": f"R{at}",
                    "reverses": back["payment_id"],
                    "posting_day": back["posting_day"] + draw(st.integers(0, 40)),
                }
            )
    return rows


@st.composite
def portfolios(draw: st.DrawFn, products: tuple[str, ...] = tuple(TERMS)) -> Portfolio:
    """Draw some loans of two persons with payments, reversals and pauses, all within FAR days."""
    found = Portfolio([], {}, {})
    for loan_no in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, 60))
        schedule = draw(_schedule(begin))
        found.loans.append(
            loan_row(
                loan_no,
                debtor_no=loan_no // 2,
                product=draw(st.sampled_from(products)),
                contract_day=begin,
                disbursed_day=begin,
                principal_minor=sum(i["principal_minor"] for i in schedule),
                annual_rate_bp=draw(st.sampled_from([0, 1, 1_825, 2_400, 3_599])),
                state=draw(st.sampled_from([1, 1, 1, 2, 3])),
            )
        )
        found.schedules[loan_no] = schedule
        found.postings[loan_no] = draw(_postings(schedule, begin))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3]))):
        start = draw(st.integers(0, FAR))
        loan = draw(st.sampled_from(found.loans))
        found.holds.append(
            pause(
                start,
                draw(st.one_of(st.none(), st.integers(start, start + 60))),
                loan_no=draw(st.sampled_from([None, loan["loan_no"]])),
                debtor_no=loan["debtor_no"],
                recorded_day=draw(st.integers(0, FAR)),
                kind=draw(st.sampled_from([15, 15, 1])),
            )
        )
    return found


def terms_of(portfolio: Portfolio, terms: Mapping[str, ProductTerms]) -> Mapping[int, ProductTerms]:
    """Return each loan's terms by loan_no."""
    return {loan["loan_no"]: terms[loan["product"]] for loan in portfolio.loans}
