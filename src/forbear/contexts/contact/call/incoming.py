"""Who calls us, how far has their call come, and what is kept of it?

A caller is recognised by the number alone, and never told so: a number proves nothing. What is
kept says who it may have been; it counts as a contact that the person began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.models import IncomingCall
from forbear.contexts.contact.call.word import IncomingEnd, IncomingState
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.inbound.keep import Came as Words
from forbear.contexts.contact.inbound.keep import keep_within
from forbear.contexts.contact.inbound.whose import whose
from forbear.contexts.contact.models import Attempt, AttemptSource
from forbear.contexts.database.prepared import tell
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.find import points_at
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.protection.normal import NotIndexable, normal_phone
from forbear.contexts.rulebook.library import open_desks, open_sending
from forbear.values.code import Channel, Direction, Jurisdiction, Language, Outcome, Relation
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

DEAD_AFTER = timedelta(seconds=20)
_ASKS = "请求回电 · Asks to be called back"
_BEAT = "UPDATE contact_incomingcall SET beat_at = %s WHERE owner = %s AND state <> 'ENDED'"
_LOST = (
    "UPDATE contact_incomingcall SET state = 'ENDED', \"end\" = 'LOST', ended_at = %s "
    "WHERE state <> 'ENDED' AND beat_at < %s"
)
_SILENT = (
    "UPDATE contact_ring SET state = 'OVER', wish = NULL WHERE state IN ('RINGING', 'TAKEN', "
    "'TALKING') AND call_id IN (SELECT id FROM contact_incomingcall WHERE state = 'ENDED')"
)
"""Of calls whose process died nothing rings any more."""


class NoSuchCall(NotFound):
    """There is no such call for this reader."""

    code = "NO_SUCH_CALL"


@dataclass(frozen=True, slots=True)
class Caller:
    """A call that has just come. ``debtor_id`` null: the number is nobody's here, or of several.

    ``number`` "": none was shown. ``recorded``: such calls are recorded, and the person is told.
    """

    id: UUID
    provider: str
    number: str = field(repr=False)
    debtor_id: int | None
    language: Language
    recorded: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A call as the console shows it. Null instants: it has not come so far."""

    id: UUID
    debtor_id: int | None
    shown: str
    staff_id: int | None
    state: IncomingState
    end: IncomingEnd | None
    came_at: datetime
    answered_at: datetime | None
    callback: bool


def came_in(
    provider: str,
    number: str,
    *,
    owner: UUID,
    language: Language,
    actor: Principal,
    clock: Clock = database_clock,
) -> Caller:
    """Write down that somebody calls, and whose number it is.

    ``language``: in which we speak where the caller is not known.
    """
    with acting(actor):
        now, plain = clock(), _normal(number)
        found = whose(points_at(plain, now=now), Channel.VOICE, now=now) if plain else None
        own = found is not None and found.point.relation is Relation.OWN
        row = IncomingCall(
            id=uuid4(),
            provider=provider,
            shown=masked(MaskKind.PHONE, plain)[:40],
            owner=owner,
            state=IncomingState.RINGING.value,
            came_at=now,
            beat_at=now,
        )
        recorded = False
        if found is not None and own:
            hold_person(found.point.debtor_id)
            row.debtor_id, row.contact_point_id = found.point.debtor_id, found.point.id
            row.attempt_id = _attempt(row, found.loan_id, now=now, actor=actor)
            law = facts_of_id(found.point.debtor_id).jurisdiction
            language, recorded = _spoken(law, language)
        row.save(force_insert=True)
        return Caller(row.id, provider, plain, row.debtor_id, language, recorded)


def taken(
    ident: UUID, staff_id: int | None, *, actor: Principal, clock: Clock = database_clock
) -> None:
    """Write down that a colleague took a call."""
    with acting(actor):
        row, now = _held(ident), clock()
        row.state, row.answered_at, row.staff_id = IncomingState.ANSWERED.value, now, staff_id
        row.save(update_fields=["state", "answered_at", "staff_id"])
        _count(row, Outcome.ANSWERED, actor=actor, now=now)


def rings_at(ident: UUID, staff_id: int | None, *, actor: Principal) -> None:
    """Write down whose telephone rings; null: a queue's."""
    with acting(actor):
        IncomingCall.objects.filter(pk=ident).update(staff_id=staff_id)


def ended(
    ident: UUID, end: IncomingEnd, *, actor: Principal, clock: Clock = database_clock
) -> None:
    """Write down how a call ended; one that has ended stays as it is."""
    with acting(actor):
        row = _held(ident)
        if row.state != IncomingState.ENDED.value:
            row.state, row.end, row.ended_at = IncomingState.ENDED.value, end.value, clock()
            row.save(update_fields=["state", "end", "ended_at"])


