"""Who pays what, when, and when does the ledger learn of it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.lending import Lending
from forbear.values.code import LoanState, Purpose

_LATE_SHARE = (0.02, 0.30, 0.45, 0.25, 0.05, 0.10, 0.15)
_LATE_DAYS_MEAN = (3.0, 7.0, 20.0, 25.0, 6.0, 9.0, 12.0)
_PARTIAL_SHARE = (0.0, 0.01, 0.20, 0.30, 0.0, 0.0, 0.0)
_STOPS = (False, False, False, True, True, True, True)
_CURE_SHARE = (0.0, 0.0, 0.0, 0.45, 0.5, 0.3, 0.25)
_NEVER = 10_000
_WRITE_OFF_DAYS = 360


@dataclass(frozen=True)
class Payments:
    """A chunk's postings as a table, and what they mean for each loan."""

    table: pl.DataFrame
    state: np.ndarray
    paid: np.ndarray
    """Standing SCHEDULE payments of each loan."""
    oldest_unpaid_day: np.ndarray
    """Due day of the oldest unsettled instalment due before the book's day; -1 where none."""


def make_payments(
    rng: np.random.Generator,
    *,
    lending: Lending,
    behaviour: np.ndarray,
    book_day: int,
    chunk: int,
) -> Payments:
    """Draw every posting of a chunk of loans; ``behaviour`` has one entry a loan."""
    rows = _first_payments(rng, lending=lending, behaviour=behaviour, book_day=book_day)
    rows = _with_oddities(rng, rows)
    rows = _posted(rng, rows, book_day=book_day)
    table, standing = _postings(rng, rows, book_day=book_day, chunk=chunk)
    paid = np.bincount(
        standing["loan"], weights=standing["amount"], minlength=len(lending.term)
    ).astype(np.int64)
    oldest = _oldest_unpaid(lending, paid=paid, book_day=book_day)
    late = np.where(oldest >= 0, book_day - oldest, 0)
    written_off = (late > _WRITE_OFF_DAYS) & (rng.random(len(late)) < 0.6)
    settled = paid >= lending.due.sum(axis=1)
    state = np.select(
        [settled, written_off],
        [LoanState.SETTLED.value, LoanState.WRITTEN_OFF.value],
        LoanState.OPEN.value,
    )
    return Payments(table, state, paid, np.where(settled, -1, oldest))


