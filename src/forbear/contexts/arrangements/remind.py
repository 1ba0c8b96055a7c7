"""Whom do we remind of a promise or an instalment, as they asked us to, and of what?

A reminder passes the gate like any contact, once for a promise or an instalment and its day: the
id of its permit follows from them, so whoever asks twice asks for the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from forbear.contexts.arrangements.models import Arrangement, CoveredLoan, Promise
from forbear.contexts.arrangements.transition import ArrangementState, PromiseState
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
from forbear.values.code import Channel, ContactPurpose, Jurisdiction, LoanState
from forbear.values.money import Currency
from forbear.values.principal import Principal

_NAMES = UUID("5f0c3a86-6a2e-4b0e-9f0e-2f1f6f2f7c11")
_DAY = timedelta(days=1)


_Messages = Mapping[tuple[Jurisdiction, Channel], str]
# Whoever is late already is not reminded of a day to come; a pause has none.
_KEPT = ArrangementState.ACTIVE.value


@dataclass(frozen=True, slots=True)
class _Due:
    id: UUID
    debtor_id: int
    loan_id: int | None
    due_date: date
    messages: _Messages


def remind(*, actor: Principal, clock: Clock = database_clock) -> int:
    """Ask the gate for each reminder that is due now and was not allowed before; return how many.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
    """
    days = open_sending().remind_days_before
    if days is None:
        return 0
    now = clock()
    with reading(actor):
        due = [*_promised(now, days), *_agreed(now, days)]
        persons = facts_of_ids({each.debtor_id for each in due})
    asked = [_asked(persons[each.debtor_id], each, now, days) for each in due]
    return sum(
        authorise(each, actor=actor, clock=clock).allowed for each in asked if each is not None
    )


def _span(now: datetime, days: int) -> tuple[date, date]:
    # A person's own day may be one ahead of or behind the clock's; it is looked at below.
    return now.date() - _DAY, now.date() + timedelta(days=days + 1)


def _promised(now: datetime, days: int) -> list[_Due]:
    rows = Promise.objects.filter(
        state=PromiseState.OPEN.value, reminder=True, due_date__range=_span(now, days)
    ).order_by("id")
    return [
        _Due(
            uuid5(_NAMES, f"{row.pk} {row.due_date.isoformat()}"),
            row.debtor_id,
            row.loan_id,
            row.due_date,
            open_sending().promises,
        )
        for row in rows
    ]


def _agreed(now: datetime, days: int) -> list[_Due]:
    rows = Arrangement.objects.filter(
        state=_KEPT, reminder=True, next_minor__gt=0, next_date__range=_span(now, days)
    ).order_by("id")
    return [
        _Due(
            uuid5(_NAMES, f"instalment {row.pk} {row.next_date.isoformat()}"),
            row.debtor_id,
            row.loans.order_by("id").values_list("loan_id", flat=True)[0],
            row.next_date,
            open_sending().instalments,
        )
        for row in rows
        if row.next_date is not None
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
        message = due.messages.get((person.jurisdiction, channel))
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


def agreed_truths(asked: Composing, _today: date) -> More:
    """Return the day and the amount of the next instalment of the arrangement about a loan."""
    covered = (
        CoveredLoan.objects.filter(debtor_id=asked.debtor_id, loan_id=asked.loan_id, live=True)
        .select_related("arrangement")
        .first()
    )
    if covered is None or covered.arrangement.next_date is None:
        return More()
    row = covered.arrangement
    left = Amount(row.next_minor, Currency(row.currency))
    return More(values={"instalment_date": row.next_date, "instalment_amount": left})
