"""Was this code, number or contact really ours?

Whoever asks is not known. By a code one contact is confirmed, once; by a number, whether it is one
of ours, which everybody may know. Whether somebody's own number was contacted is told to nobody who
only names it: the answer is the same for every number there is, and is made without looking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from forbear.contexts.contact.caller.code import attempts_of
from forbear.contexts.contact.caller.limit import count_question, keep_question
from forbear.contexts.contact.caller.line import line_of
from forbear.contexts.contact.caller.word import Asked, Checked
from forbear.contexts.contact.gate.word import MADE, Way
from forbear.contexts.contact.models import Attempt, CallerCheck
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.care import TeamNamed, agency_team, teams_named
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.particular import particulars
from forbear.contexts.portfolio.queries.find import debtors_at
from forbear.contexts.rulebook.library import open_caller, open_documents
from forbear.policy.wording.form import Both
from forbear.values.code import Channel, Direction
from forbear.values.principal import Principal, system

# Rows are looked up as the house itself: whoever asks sees none of them.
CHECKER = system("caller-check")
_BY_ATTEMPT = (
    "SELECT a.id, d.channel, d.way, d.provider, d.intent_at FROM contact_dispatch d "
    "JOIN contact_attempt a ON a.id = d.attempt_id "
    "WHERE d.attempt_id = ANY(%s) AND d.state = ANY(%s) ORDER BY a.id DESC"
)
_NEAR = (
    "SELECT a.channel, a.started_at FROM contact_attempt a LEFT JOIN contact_dispatch d "
    "ON d.attempt_id = a.id WHERE a.debtor_id = ANY(%s) AND a.contact_point_id = ANY(%s) "
    "AND a.direction = %s AND a.started_at BETWEEN %s AND %s "
    "AND (d.state IS NULL OR d.state = ANY(%s)) ORDER BY a.started_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is answered, in both languages, always in this one form.

    ``channel`` and ``at`` are null where no contact is confirmed.
    """

    answer: Checked
    en: str
    zh: str
    channel: Channel | None = None
    at: datetime | None = None


def check_code(code: str, *, source: bytes, now: datetime) -> Told:
    """Say whether a code stands for a contact of ours, and confirm it once.

    Raises:
        TooManyChecks: there were too many questions.
    """
    with acting(CHECKER):
        count_question(source, Asked.CODE, now=now)
        found = _contact(attempts_of(code), now)
        if found is None:
            keep_question(source, Asked.CODE, Checked.NOT_OURS, now=now)
            return told(Checked.NOT_OURS, now=now)
        attempt_id, channel, agency, began = found
        first = keep_question(source, Asked.CODE, Checked.GENUINE, attempt_id=attempt_id, now=now)
        if not first:
            keep_question(source, Asked.CODE, Checked.USED, now=now)
            before = CallerCheck.objects.get(attempt_id=attempt_id, answer=Checked.GENUINE.value)
            return told(Checked.USED, now=now, checked=_moment(before.at))
    words = open_documents().words["channel"][channel.value]
    return told(
        Checked.GENUINE,
        now=now,
        name="genuine" if agency is None else "genuine_agency",
        channel=channel,
        began=began,
        channel_words=words,
        agency=None if agency is None else Both(agency.name_zh, agency.name_en),
        at=_moment(began),
    )


def check_number(number: str, *, source: bytes, now: datetime) -> Told:
    """Say whether a number that somebody was called from is one of ours.

    Raises:
        TooManyChecks: there were too many questions.
    """
    with acting(CHECKER):
        count_question(source, Asked.NUMBER, now=now)
        line = line_of(number, on=settings.FORBEAR_MORNING.day(now))
        answer = Checked.NOT_REGISTERED if line is None else Checked.REGISTERED
        keep_question(source, Asked.NUMBER, answer, now=now)
    return told(
        answer, now=now, name_words=None if line is None else Both(line.name_zh, line.name_en)
    )


