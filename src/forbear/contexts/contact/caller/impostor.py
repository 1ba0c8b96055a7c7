"""Who says that somebody pretended to be us, and who looks at it?

A report is taken from anybody, without their name or number: what was pretended, by which number,
when. There is no room for free words, so nobody's life ends up here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.caller.check import CHECKER, Told, told
from forbear.contexts.contact.caller.limit import count_question, keep_question
from forbear.contexts.contact.caller.line import line_of
from forbear.contexts.contact.caller.word import Asked, Checked, Pretence
from forbear.contexts.contact.models import ImpostorReport
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput
from forbear.values.principal import ANYBODY, Principal

NUMBER_LENGTH_MAX = 24
_OLDEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Said:
    """What is reported. ``number``: the one that was shown; null: none was, or it is forgotten."""

    pretence: Pretence
    channel: Channel
    number: str | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """A report. ``registered``: the number that was shown is one of ours, so it may be faked."""

    id: int
    ref: UUID
    pretence: Pretence
    channel: Channel
    number: str | None
    registered: bool
    happened_at: datetime
    reported_at: datetime


def report_impostor(said: Said, *, source: bytes, now: datetime) -> Told:
    """Take a report and write it down; compliance sees it.

    Raises:
        TooManyChecks: there were too many reports from this address.
        InvalidInput: it is said to have happened in the future, or over a year ago.
    """
    if not now - _OLDEST <= said.happened_at <= now + timedelta(minutes=5):
        raise InvalidInput(
            "It happened in the future, or over a year ago.",
            remedy="Say when it happened.",
            message_zh="所填时间在将来或超过一年。",
            remedy_zh="请填写发生的时间。",
            field="happened_at",
        )
    with acting(CHECKER):
        count_question(source, Asked.REPORT, now=now)
        today = settings.FORBEAR_MORNING.day(now)
        registered = said.number is not None and line_of(said.number, on=today) is not None
        row = ImpostorReport.objects.create(
            ref=uuid4(),
            pretence=said.pretence.value,
            channel=said.channel.value,
            number=said.number,
            registered=registered,
            happened_at=said.happened_at,
            reported_at=now,
        )
        keep_question(source, Asked.REPORT, Checked.REPORTED, now=now)
        record(
            AuditEvent.IMPOSTOR_REPORTED,
            actor=ANYBODY,
            subject=f"impostor:{row.pk}",
            now=now,
            body={
                "pretence": row.pretence,
                "channel": row.channel,
                "registered": row.registered,
            },
        )
        ref = str(row.ref)
    return told(Checked.REPORTED, now=now, ref=ref)


def list_impostors(*, after: int, rows: int, actor: Principal) -> tuple[Reported, ...]:
    """Return up to ``rows`` reports whose ids follow ``after``.

    Raises:
        NotPermitted: CALLER_MANAGE is missing.
    """
    may(actor, Permission.CALLER_MANAGE)
    with reading(actor):
        found = ImpostorReport.objects.filter(id__gt=after).order_by("id")[:rows]
        return tuple(
            Reported(
                row.pk,
                row.ref,
                Pretence(row.pretence),
                Channel(row.channel),
                row.number,
                row.registered,
                row.happened_at,
                row.reported_at,
            )
            for row in found
        )
