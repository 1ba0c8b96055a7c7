"""A lender's files told facts that are older than contacts: which contacts were that?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from forbear.contexts.cases.late import list_contacts
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger.facts import loan_facts, pause_of
from forbear.contexts.portfolio.contract import Paused, hold_person
from forbear.policy.debt.facts import LoanFacts
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class LateLoan:
    """A loan of which more is known now. ``since``: the first day on which that mattered.

    ``postings`` are the refs, and ``pauses`` the pauses, that were not known before.
    """

    debtor_id: int
    loan_id: int
    since: date
    postings: frozenset[str]
    pauses: frozenset[Paused]


def list_late_contacts(
    loans: Collection[LateLoan], *, cause: str, actor: Principal, today: date, now: datetime
) -> int:
    """List contacts made while some loans were believed to stand worse; return how many are new.

    Listing again adds nothing, so that whoever was interrupted begins anew.
    """
    listed = 0
    with acting(actor):
        for debtor_id in sorted({loan.debtor_id for loan in loans}):
            hold_person(debtor_id)
        known = loan_facts([loan.loan_id for loan in loans])
        for loan in loans:
            if loan.loan_id in known:
                listed += list_contacts(
                    loan.debtor_id,
                    loan.loan_id,
                    since=loan.since,
                    cause=cause,
                    believed=_without(known[loan.loan_id][1], loan),
                    found=known[loan.loan_id],
                    actor=actor,
                    today=today,
                    now=now,
                )
    return listed


def _without(facts: LoanFacts, late: LateLoan) -> LoanFacts:
    """Return a loan as it was known before."""
    new = {pause_of(each) for each in late.pauses}
    return replace(
        facts,
        postings=tuple(each for each in facts.postings if each.payment_id not in late.postings),
        pauses=tuple(each for each in facts.pauses if each not in new),
    )
