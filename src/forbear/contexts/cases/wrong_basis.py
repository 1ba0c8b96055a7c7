"""Which contacts were made while a loan was believed to stand worse than it did?

A late fact (a back-dated payment, a reversal, a pause told afterwards) changes what was true on
past days. Each outbound contact since is judged twice: by what was known on its day, and by what
is known now.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from forbear.contexts.cases.models import WrongBasis
from forbear.contexts.contact.history import Contacted, contacted_since
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.portfolio.contract import Contract
from forbear.contexts.rulebook.library import open_products
from forbear.policy.debt.facts import LoanFacts
from forbear.policy.debt.standing import Standing, standing
from forbear.values.day import day_number
from forbear.values.product import ProductTerms

Known = tuple[Contract, LoanFacts]


def find_wrong_basis(
    loan_id: int,
    *,
    since: date,
    cause: str,
    believed: LoanFacts | None = None,
    found: Known | None = None,
    today: date,
    now: datetime,
) -> int:
    """List a loan's contacts that a late fact puts in another light; return how many are new.

    ``since``: the first day that the fact changes. ``cause`` names the fact, such as
    ``posting:42``. ``believed``: the loan as it was held to be before the fact came in; where it
    is not given, the facts that count now tell themselves on which day each was known. ``found``:
    what is known of the loan, where that was fetched before. A contact about another loan of the
    person is not listed.
    """
    required()
    found = found or loan_facts([loan_id]).get(loan_id)
    if found is None:
        return 0
    contract, facts = found
    terms = open_products()[contract.product]
    rows = []
    judged: dict[date, tuple[Standing, Standing]] = {}
    for contact in contacted_since(contract.debtor_id, loan_id=loan_id, since=since, until=today):
        day = _local_day(contact)
        if day < since:
            continue
        if day not in judged:
            judged[day] = _judged(believed or facts, facts, terms, day=day, today=today)
        then, true = judged[day]
        if _worse(then, true):
            rows.append(_row(contact, contract.debtor_id, loan_id, cause, then, true, now))
    before = WrongBasis.objects.filter(cause=cause, loan_id=loan_id).count()
    WrongBasis.objects.bulk_create(rows, ignore_conflicts=True)
    return WrongBasis.objects.filter(cause=cause, loan_id=loan_id).count() - before


def _judged(
    believed: LoanFacts, facts: LoanFacts, terms: ProductTerms, *, day: date, today: date
) -> tuple[Standing, Standing]:
    as_of = day_number(day)
    return (
        standing(believed, terms, as_of_day=as_of, known_day=as_of),
        standing(facts, terms, as_of_day=as_of, known_day=day_number(today)),
    )


def _worse(believed: Standing, true: Standing) -> bool:
    return (
        believed.overdue_minor > true.overdue_minor or believed.days_past_due > true.days_past_due
    )


def _local_day(contact: Contacted) -> date:
    zone = ZoneInfo(contact.time_zone) if contact.time_zone else UTC
    return contact.started_at.astimezone(zone).date()


def _row(
    contact: Contacted,
    debtor_id: int,
    loan_id: int,
    cause: str,
    believed: Standing,
    true: Standing,
    now: datetime,
) -> WrongBasis:
    return WrongBasis(
        debtor_id=debtor_id,
        loan_id=loan_id,
        attempt_id=contact.attempt_id,
        cause=cause,
        believed_days_past_due=believed.days_past_due,
        true_days_past_due=true.days_past_due,
        believed_overdue_minor=believed.overdue_minor,
        true_overdue_minor=true.overdue_minor,
        found_at=now,
    )
