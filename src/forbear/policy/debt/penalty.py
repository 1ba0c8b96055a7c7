"""How much penalty has lateness cost, span by span?

What one payment covered of a late instalment's penalty base bore penalty from the due day to that
payment; what nothing covered yet bears it to the day asked. The spans of an instalment add up
exactly and are rounded once, in the instalment's one whole amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from forbear.policy.debt.ledger import Due, Ledger
from forbear.values.money import divide
from forbear.values.product import FACTOR_SCALE, Compounding, Penalty


class PenaltySpan(NamedTuple):
    """One stretch of penalty base and the days on which it bore penalty.

    ``payment_id``: the payment that ended it; None where it is still unpaid. ``days`` leaves out
    ``paused_days``. Its exact penalty is ``base_minor * times / per`` minor units, where ``times``
    is days times the annual rate in parts per million, or the growth factor of daily compounding.
    """

    payment_id: str | None
    base_minor: int
    since_day: int
    until_day: int
    paused_days: int
    days: int
    times: int
    per: int


class PenaltyLine(NamedTuple):
    """The penalty of one late instalment: its spans, added exactly and rounded once.

    ``is_spared``: it was settled within grace and the product charges nothing for that, or it is
    still within grace; then there are no spans.
    """

    number: int
    spans: tuple[PenaltySpan, ...]
    is_spared: bool
    amount_minor: int


def penalty_lines(ledger: Ledger, *, as_of_day: int, cut: int) -> Iterator[PenaltyLine]:
    """Return the penalty of each instalment that was late, oldest first.

    Grain: one line per instalment among the first ``cut``, those that fell due before
    ``as_of_day``, that asked for something and was not settled by its due day.
    """
    terms = ledger.product.penalty
    spared = 0 if terms.runs_in_grace else ledger.product.grace_days
    for at in range(cut):
        due, settled = ledger.dues[at], ledger.settled[at]
        if not due.own_minor or (settled is not None and settled <= due.due_day):
            continue
        end = as_of_day if settled is None else min(settled, as_of_day)
        late_days = end - due.due_day - ledger.paused_days(due.due_day, end)
        if late_days <= spared:
            yield PenaltyLine(due.number, (), is_spared=True, amount_minor=0)
            continue
        spans = tuple(_spans(ledger, at, as_of_day=as_of_day))
        amount = _amount(spans, terms)
        yield PenaltyLine(due.number, spans, is_spared=False, amount_minor=amount)


def cap_minor(ledger: Ledger) -> int | None:
    """Return the most that all penalty of a loan may be; None means no bound."""
    cap_bp = ledger.product.penalty.cap_bp
    return None if cap_bp is None else ledger.facts.principal_minor * cap_bp // 10_000


def penalty_total(ledger: Ledger, *, as_of_day: int, cut: int) -> int:
    """Return all penalty up to a day, paid or not, within the product's cap."""
    total = sum(line.amount_minor for line in penalty_lines(ledger, as_of_day=as_of_day, cut=cut))
    cap = cap_minor(ledger)
    return total if cap is None else min(total, cap)


def _spans(ledger: Ledger, at: int, *, as_of_day: int) -> Iterator[PenaltySpan]:
    due, components = ledger.dues[at], ledger.product.penalty.base
    left = due.asked.only(components)
    for payment, parts in ledger.covers[at]:
        if payment.value_day > as_of_day:
            break
        base = parts.only(components)
        left -= base
        if base and payment.value_day > due.due_day:
            yield _span(ledger, due, payment.payment_id, base, payment.value_day)
    if left:
        yield _span(ledger, due, None, left, as_of_day)


def _span(
    ledger: Ledger, due: Due, payment_id: str | None, base: int, until_day: int
) -> PenaltySpan:
    terms = ledger.product.penalty
    paused = ledger.paused_days(due.due_day, until_day)
    days = until_day - due.due_day - paused
    if terms.compounding is Compounding.DAILY:
        times, per = _factors(terms)[min(days, terms.compound_days)], FACTOR_SCALE
    else:
        times = days * terms.rate_ppm(ledger.facts.annual_rate_bp)
        per = terms.year_days * 1_000_000
    return PenaltySpan(payment_id, base, due.due_day, until_day, paused, days, times, per)


@lru_cache(maxsize=64)
def _factors(penalty: Penalty) -> tuple[int, ...]:
    return penalty.factors()


def _amount(spans: tuple[PenaltySpan, ...], terms: Penalty) -> int:
    if not spans:
        return 0
    exact = sum(span.base_minor * span.times for span in spans)
    return divide(exact, spans[0].per, terms.rounding)
