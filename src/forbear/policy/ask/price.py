"""Is this price within what the law lets stand?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forbear.policy.calendar import CalendarEnds
from forbear.policy.kind import PriceCap, Question
from forbear.policy.pack import Pack
from forbear.policy.rule import Rule
from forbear.values.code import LenderKind, Purse
from forbear.values.decision import Decision, Finding


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """What a loan costs a year beside principal, in millionths, purse by purse."""

    contract_day: int
    lender: LenderKind
    yearly_ppm: Mapping[Purse, int]


def may_price(pack: Pack, facts: PriceFacts, *, now: datetime) -> Decision:
    """Ask every rule that caps the prices of such a lender."""
    return Decision(
        tuple(
            _find(rule, rule.parameters, facts)
            for rule in pack.about(Question.PRICE)
            if isinstance(rule.parameters, PriceCap) and facts.lender in rule.parameters.lenders
        ),
        pack.sha256,
        now,
    )


def _find(rule: Rule, cap: PriceCap, facts: PriceFacts) -> Finding:
    price = sum(ppm for purse, ppm in facts.yearly_ppm.items() if purse in cap.purses)
    try:
        ceiling = ceiling_ppm(cap, contract_day=facts.contract_day)
    except CalendarEnds as error:
        return Finding(rule.about(), False, (("cannot be answered", error.code),))
    return Finding(
        rule.about(), price <= ceiling, (("price a year, ppm", price), ("at most, ppm", ceiling))
    )


def ceiling_ppm(cap: PriceCap, *, contract_day: int) -> int:
    """Return the ceiling for a contract of a day.

    Raises:
        CalendarEnds: the series says nothing of that day.
    """
    if cap.rate_ppm is not None:
        return cap.rate_ppm
    assert cap.series is not None  # a cap has one or the other
    return cap.series.on(contract_day) * (cap.times or 1)
