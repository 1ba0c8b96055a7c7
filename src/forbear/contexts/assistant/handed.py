"""Which conversations wait for a member of staff, and what do they say?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from forbear.contexts.assistant.bargain import stood_of
from forbear.contexts.assistant.models import Bargain, Message, Talk
from forbear.contexts.assistant.talk import Exchange, exchange_of
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.policy.assistant.bargain_shown import Stood
from forbear.policy.assistant.dialogue import Stage
from forbear.policy.assistant.intent import Intent
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

_MESSAGES_MAX = 30


class NoSuchTalk(NotFound):
    """There is no such conversation for this reader."""

    code = "NO_SUCH_TALK"


@dataclass(frozen=True, slots=True)
class Handed:
    """Where a talk about an arrangement stands that staff take up.

    ``said_minor``: what the person last said that they can pay a month; null: nothing yet.
    ``lowered``: how often they asked for less.
    """

    stood: Stood
    said_minor: int | None
    lowered: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation that was handed over.

    ``meant``: all that was wanted, each once, in order. ``care``: a life may be in danger.
    ``bargain``: where the talk about an arrangement stands; null: there was none.
    """

    id: int
    debtor_id: int
    handed_at: datetime
    care: bool
    meant: tuple[Intent, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    bargain: Handed | None = None


def waiting(*, rows: int, actor: Principal, now: datetime) -> tuple[Waiting, ...]:
    """Return up to ``rows`` conversations that nobody has read: danger first, then the oldest.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = Talk.objects.filter(handed_at__isnull=False, seen_at__isnull=True)
        first = sorted(found, key=lambda each: (each.stage != Stage.CARE.value, each.handed_at))
        return tuple(_waiting(row, now=now) for row in first[:rows])


def see_talk(talk_id: int, *, actor: Principal, now: datetime) -> bool:
    """Write down that somebody has read a conversation; False: somebody had before.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchTalk: there is none by that id for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with acting(actor):
        talk = Talk.objects.select_for_update().filter(pk=talk_id).first()
        if talk is None or talk.handed_at is None:
            raise NoSuchTalk(
                "There is no such conversation.",
                remedy="Look at the list again.",
                message_zh="没有该对话。",
                remedy_zh="请重新查看列表。",
            )
        if talk.seen_at is not None:
            return False
        talk.seen_at, talk.seen_by = now, str(actor)
        talk.save(update_fields=["seen_at", "seen_by"])
        record(
            AuditEvent.ASSISTANT_SEEN,
            actor=actor,
            subject=f"talk:{talk.pk}",
            debtor_id=talk.debtor_id,
            now=now,
        )
        return True


def _waiting(talk: Talk, *, now: datetime) -> Waiting:
    rows = Message.objects.filter(talk=talk).select_related("talk__debtor").order_by("-id")
    said = tuple(exchange_of(row, now=now) for row in reversed(list(rows[:_MESSAGES_MAX])))
    meant = tuple(dict.fromkeys(each for one in said for each in one.meant))
    assert talk.handed_at is not None
    care = talk.stage == Stage.CARE.value
    row = Bargain.objects.filter(talk=talk).order_by("-id").first()
    bargain = None if row is None else Handed(stood_of(row), row.said_minor, row.lowered)
    return Waiting(talk.pk, talk.debtor_id, talk.handed_at, care, meant, said, bargain)