def wants_callback(caller: Caller, *, actor: Principal, clock: Clock = database_clock) -> None:
    """Keep that a caller asked to be called back.

    Of somebody who is not known the number itself is kept, sealed, among what people write to us.
    """
    with acting(actor):
        row, now = _held(caller.id), clock()
        row.callback = True
        row.save(update_fields=["callback"])
        record(
            AuditEvent.MESSAGE_CAME,
            actor=actor,
            subject=f"incoming:{row.pk}",
            now=now,
            debtor_id=row.debtor_id,
            body={"channel": Channel.VOICE.value, "provider": row.provider, "callback": True},
        )
        if caller.debtor_id is None:
            said = Words(
                provider=caller.provider,
                event_id=f"callback:{caller.id}",
                channel=Channel.VOICE,
                sender=caller.number,
                to="",
                text=_ASKS,
                at=now,
            )
            keep_within(said, now=now)


def beat_incoming(owner: UUID, *, actor: Principal, clock: Clock = database_clock) -> None:
    """Say that a process lives, for all calls that it has; close what dead ones left."""
    with acting(actor):
        now = clock()
        tell(_BEAT, [now, owner])
        tell(_LOST, [now, now - DEAD_AFTER])
        tell(_SILENT)


def calls_shown(*, rows: int, actor: Principal) -> tuple[Shown, ...]:
    """Return calls under way, then those whose callers wait for us, each the newest first.

    Row security shows each reader those of the persons in their care.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        going = IncomingCall.objects.exclude(state=IncomingState.ENDED.value)
        waits = IncomingCall.objects.filter(
            state=IncomingState.ENDED.value, callback=True, done_at__isnull=True
        )
        found = [*going.order_by("-came_at")[:rows], *waits.order_by("-came_at")[:rows]]
        return tuple(_shown(row) for row in found[:rows])


def called_back(ident: UUID, *, actor: Principal, now: datetime) -> bool:
    """Write down that somebody has taken up a caller's wish; False: somebody had before.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchCall: there is none for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with acting(actor):
        row = IncomingCall.objects.select_for_update().filter(pk=ident, callback=True).first()
        if row is None:
            raise NoSuchCall(
                "There is no such call.",
                remedy="Look at the list again.",
                message_zh="没有该来电。",
                remedy_zh="请重新查看列表。",
            )
        if row.done_at is not None:
            return False
        row.done_at = now
        row.save(update_fields=["done_at"])
        subject = f"incoming:{row.pk}"
        record(
            AuditEvent.MESSAGE_SEEN, actor=actor, subject=subject, now=now, debtor_id=row.debtor_id
        )
        return True


def _held(ident: UUID) -> IncomingCall:
    found: IncomingCall = IncomingCall.objects.select_for_update().get(pk=ident)
    return found


def _attempt(row: IncomingCall, loan_id: int | None, *, now: datetime, actor: Principal) -> int:
    """Let the call stand among the person's contacts, as one that rang."""
    made = Attempt.objects.create(
        ref=f"incoming-{row.id.hex}",
        debtor_id=row.debtor_id,
        contact_point_id=row.contact_point_id,
        loan_id=loan_id,
        channel=Channel.VOICE.value,
        direction=Direction.INBOUND.value,
        started_at=now,
        outcome=Outcome.RANG.value,
        source=AttemptSource.GATE.value,
        recorded_at=now,
    )
    _record(made.pk, row, Outcome.RANG, actor=actor, now=now)
    return int(made.pk)


def _count(row: IncomingCall, outcome: Outcome, *, actor: Principal, now: datetime) -> None:
    if row.attempt_id is not None:
        Attempt.objects.filter(pk=row.attempt_id).update(outcome=outcome.value)
        _record(row.attempt_id, row, outcome, actor=actor, now=now)


def _record(
    attempt_id: int, row: IncomingCall, outcome: Outcome, *, actor: Principal, now: datetime
) -> None:
    record(
        AuditEvent.ATTEMPT_RECORDED,
        actor=actor,
        subject=f"attempt:{attempt_id}",
        now=now,
        debtor_id=row.debtor_id,
        body={"direction": Direction.INBOUND.value, "outcome": outcome.value},
    )


def _spoken(law: Jurisdiction, otherwise: Language) -> tuple[Language, bool]:
    speaker, desk = open_sending().senders.get(law), open_desks().by_law.get(law)
    language = otherwise if speaker is None else speaker.language
    return language, desk is not None and desk.recorded


def _normal(number: str) -> str:
    try:
        return normal_phone(number)
    except NotIndexable:
        return ""


def _shown(row: IncomingCall) -> Shown:
    return Shown(
        row.pk,
        row.debtor_id,
        row.shown,
        row.staff_id,
        IncomingState(row.state),
        None if row.end is None else IncomingEnd(row.end),
        row.came_at,
        row.answered_at,
        row.callback,
    )
