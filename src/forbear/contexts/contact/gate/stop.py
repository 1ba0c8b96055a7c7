"""How is all sending, or some of it, stopped at once?

Placing a stop waits for decisions that are under way and makes later ones wait for it: a stop that
is committed before an intent always wins. What waits to be sent is taken back when its turn comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.contact.models import Stop
from forbear.contexts.database.meeting import MEET, part
from forbear.contexts.database.prepared import Question, ask
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Channel
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import Principal

_REASON_LENGTH_MAX = 400
_ON = (
    "SELECT id, scope, subject, reason FROM contact_stop WHERE released_at IS NULL AND ("
    "scope IN ('GLOBAL', 'CREDITOR') OR (scope = 'CHANNEL' AND subject = %s) "
    "OR (scope = 'PERSON' AND subject = %s)) ORDER BY id"
)


class AlreadyStopped(Conflict):
    """A stop of this scope is on already."""

    code = "ALREADY_STOPPED"


class NotStopped(Conflict):
    """There is no such stop, or it was released."""

    code = "NOT_STOPPED"


@dataclass(frozen=True, slots=True)
class StopOn:
    """A stop that is on."""

    id: int
    scope: StopScope
    subject: str
    reason: str


def place_stop(
    scope: StopScope, subject: str, *, reason: str, actor: Principal, now: datetime
) -> int:
    """Stop everything, a creditor's, a channel or a person; return the stop's id.

    Raises:
        NotPermitted: SENDING_STOP is missing.
        InvalidInput: the subject does not fit the scope, or there is no reason.
        AlreadyStopped: it is on already.
    """
    _check(scope, subject, reason)
    with acting(actor):
        may(actor, Permission.SENDING_STOP)
        part()
        if Stop.objects.filter(scope=scope.value, subject=subject, released_at=None).exists():
            raise AlreadyStopped(
                "This is stopped already.",
                remedy="There is nothing to do.",
                message_zh="已处于停止状态。",
                remedy_zh="无需操作。",
            )
        stop = Stop.objects.create(
            scope=scope.value, subject=subject, reason=reason, placed_at=now, placed_by=str(actor)
        )
        record(
            AuditEvent.STOP_PLACED,
            actor=actor,
            subject=f"stop:{stop.pk}",
            now=now,
            debtor_id=int(subject) if scope is StopScope.PERSON else None,
            body={"scope": scope.value, "subject": subject},
        )
        return stop.pk


def release_stop(stop_id: int, *, actor: Principal, now: datetime) -> None:
    """Let go on what a stop held.

    Raises:
        NotPermitted: SENDING_RELEASE is missing.
        NotStopped: there is no such stop that is on.
    """
    with acting(actor):
        may(actor, Permission.SENDING_RELEASE)
        part()
        stop = Stop.objects.filter(pk=stop_id, released_at=None).first()
        if stop is None:
            raise NotStopped(
                "There is no such stop that is on.",
                remedy="Look at the list of stops.",
                message_zh="没有正在生效的该停止指令。",
                remedy_zh="请查看停止指令列表。",
            )
        stop.released_at, stop.released_by = now, str(actor)
        stop.save(update_fields=["released_at", "released_by"])
        record(
            AuditEvent.STOP_RELEASED,
            actor=actor,
            subject=f"stop:{stop.pk}",
            now=now,
            debtor_id=int(stop.subject) if stop.scope == StopScope.PERSON.value else None,
            body={"scope": stop.scope, "subject": stop.subject},
        )


def stops_on(*, actor: Principal) -> list[StopOn]:
    """Return every stop that is on, the oldest first."""
    with reading(actor):
        return every_stop()


def every_stop() -> list[StopOn]:
    """Return the same inside a transaction that is open."""
    required()
    rows = Stop.objects.filter(released_at=None).order_by("id")
    return [StopOn(row.pk, StopScope(row.scope), row.subject, row.reason) for row in rows]


def stop_that_binds(
    stops: Sequence[StopOn], debtor_id: int, channel: Channel, creditor_ids: Sequence[int]
) -> StopOn | None:
    """Return the first of some stops that binds a contact, as ``stopped`` finds it."""
    bound = {
        StopScope.GLOBAL: {""},
        StopScope.CHANNEL: {channel.value},
        StopScope.PERSON: {str(debtor_id)},
        StopScope.CREDITOR: {str(one) for one in creditor_ids},
    }
    return next((stop for stop in stops if stop.subject in bound[stop.scope]), None)


def about_stops(debtor_id: int, channel: Channel) -> list[Question]:
    """Return what ``stopped`` asks the database, in order."""
    return [MEET, (_ON, [channel.value, str(debtor_id)])]


def stopped(debtor_id: int, channel: Channel, creditor_ids: list[int]) -> StopOn | None:
    """Return a stop that binds a contact, and keep new ones out until this transaction ends."""
    required()
    meet, on = about_stops(debtor_id, channel)
    ask(*meet)
    stops = [StopOn(ident, StopScope(scope), *said) for ident, scope, *said in ask(*on)]
    return stop_that_binds(stops, debtor_id, channel, creditor_ids)


def _check(scope: StopScope, subject: str, reason: str) -> None:
    fits = {
        StopScope.GLOBAL: not subject,
        StopScope.CHANNEL: subject in {channel.value for channel in Channel},
        StopScope.CREDITOR: subject.isdecimal(),
        StopScope.PERSON: subject.isdecimal(),
    }[scope]
    if not fits or not 0 < len(reason) <= _REASON_LENGTH_MAX:
        raise InvalidInput(
            "A stop names what it stops, and why.",
            remedy="Everything: no subject. A channel: its code. Creditor or person: the id.",
            message_zh="停止指令须写明对象与原因。",
            remedy_zh="全部停止不填对象；渠道填代码；债权人或个人填编号。",
            field="reason" if fits else "subject",
        )
