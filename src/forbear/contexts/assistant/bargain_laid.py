"""What is a talk about an arrangement about, and within which bounds may be offered?

The question is the one that the page of arrangements asks: the same loans, days and law, and the
authority that whoever is in has there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from forbear.contexts.access.visit import Inside
from forbear.contexts.arrangements.actions.propose import LoanArranged, refuse_covered
from forbear.contexts.arrangements.offer import Wanted, worked_out
from forbear.contexts.payments.queries import get_payable
from forbear.contexts.portfolio.held import PersonHeld
from forbear.contexts.rulebook.library import open_arrangements, open_living
from forbear.policy.arrange.afford import Budget
from forbear.policy.arrange.terms import Authority
from forbear.policy.arrange.word import Target
from forbear.policy.assistant.bargain import Table
from forbear.policy.assistant.dialogue import Line
from forbear.values.errors import Conflict, Denied, InvalidInput, NotFound
from forbear.values.money import Currency

TARGET: Final = Target.PAYOFF
"""All that is owed. Whoever wants less to be covered chooses it on the page."""
_NOTHING: Final = Authority(0, {}, freeze=False)


@dataclass(frozen=True, slots=True)
class Laid:
    """What is talked about. ``loans``: refs, by which the page would be asked for the same."""

    table: Table
    loans: tuple[str, ...]
    currency: Currency


def laid_out(signer: PersonHeld, inside: Inside, *, today: date, now: datetime) -> Laid | Line:
    """Return what a held person can talk about, or what is said where the page serves better."""
    payable = get_payable(inside.debtor_id, actor=inside.principal, today=today)
    owed = [each for each in payable if each.payoff_minor and not each.settled]
    if len({each.currency for each in owed}) != 1:
        return Line.PLAN_PAGE
    currency, loans = owed[0].currency, tuple(each.ref for each in owed)
    nothing_yet = Budget(currency, can_pay_month_minor=0)
    try:
        refuse_covered([each.loan_id for each in owed], but=None)
        worked = worked_out(
            Wanted(signer.ref, loans, TARGET, nothing_yet), signer, today=today, now=now
        )
    except LoanArranged:
        return Line.PLAN_COVERED
    except (InvalidInput, NotFound, Conflict, Denied):
        return Line.PLAN_PAGE
    protected = open_living().protected(
        signer.jurisdiction, signer.region, adults=1, children=0, on=today
    )
    terms = open_arrangements()
    authority = terms.authority.get(inside.principal.kind.value, _NOTHING)
    owing = tuple(each.owed for each in worked.covered)
    return Laid(Table(owing, terms, worked.ask, protected, authority), loans, currency)
