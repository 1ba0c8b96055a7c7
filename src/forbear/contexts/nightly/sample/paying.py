"""Who pays what, when, and when does the ledger learn of it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.draw import constant, joined, padded, word_of
from forbear.contexts.nightly.sample.lending import Lending
from forbear.contexts.nightly.sample.people import IN_HARDSHIP, People
from forbear.contexts.nightly.sample.region import Scene
from forbear.values.code import LoanState, Purpose

# By behaviour, in the order of BEHAVIOURS.
_LATE_SHARE = np.array((0.025, 0.36, 0.50, 0.25, 0.05, 0.10, 0.15))
_LATE_DAYS_MEAN = np.array((3.0, 7.0, 20.0, 25.0, 6.0, 9.0, 12.0))
_PARTIAL_SHARE = np.array((0.0, 0.01, 0.20, 0.30, 0.0, 0.0, 0.0))
_STOPS = np.array((False, False, True, True, True, True, True))
_STOP_HAZARD = np.array((0.0, 0.0, 0.035, 0.085, 0.085, 0.085, 0.085))
_CURE_SHARE = np.array((0.0, 0.0, 0.8, 0.35, 0.4, 0.25, 0.15))
NEVER = 1_000_000
"""A day, or an instalment, that does not come."""
_LATE_DAYS_MAX = 75
_PAYS_OFF_SHARE = 0.02
_WRITE_OFF_DAYS = 360
_LOAN_STRIDE = 1 << 40


@dataclass(frozen=True)
class Payments:
    """A chunk's postings as a table, and what they mean for each loan."""

    table: pl.DataFrame
    state: pl.Series
    paid: np.ndarray
    """Standing SCHEDULE payments of each loan."""
    oldest_unpaid_day: np.ndarray
    """Due day of the oldest unsettled instalment due before the book's day; -1 where none."""
    known_settled_day: np.ndarray
    """Loan by instalment: when the lender knew that it was settled; NEVER where it is not."""


def make_payments(
    rng: np.random.Generator, *, people: People, lending: Lending, scene: Scene
) -> Payments:
    """Draw every posting of a chunk of loans."""
    behaviour, book_day = people.behaviour[lending.person], scene.book_day
    value = _value_days(rng, lending=lending, behaviour=behaviour)
    rows = _first_payments(rng, value, lending=lending, behaviour=behaviour, book_day=book_day)
    rows = _with_oddities(rng, rows)
    rows = _posted(rng, rows, book_day=book_day)
    table, standing = _postings(rng, rows, book_day=book_day)
    paid = np.bincount(
        standing["loan"], weights=standing["amount"], minlength=len(lending.term)
    ).astype(np.int64)
    oldest = _oldest_unpaid(lending, paid=paid, book_day=book_day)
    late = np.where(oldest >= 0, book_day - oldest, 0)
    written_off = (late > _WRITE_OFF_DAYS) & (rng.random(len(late)) < 0.6)
    settled = paid >= lending.due.sum(axis=1)
    state = word_of([s.value for s in LoanState], np.select([settled, written_off], [1, 2], 0))
    known = _settled_days(lending, standing=standing)
    return Payments(
        _as_ledger(table, chunk=scene.chunk, loan_ids=lending.ids), state, paid, oldest, known
    )


def loan_truth(payments: Payments, *, lending: Lending, scene: Scene) -> pl.DataFrame:
    """Return what stands paid and how late each loan is, before grace and pauses."""
    oldest = payments.oldest_unpaid_day
    return pl.DataFrame(
        {
            "loan_id": lending.ids,
            "paid_minor": payments.paid,
            "oldest_unpaid_day": pl.Series(oldest).set(pl.Series(oldest < 0), None),
            "days_since_oldest_unpaid": np.where(oldest >= 0, scene.book_day - oldest, 0),
        }
    )


def _value_days(rng: np.random.Generator, *, lending: Lending, behaviour: np.ndarray) -> np.ndarray:
    """When each instalment is paid, loan by instalment; NEVER where it is not."""
    shape = lending.due_day.shape
    late = rng.random(shape) < _LATE_SHARE[behaviour][:, None]
    delay = (1 + rng.exponential(_LATE_DAYS_MEAN[behaviour][:, None], shape)).astype(np.int64)
    shift = np.where(late, np.minimum(delay, _LATE_DAYS_MAX), -rng.integers(0, 4, shape))
    value = np.maximum(lending.due_day + shift, lending.disbursed_day[:, None] + 1)
    number = np.arange(shape[1])[None, :]
    value = _with_stops(rng, value, number=number, lending=lending, behaviour=behaviour)
    return _with_pay_offs(rng, value, number=number, lending=lending, behaviour=behaviour)


