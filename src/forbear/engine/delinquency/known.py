"""What would the book have looked like with only the facts known on an earlier day?

The import lays running totals beside instalments and payments. For a replay they are laid anew
from the facts themselves, with windows that every engine has. The result equals what the import
would have laid down on that day, but for the dense numbers, which stay as they are.

State and schedule of a loan carry no day on which they became known; they stay.
"""

from __future__ import annotations

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.expression import DAY_MAX, big
from forbear.engine.delinquency.fact import Book, own_minor
from forbear.engine.frame import Frame, kept
from forbear.values.code import Purpose
from forbear.values.day import DAY_S

_ORDER = ["value_day", "posting_day", "payment_id"]
_LATER_MARK = 2**62


def as_known(book: Book, *, known_at: int) -> Book:
    """Return the book as it would have been laid out with the facts known on a day.

    Payments count as known from posting_day, reversals from void_posting_day, and rows with
    ``recorded_s`` from the day (UTC) of that instant; attempts from the day they were made.
    """
    tables = dict(book)
    tables["payment"], tables["instalment"] = _ledger_as_known(
        book["payment"], book["instalment"], known_at
    )
    end_s = (known_at + 1) * DAY_S
    for name in ("hold", "consent", "contact_point"):
        if name in tables:
            tables[name] = tables[name].filter(nw.col("recorded_s") < end_s)
    for name in ("attempt", "attempt_old"):
        if name in tables:
            tables[name] = tables[name].filter(nw.col("started_s") < end_s)
    return tables


def _ledger_as_known(payment: Frame, instalment: Frame, known_at: int) -> tuple[Frame, Frame]:
    known = payment.filter(nw.col("posting_day") <= known_at).with_columns(
        void_posting_day=nw.when(nw.col("void_posting_day") <= known_at).then(
            nw.col("void_posting_day")
        )
    )
    known = kept(_with_running_totals(known))
    return _with_oldest_open(known, instalment), _with_settled(instalment, known)


def _is_standing() -> Expr:
    return nw.col("void_posting_day").is_null()


def _with_running_totals(payment: Frame) -> Frame:
    """Add the sum before each payment, and the value day of the next standing one."""
    key = ["loan_no", "purpose"]
    standing = nw.when(_is_standing()).then(nw.col("amount_minor")).otherwise(nw.lit(0))
    counted = payment.with_columns(
        counts_minor=standing.cast(nw.Int64),
        # Reading an order backwards with a running minimum finds the next standing payment.
        stands_day=nw.when(_is_standing()).then(nw.col("value_day")).otherwise(nw.lit(DAY_MAX)),
    )
    summed = counted.with_columns(
        total=nw.col("counts_minor").cum_sum().over(*key, order_by=_ORDER),
        next_day=nw.col("stands_day").shift(-1).over(*key, order_by=_ORDER),
    )
    summed = summed.with_columns(next_day=nw.col("next_day").fill_null(DAY_MAX))
    later = summed.with_columns(
        next_day=nw.col("next_day").cum_min(reverse=True).over(*key, order_by=_ORDER)
    )
    until = (
        nw.when(~_is_standing())
        .then(nw.col("value_day"))
        .when(nw.col("next_day") < DAY_MAX)
        .then(nw.col("next_day"))
    )
    return later.with_columns(
        paid_before_minor=big(nw.col("total") - nw.col("counts_minor")),
        until_day=until.cast(nw.Int32),
        void_posting_day=nw.col("void_posting_day").cast(nw.Int32),
    ).drop("counts_minor", "stands_day", "total", "next_day")


def _with_oldest_open(payment: Frame, instalment: Frame) -> Frame:
    """Add the due day of the first instalment whose end lies above what was paid before."""
    mark = payment.filter(_is_standing(), nw.col("purpose") == Purpose.SCHEDULE.number).select(
        "loan_no",
        "payment_no",
        at_minor=big("paid_before_minor"),
        # At the same amount an instalment's end is not above; it comes after when read downwards.
        is_end=nw.lit(0).cast(nw.Int32),
        due_day=nw.lit(DAY_MAX).cast(nw.Int32),
    )
    end = instalment.select(
        "loan_no",
        payment_no=nw.lit(None).cast(nw.Int64),
        at_minor=big(nw.col("due_before_minor") + own_minor()),
        is_end=nw.lit(1).cast(nw.Int32),
        due_day=nw.col("due_day").cast(nw.Int32),
    )
    found = _nearest_above(nw.concat([mark, end]), "due_day", "is_end")
    found = found.filter(~nw.col("payment_no").is_null()).select("payment_no", "nearest")
    return (
        payment.drop("oldest_open_day")
        .join(found, on="payment_no", how="left")
        .rename({"nearest": "oldest_open_day"})
        .select(*payment.collect_schema().names())
    )


def _with_settled(instalment: Frame, payment: Frame) -> Frame:
    """Add the value day of the first payment whose sum reaches the instalment's end."""
    standing = payment.filter(_is_standing(), nw.col("purpose") == Purpose.SCHEDULE.number)
    mark = instalment.select(
        "loan_no",
        "instalment_no",
        at_minor=big(nw.col("due_before_minor") + own_minor()),
        # At the same amount the payment has reached the end; it comes first when read downwards.
        is_end=nw.lit(1).cast(nw.Int32),
        value_day=nw.lit(DAY_MAX).cast(nw.Int32),
    )
    reach = standing.select(
        "loan_no",
        instalment_no=nw.lit(None).cast(nw.Int32),
        at_minor=big(nw.col("paid_before_minor") + nw.col("amount_minor")),
        is_end=nw.lit(0).cast(nw.Int32),
        value_day=nw.col("value_day").cast(nw.Int32),
    )
    found = _nearest_above(nw.concat([mark, reach]), "value_day", "is_end")
    found = found.filter(~nw.col("instalment_no").is_null()).select(
        "loan_no", "instalment_no", "nearest"
    )
    return (
        instalment.drop("settled_day")
        .join(found, on=["loan_no", "instalment_no"], how="left")
        .rename({"nearest": "settled_day"})
        .select(*instalment.collect_schema().names())
    )


def _nearest_above(marks: Frame, day: str, tie: str) -> Frame:
    """Add the smallest day met when each loan's marks are read from the highest amount down."""
    ordered = marks.with_columns(below=_LATER_MARK - nw.col("at_minor"))
    found = ordered.with_columns(
        nearest=nw.col(day).cum_min().over("loan_no", order_by=["below", tie])
    )
    return found.with_columns(
        nearest=nw.when(nw.col("nearest") < DAY_MAX).then(nw.col("nearest")).cast(nw.Int32)
    )
