"""Whom do we remind of a promise, as they asked us to, and of what?

A reminder passes the gate like any contact, once for a promise and its day: the id of its permit
follows from both, so whoever asks twice asks for the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from forbear.contexts.arrangements.models import Promise
from forbear.contexts.arrangements.transition import PromiseState
from forbear.contexts.cases.campaign.more import More
from forbear.contexts.contact.channels.registry import carrier_of
from forbear.contexts.contact.code import own_ways
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_ids
from forbear.contexts.rulebook.library import open_sending, open_wordings
from forbear.policy.wording.value import Amount
from forbear.values.code import ContactPurpose, LoanState
from forbear.values.money import Currency
from forbear.values.principal import Principal

_NAMES = UUID("5f0c3a86-6a2e-4b0e-9f0e-2f1f6f2f7c11")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Due:
    id: UUID
    debtor_id: int
    loan_id: int | None
    due_date: date


def remind_of_promises(*, actor: Principal, clock: Clock = database_clock) -> int:
    """Ask the gate for each reminder that is due now and was not allowed before; return how many.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
    """
    days = open_sending().remind_days_before
    if days is None:
        return 0
    now = clock()
    with reading(actor):
        due = _due(now, days)
        persons = facts_of_ids({each.debtor_id for each in due})
    asked = [_asked(persons[each.debtor_id], each, now, days) for each in due]
    return sum(
        authorise(each, actor=actor, clock=clock).allowed for each in asked if each is not None
    )


def _due(now: datetime, days: int) -> list[_Due]:
    # A person's own day may be one ahead of or behind the clock's; it is looked at below.
    first, last = now.date() - _DAY, now.date() + timedelta(days=days + 1)
    rows = Promise.objects.filter(
        state=PromiseState.OPEN.value, reminder=True, due_date__range=(first, last)
    ).order_by("id")
    return [
        _Due(
            uuid5(_NAMES, f"{row.pk} {row.due_date.isoformat()}"),
            row.debtor_id,
            row.loan_id,
            row.due_date,
        )
        for row in rows
    ]


def _asked(person: PersonFacts, due: _Due, now: datetime, days: int) -> Asked | None:
    """Return what to ask the gate for; None: it is not the time, or there is no way."""
    clock = ZoneInfo(next(iter(person.zones), "UTC"))
    today = now.astimezone(clock).date()
    loan_id = due.loan_id or next(
        (each.no for each in person.loans if each.state is LoanState.OPEN), None
    )
    if loan_id is None or not due.due_date - timedelta(days=days) <= today <= due.due_date:
        return None
    for point_id, channel in own_ways(person):
        provider = carrier_of(channel, settings.FORBEAR_PROVIDERS)
        message = open_sending().promises.get((person.jurisdiction, channel))
        if provider is None or message is None:
            continue
        wish = Wish(person.id, point_id, channel, loan_id, ContactPurpose.REMINDER)
        words = (message, open_wordings().on(message, as_of=today).version)
        ends = datetime.combine(due.due_date + _DAY, datetime.min.time(), clock)
        return Asked(due.id, wish, Way.CAMPAIGN, provider, words, lasts=ends - now)
    return None


def promised_truths(asked: Composing, _today: date) -> More:
    """Return the day and the amount that a person promised for a loan."""
    of = Q(loan_id=asked.loan_id) | Q(loan_id__isnull=True)
    state = PromiseState.OPEN.value
    row = Promise.objects.filter(of, debtor_id=asked.debtor_id, state=state).order_by("id").first()
    if row is None:
        return More()
    left = Amount(row.amount_minor - row.paid_minor, Currency(row.currency))
    return More(values={"promise_date": row.due_date, "promised_amount": left})