def _with_stops(
    rng: np.random.Generator,
    value: np.ndarray,
    *,
    number: np.ndarray,
    lending: Lending,
    behaviour: np.ndarray,
) -> np.ndarray:
    """Stop at some instalment; who cures pays everything missed at once, after a later one.

    The chance to stop is the same at every age of a loan, so that no month of lending looks worse
    than another. Of what is never cured, a little is paid all the same.
    """
    loans = len(behaviour)
    stops = _STOPS[behaviour]
    hazard = np.where(stops, _STOP_HAZARD[behaviour], 1.0)
    stop_at = np.where(stops, rng.geometric(hazard) - 1, NEVER)
    cures = stops & (rng.random(loans) < _CURE_SHARE[behaviour])
    cure_at = np.where(cures, stop_at + rng.geometric(0.45, loans), NEVER)
    last = np.clip(np.minimum(cure_at, lending.term) - 1, 0, None)
    cured = lending.due_day[np.arange(loans), last] + rng.integers(1, 25, loans)
    missed = (number >= stop_at[:, None]) & (number < cure_at[:, None])
    trickle = rng.random(value.shape) < np.where(behaviour == IN_HARDSHIP, 0.12, 0.02)[:, None]
    value = np.where(missed & cures[:, None], cured[:, None], value)
    return np.where(missed & ~cures[:, None] & ~trickle, NEVER, value)


def _with_pay_offs(
    rng: np.random.Generator,
    value: np.ndarray,
    *,
    number: np.ndarray,
    lending: Lending,
    behaviour: np.ndarray,
) -> np.ndarray:
    """Some punctual payers pay off the whole rest with an instalment."""
    loans = len(behaviour)
    early = (behaviour == 0) & (rng.random(loans) < _PAYS_OFF_SHARE)
    at = np.where(early, (rng.random(loans) * lending.term).astype(np.int64), NEVER)
    day = value[np.arange(loans), np.minimum(at, lending.term - 1)]
    return np.where(number > at[:, None], day[:, None], value)


