"""Whom do we tell of a lesson, since they chose so, and of which?

A message passes the gate like any contact, to the person's own numbers alone, and says nothing of a
debt. At most one goes to a person in some days, and each lesson once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.campaign.more import More
from forbear.contexts.contact.channels.registry import carrier_of
from forbear.contexts.contact.code import own_ways
from forbear.contexts.contact.gate.ask import Wish, judge_all
from forbear.contexts.contact.gate.authorise import Asked, authorise_within
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.education.models import Mailing
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.agreed import agreed
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_ids
from forbear.contexts.rulebook.library import (
    open_education,
    open_lessons,
    open_portal,
    open_sending,
    open_wordings,
)
from forbear.values.code import ConsentKind, ContactPurpose, LoanState
from forbear.values.principal import Principal

CONTEXT = "education"
PATH = "/p/lessons/{code}/"
LASTS = timedelta(days=3)
AT_ONCE = 200
_NAMES = UUID("4d0a1f7e-52b3-4a57-9a41-6d0c5f0b9e21")


def mail_lessons(*, actor: Principal, clock: Clock = database_clock) -> int:
    """Ask the gate for a message to everybody who chose so and whose turn it is; return how many.

    Nobody is told of anything where the lender does not say where its pages are.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
    """
    may(actor, Permission.CONTACT_MAKE)
    if open_portal().address is None:
        return 0
    sent, after = 0, 0
    while True:
        with reading(actor):
            ids = agreed(ConsentKind.LESSONS, after=after, limit=AT_ONCE)
            persons = facts_of_ids(set(ids))
        for debtor_id in ids:
            if debtor_id in persons:
                sent += _mail(persons[debtor_id], actor=actor, clock=clock)
        if len(ids) < AT_ONCE:
            return sent
        after = ids[-1]


def lesson_told(asked: Composing, _today: date) -> More:
    """Return where the lesson stands of which a person is told now."""
    address = open_portal().address
    row = Mailing.objects.filter(debtor_id=asked.debtor_id).order_by("-id").first()
    if row is None or address is None:
        return More()
    return More(values={"lesson_url": address + PATH.format(code=row.lesson)})


def _mail(person: PersonFacts, *, actor: Principal, clock: Clock) -> bool:
    """Write the message down and ask the gate for it; where the gate refuses, neither happened."""
    now = clock()
    with reading(actor):
        code = _next(person.id, now)
        asked = None if code is None else _asked(person, code, now)
        # Only looked at: somebody whom a rule keeps from it is not written down every time.
        if asked is None or not judge_all([asked.wish], now=now)[asked.wish].allowed:
            return False
    assert code is not None, "what is asked for names a lesson"
    with acting(actor):
        Mailing.objects.create(
            debtor_id=person.id,
            lesson=code,
            version=open_lessons()[code].on(_today(person, now)).version,
            permit=asked.id,
            at=now,
        )
        allowed = authorise_within(asked, actor=actor, clock=clock).allowed
        if not allowed:
            Mailing.objects.filter(permit=asked.id).delete()
            return False
        record(
            AuditEvent.LESSON_MAILED,
            actor=actor,
            subject=f"permit:{asked.id}",
            debtor_id=person.id,
            body={"lesson": code},
            now=now,
        )
        return True


def _next(debtor_id: int, now: datetime) -> str | None:
    """Return the lesson whose turn it is; None: it is too early, or all were told of."""
    terms = open_education()
    told = dict(Mailing.objects.filter(debtor_id=debtor_id).values_list("lesson", "at"))
    if any(at > now - timedelta(days=terms.mail_every_days) for at in told.values()):
        return None
    return next((code for code in terms.mailed if code not in told), None)


def _asked(person: PersonFacts, code: str, now: datetime) -> Asked | None:
    """Return what to ask the gate for; None: nothing is owed, or there is no way."""
    loan = next((each.no for each in person.loans if each.state is LoanState.OPEN), None)
    for point_id, channel in own_ways(person):
        provider = carrier_of(channel, settings.FORBEAR_PROVIDERS)
        message = open_sending().lessons.get((person.jurisdiction, channel))
        if loan is None or provider is None or message is None:
            continue
        wish = Wish(person.id, point_id, channel, loan, ContactPurpose.EDUCATION)
        words = (message, open_wordings().on(message, as_of=_today(person, now)).version)
        permit = uuid5(_NAMES, f"{person.id} {code} {point_id}")
        return Asked(permit, wish, Way.CAMPAIGN, provider, words, lasts=LASTS)
    return None


def _today(person: PersonFacts, now: datetime) -> date:
    return now.astimezone(ZoneInfo(next(iter(person.zones), "UTC"))).date()
