"""Which call does a transcript belong to?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.contact.call.models import Call, IncomingCall, Recording
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import required
from forbear.values.code import Channel
from forbear.values.errors import NotFound
from forbear.values.principal import staff_number

_CALLS = frozenset({Channel.VOICE.value, Channel.BOT.value})


class NoSuchCall(NotFound):
    """There is no such call, nobody's here, or its time is over."""

    code = "NO_SUCH_CALL"


@dataclass(frozen=True, slots=True)
class CallOf:
    """A call with a person. ``began_at``: of its recording, where one was made here.

    ``staff_id`` null: a machine spoke, or it is not known who did. ``channel``: how we called;
    for a call that came in, by voice. ``point_id`` null: no number of the person's is known of it.
    """

    permit_id: UUID
    debtor_id: int
    staff_id: int | None
    began_at: datetime
    channel: Channel
    point_id: int | None


def call_of(permit_id: UUID) -> CallOf | None:
    """Return a call by its permit, or by the id of an incoming one, inside a transaction.

    None: there is none for this reader, it was not made, or its recording was deleted in its time.
    """
    required()
    sound = Recording.objects.filter(pk=permit_id).first()
    if sound is not None and sound.removed_at is not None:
        return None
    found = _made(permit_id) or _came(permit_id)
    if found is None and sound is not None:
        call = Call.objects.filter(pk=permit_id).first()
        staff = None if call is None else call.staff_id
        return CallOf(permit_id, sound.debtor_id, staff, sound.began_at, Channel.VOICE, None)
    if found is None or sound is None:
        return found
    return CallOf(
        permit_id,
        sound.debtor_id,
        found.staff_id,
        sound.began_at,
        found.channel,
        found.point_id,
    )


def no_such_call() -> NoSuchCall:
    """Return the error for a call that is not there."""
    return NoSuchCall(
        "There is no such call.",
        remedy="Name the permit of a call that was made, or the id of one that came in from a "
        "known person; its recording must not have been deleted.",
        message_zh="没有该通话。",
        remedy_zh="请提供已拨出通话的许可编号，或已识别来电的编号；其录音须尚未到期删除。",
    )


def _made(permit_id: UUID) -> CallOf | None:
    row = Dispatch.objects.select_related("attempt").filter(permit_id=permit_id).first()
    if row is None or row.channel not in _CALLS or row.intent_at is None:
        return None
    call = Call.objects.filter(pk=permit_id).first()
    staff = staff_number(row.asked_by) if call is None else call.staff_id
    return CallOf(
        permit_id,
        row.debtor_id,
        staff,
        row.intent_at,
        Channel(row.channel),
        row.attempt.contact_point_id,
    )


def _came(permit_id: UUID) -> CallOf | None:
    row = IncomingCall.objects.filter(pk=permit_id, debtor_id__isnull=False).first()
    if row is None or row.debtor_id is None:
        return None
    return CallOf(
        permit_id, row.debtor_id, row.staff_id, row.came_at, Channel.VOICE, row.contact_point_id
    )