def _first_payments(
    rng: np.random.Generator,
    value: np.ndarray,
    *,
    lending: Lending,
    behaviour: np.ndarray,
    book_day: int,
) -> dict[str, np.ndarray]:
    """One payment for each instalment that is paid at all, and the rest of the partial ones."""
    loan, k = np.nonzero(lending.exists & (value <= book_day))
    day, due_day = value[loan, k], lending.due_day[loan, k]
    amount = lending.due[loan, k]
    partial = rng.random(len(loan)) < _PARTIAL_SHARE[behaviour[loan]]
    first = np.where(partial, np.maximum(amount * rng.integers(2, 9, len(loan)) // 10, 1), amount)
    rest_day = day + rng.integers(8, 45, len(loan))
    rest = partial & (rest_day <= book_day) & (amount > first)
    return {
        "loan": np.concatenate([loan, loan[rest]]),
        "value": np.concatenate([day, rest_day[rest]]),
        "amount": np.concatenate([first, (amount - first)[rest]]),
        "late": np.concatenate([np.maximum(day - due_day, 0), (rest_day - due_day)[rest]]),
    }


def _with_oddities(rng: np.random.Generator, rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Pay some a little too much, and some twice."""
    count = len(rows["loan"])
    over = rng.random(count) < 0.004
    rows["amount"] = rows["amount"] + np.where(over, rng.integers(1, 2_000, count), 0)
    again = rng.random(count) < 0.002
    return {name: np.concatenate([column, column[again]]) for name, column in rows.items()}


def _posted(
    rng: np.random.Generator, rows: dict[str, np.ndarray], *, book_day: int
) -> dict[str, np.ndarray]:
    """Post each payment, a few much later than it counts; keep what the book can know."""
    count = len(rows["loan"])
    lag = rng.choice([0, 1, 2], count, p=[0.85, 0.12, 0.03])
    lag = np.where(rng.random(count) < 0.012, rng.integers(4, 25, count), lag)
    rows["posting"] = rows["value"] + lag
    known = rows["posting"] <= book_day
    return {name: column[known] for name, column in rows.items()}


def _postings(
    rng: np.random.Generator, rows: dict[str, np.ndarray], *, book_day: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the rows with reversals, their second tries and penalty payments; and what stands."""
    count = len(rows["loan"])
    number = np.arange(count)
    reversed_day = rows["posting"] + rng.integers(1, 5, count)
    bounced = (rng.random(count) < 0.006) & (reversed_day <= book_day)
    retry_day = reversed_day + rng.integers(0, 6, count)
    retried = bounced & (rng.random(count) < 0.7) & (retry_day <= book_day)
    owes_penalty = (rows["late"] > 2) & (rng.random(count) < 0.8)
    penalty = np.maximum(rows["amount"] * rows["late"] // 2_400, 1)
    everyone = np.ones(count, bool)
    pieces = (
        # whom, value day, posting day, amount, is penalty, number of what is reversed
        (everyone, rows["value"], rows["posting"], rows["amount"], 0, None),
        (bounced, rows["value"], reversed_day, rows["amount"], 0, number),
        (retried, retry_day, retry_day, rows["amount"], 0, None),
        (owes_penalty, rows["value"], rows["posting"], penalty, 1, None),
    )
    none = np.full(count, -1)
    table = {
        "loan": np.concatenate([rows["loan"][p[0]] for p in pieces]),
        "value": np.concatenate([p[1][p[0]] for p in pieces]),
        "posting": np.concatenate([p[2][p[0]] for p in pieces]),
        "amount": np.concatenate([p[3][p[0]] for p in pieces]),
        "penalty": np.concatenate([np.full(int(p[0].sum()), p[4]) for p in pieces]),
        "reverses": np.concatenate([(none if p[5] is None else p[5])[p[0]] for p in pieces]),
    }
    stands = (table["reverses"] < 0) & (table["penalty"] == 0)
    stands[:count] &= ~bounced
    return table, {name: column[stands] for name, column in table.items()}


def _as_ledger(table: dict[str, np.ndarray], *, chunk: int, loan_ids: pl.Series) -> pl.DataFrame:
    """Write the postings as the ledger would hand them over: by loan, in order of posting."""
    count = len(table["loan"])
    ids = joined(constant(f"R{chunk:05d}", count=count), padded(np.arange(count), digits=8))
    reversing = table["reverses"] >= 0
    reversed_id = ids.gather(np.maximum(table["reverses"], 0)).set(pl.Series(~reversing), None)
    frame = pl.DataFrame(
        {
            "payment_id": ids,
            "loan_id": loan_ids.gather(table["loan"]),
            "value_date": table["value"],
            "posting_date": table["posting"],
            "amount_minor": table["amount"],
            "purpose": word_of([p.value for p in Purpose], table["penalty"]),
            "reverses_payment_id": reversed_id,
        }
    )
    order = np.lexsort((np.arange(count), table["posting"], table["loan"]))
    return frame[order]


def _oldest_unpaid(lending: Lending, *, paid: np.ndarray, book_day: int) -> np.ndarray:
    through = np.cumsum(lending.due, axis=1)
    open_ = lending.exists & (through > paid[:, None]) & (lending.due_day < book_day)
    first = open_.argmax(axis=1)
    return np.where(open_.any(axis=1), lending.due_day[np.arange(len(paid)), first], -1)


def _settled_days(lending: Lending, *, standing: dict[str, np.ndarray]) -> np.ndarray:
    """On which posting day each instalment's running total was reached."""
    order = np.lexsort((standing["posting"], standing["loan"]))
    loan, day = standing["loan"][order], standing["posting"][order]
    total = np.cumsum(standing["amount"][order])
    first = np.searchsorted(loan, loan, side="left")
    before = np.where(first > 0, total[np.maximum(first, 1) - 1], 0)
    # One sorted key for all loans: no loan's payments reach the stride.
    key = loan * _LOAN_STRIDE + (total - before)
    of_loan, k = np.nonzero(lending.exists)
    through = np.cumsum(lending.due, axis=1)[of_loan, k]
    place = np.searchsorted(key, of_loan * _LOAN_STRIDE + through, side="left")
    within = np.minimum(place, max(len(key) - 1, 0))
    settled = np.full(lending.due_day.shape, NEVER, np.int64)
    if len(key):
        reached = (place < len(key)) & (loan[within] == of_loan)
        settled[of_loan, k] = np.where(reached, day[within], NEVER)
    return settled