def check_time(*, source: bytes, now: datetime) -> Told:
    """Answer whoever asks, by a number alone, whether that number was contacted: the same for all.

    Neither number nor time is taken in, so that nothing can depend on them.

    Raises:
        TooManyChecks: there were too many questions.
    """
    with acting(CHECKER):
        count_question(source, Asked.TIME, now=now)
        keep_question(source, Asked.TIME, Checked.BY_CODE, now=now)
    return told(Checked.BY_CODE, now=now)


def reached_by(code: str, *, source: bytes, now: datetime) -> tuple[int, int] | None:
    """Return whom and by which point the contact of a code reached, while it may be checked.

    For whoever holds the message and says that it is not for them; nothing is confirmed by it.
    Runs inside a transaction.

    Raises:
        TooManyChecks: there were too many reports.
    """
    count_question(source, Asked.REPORT, now=now)
    found = _contact(attempts_of(code), now)
    keep_question(source, Asked.REPORT, Checked.REPORTED, now=now)
    rows = Attempt.objects.filter(pk=-1 if found is None else found[0])
    row = rows.values_list("debtor_id", "contact_point_id").first()
    return None if row is None or row[1] is None else (row[0], row[1])


def check_contact(number: str, at: datetime | None, *, actor: Principal, now: datetime) -> Told:
    """Say whether a number was contacted about a time, or lately where ``at`` is null.

    The asking system answers for it that whoever asks holds the number: it has called from there,
    or received a code there. Persons who only name the number ask ``check_time``.

    Raises:
        NotPermitted: CALLER_CONFIRM is missing.
    """
    may(actor, Permission.CALLER_CONFIRM)
    near = timedelta(minutes=open_caller().near_minutes)
    since, until = (now - 2 * near, now) if at is None else (at - near, at + near)
    with reading(CHECKER):
        people, points = debtors_at(number, now=now)
        states = [each.value for each in MADE]
        with connection.cursor() as cursor:
            outbound = Direction.OUTBOUND.value
            cursor.execute(_NEAR, [people, points, outbound, since, until, states])
            row = cursor.fetchone()
    if row is None:
        return told(Checked.NOT_CONTACTED, now=now)
    channel = Channel(row[0])
    words = open_documents().words["channel"][channel.value]
    return told(
        Checked.CONTACTED,
        now=now,
        channel=channel,
        began=row[1],
        channel_words=words,
        at=_moment(row[1]),
    )


def told(
    answer: Checked,
    *,
    now: datetime,
    name: str = "",
    channel: Channel | None = None,
    began: datetime | None = None,
    channel_words: Both | None = None,
    agency: Both | None = None,
    name_words: Both | None = None,
    **plain: str,
) -> Told:
    """Return an answer in its approved words."""
    own = particulars(now)
    said = open_documents().newest("document.caller").says[name or answer.value.lower()]
    nothing = Both("", "")

    def fill(text: str, lender_name: str, *, zh: bool) -> str:
        both = {"channel": channel_words, "agency": agency, "name": name_words}
        values = {n: (v or nothing).zh if zh else (v or nothing).en for n, v in both.items()}
        values |= {"lender": lender_name, "phone": own.reached.phone, **plain}
        for each, value in values.items():
            text = text.replace(f"{{{each}}}", value)
        return text

    en, zh = fill(said.en, own.name.en, zh=False), fill(said.zh, own.name.zh, zh=True)
    return Told(answer, en, zh, channel, None if began is None else _minute(began))


def _contact(
    attempts: tuple[int, ...], now: datetime
) -> tuple[int, Channel, TeamNamed | None, datetime] | None:
    """Return the contact that a code stands for while it may be checked.

    The same is asked of the database whether there is one or not.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BY_ATTEMPT, [list(attempts), [each.value for each in MADE]])
        rows = cursor.fetchall()
    hours = open_caller().valid_hours
    for attempt_id, channel, way, provider, began in rows:
        if now - began <= timedelta(hours=hours[Channel(channel)]):
            team = agency_team(provider) if way == Way.AGENCY.value else None
            named = {} if team is None else teams_named([team])
            return attempt_id, Channel(channel), named.get(team or 0), began
    return None


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