def _first_payments(
    rng: np.random.Generator, *, lending: Lending, behaviour: np.ndarray, book_day: int
) -> dict[str, np.ndarray]:
    """One payment for each instalment that is paid at all, and the rest of the partial ones."""
    due_past = lending.exists & (lending.due_day <= book_day + 3)
    shape = lending.due_day.shape
    stop_at, cure_at = _stops_and_cures(rng, behaviour=behaviour)
    late = rng.random(shape) < np.array(_LATE_SHARE)[behaviour][:, None]
    delay = np.where(
        late, 1 + rng.exponential(np.array(_LATE_DAYS_MEAN)[behaviour][:, None], shape), 0
    ).astype(np.int64)
    early = rng.integers(0, 4, shape)
    value = lending.due_day + np.where(late, np.minimum(delay, 75), -early)
    value = np.maximum(value, lending.disbursed_day[:, None] + 1)
    number = np.arange(shape[1])[None, :]
    stopped = (number >= stop_at[:, None]) & (number < cure_at[:, None])
    # Who cures pays everything missed at once, some days after an instalment falls due.
    last = np.minimum(cure_at, lending.term) - 1
    cured = lending.due_day[np.arange(shape[0]), np.maximum(last, 0)] + rng.integers(
        1, 25, shape[0]
    )
    value = np.where(stopped & (cure_at < _NEVER)[:, None], cured[:, None], value)
    trickle = (
        stopped
        & (cure_at == _NEVER)[:, None]
        & (rng.random(shape) > np.where(behaviour == 3, 0.12, 0.02)[:, None])
    )
    pays = due_past & ~trickle & (value <= book_day)
    loan, k = np.nonzero(pays)
    amount = lending.due[loan, k]
    partial = rng.random(len(loan)) < np.array(_PARTIAL_SHARE)[behaviour[loan]]
    first = np.where(partial, np.maximum(amount * rng.integers(2, 9, len(loan)) // 10, 1), amount)
    rest_day = value[loan, k] + rng.integers(8, 45, len(loan))
    rest = partial & (rest_day <= book_day) & (amount > first)
    return {
        "loan": np.concatenate([loan, loan[rest]]),
        "value": np.concatenate([value[loan, k], rest_day[rest]]),
        "amount": np.concatenate([first, (amount - first)[rest]]),
        "late": np.concatenate(
            [
                np.maximum(value[loan, k] - lending.due_day[loan, k], 0),
                (rest_day - lending.due_day[loan, k])[rest],
            ]
        ),
    }


def _stops_and_cures(
    rng: np.random.Generator, *, behaviour: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """From which instalment on nothing is paid, and with which one everything is made good.

    The chance to stop is the same at every age of a loan, so that no month of lending looks worse
    than another.
    """
    loans = len(behaviour)
    stops = np.array(_STOPS)[behaviour]
    stop_at = np.where(stops, rng.geometric(0.055, loans) - 1, _NEVER)
    cures = rng.random(loans) < np.array(_CURE_SHARE)[behaviour]
    return stop_at, np.where(stops & cures, stop_at + rng.geometric(0.5, loans), _NEVER)


def _with_oddities(rng: np.random.Generator, rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Some are over-paid, some are paid twice."""
    count = len(rows["loan"])
    over = rng.random(count) < 0.004
    rows["amount"] = rows["amount"] + np.where(over, rng.integers(1, 2_000, count), 0)
    again = rng.random(count) < 0.002
    return {name: np.concatenate([column, column[again]]) for name, column in rows.items()}


def _posted(
    rng: np.random.Generator, rows: dict[str, np.ndarray], *, book_day: int
) -> dict[str, np.ndarray]:
    count = len(rows["loan"])
    lag = rng.choice([0, 1, 2], count, p=[0.85, 0.12, 0.03])
    back_dated = rng.random(count) < 0.012
    lag = np.where(back_dated, rng.integers(4, 25, count), lag)
    rows["posting"] = rows["value"] + lag
    known = rows["posting"] <= book_day
    return {name: column[known] for name, column in rows.items()}


def _postings(
    rng: np.random.Generator, rows: dict[str, np.ndarray], *, book_day: int, chunk: int
) -> tuple[pl.DataFrame, dict[str, np.ndarray]]:
    """Write the rows as postings: reversals with their second tries, and penalty payments."""
    count = len(rows["loan"])
    reversed_day = rows["posting"] + rng.integers(1, 5, count)
    bounced = (rng.random(count) < 0.006) & (reversed_day <= book_day)
    retry_day = reversed_day + rng.integers(0, 6, count)
    retried = bounced & (rng.random(count) < 0.7) & (retry_day <= book_day)
    owes_penalty = (rows["late"] > 2) & (rng.random(count) < 0.8)
    penalty = np.maximum(rows["amount"] * rows["late"] // 2_400, 1)
    number = np.arange(count)
    value, posting, amount = rows["value"], rows["posting"], rows["amount"]
    pieces = [
        _piece(rows["loan"], value, posting, amount),
        _piece(rows["loan"], value, reversed_day, amount, only=bounced, reverses=number),
        _piece(rows["loan"], retry_day, retry_day, amount, only=retried),
        _piece(rows["loan"], value, posting, penalty, only=owes_penalty, purpose=1),
    ]
    loan, value, posting, amount, purpose, reverses = (
        np.concatenate(columns) for columns in zip(*pieces, strict=True)
    )
    frame = pl.DataFrame(
        {
            "number": np.arange(len(loan)),
            "loan": loan,
            "value_date": value,
            "posting_date": posting,
            "amount_minor": amount,
            "purpose": np.array([Purpose.SCHEDULE.value, Purpose.PENALTY.value])[purpose],
            "reverses": reverses,
        }
    )
    table = frame.with_columns(
        payment_id=_payment_id(pl.col("number"), chunk=chunk),
        reverses_payment_id=pl.when(pl.col("reverses") >= 0).then(
            _payment_id(pl.col("reverses"), chunk=chunk)
        ),
    ).sort("loan", "posting_date", "number")
    stands = (reverses < 0) & (purpose == 0)
    stands[:count] &= ~bounced
    return table, {"loan": loan[stands], "amount": frame["amount_minor"].to_numpy()[stands]}


def _piece(
    loan: np.ndarray,
    value: np.ndarray,
    posting: np.ndarray,
    amount: np.ndarray,
    *,
    only: np.ndarray | None = None,
    purpose: int = 0,
    reverses: np.ndarray | None = None,
) -> tuple[np.ndarray, ...]:
    """Return the columns of some postings; what reverses nothing carries -1."""
    whole = np.full(len(loan), purpose)
    undone = np.full(len(loan), -1) if reverses is None else reverses
    columns = (loan, value, posting, amount, whole, undone)
    return columns if only is None else tuple(column[only] for column in columns)


def _payment_id(number: pl.Expr, *, chunk: int) -> pl.Expr:
    return pl.format("R{}{}", pl.lit(f"{chunk:05d}"), number.cast(pl.String).str.zfill(8))


def _oldest_unpaid(lending: Lending, *, paid: np.ndarray, book_day: int) -> np.ndarray:
    through = np.cumsum(lending.due, axis=1)
    open_ = lending.exists & (through > paid[:, None]) & (lending.due_day < book_day)
    first = open_.argmax(axis=1)
    rows = np.arange(len(paid))
    return np.where(open_.any(axis=1), lending.due_day[rows, first], -1)
