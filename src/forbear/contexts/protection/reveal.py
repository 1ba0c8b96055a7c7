"""May somebody see a personal value in full just now, and how is the look written down?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import required
from forbear.contexts.protection.models import Reveal
from forbear.values.code import Code
from forbear.values.errors import Denied, InvalidInput
from forbear.values.principal import Principal

WINDOW = timedelta(hours=1)


class RevealReason(Code):
    """Why a personal value must be seen in full; a closed list, so that reasons can be counted."""

    CONTACT_THE_PERSON = "CONTACT_THE_PERSON"
    """To write or speak to the person by it."""
    VERIFY_IDENTITY = "VERIFY_IDENTITY"
    """To see whether the one who called or came is the person."""
    CORRECT_DATA = "CORRECT_DATA"
    """The person, or the lender, says that it is wrong."""
    HANDLE_COMPLAINT = "HANDLE_COMPLAINT"
    """A complaint or dispute is about it."""
    PREPARE_DOCUMENT = "PREPARE_DOCUMENT"
    """A letter, agreement or evidence pack needs it."""
    CHECK_OTHERS_WORK = "CHECK_OTHERS_WORK"
    """Quality or compliance looks at what was done."""


class TooManyLooks(Denied):
    """Somebody has looked at more personal values than one may in an hour."""

    code = "TOO_MANY_LOOKS"


class UnknownReason(InvalidInput):
    """The reason is not one of the list."""

    code = "UNKNOWN_REASON"


def note_look(
    debtor_id: int, field: str, reason: RevealReason | str, *, actor: Principal, now: datetime
) -> None:
    """Write down that somebody sees a value in full, or refuse.

    Whoever calls has checked the permission and opens the value in the same transaction: a look
    that is not written down does not happen.

    Raises:
        UnknownReason: not a reason of the list.
        TooManyLooks: the most for an hour is reached.
        BrokenInvariant: no transaction is open.
    """
    required()
    why = _reason(reason)
    most = settings.FORBEAR_REVEALS_PER_HOUR_MAX
    if _looks_since(actor, now - WINDOW) >= most:
        raise TooManyLooks(
            f"You have looked at {most} personal values within an hour, the most there may be.",
            remedy="Wait, or ask a supervisor whether so many are needed.",
            message_zh=f"您在一小时内查看完整个人信息已达上限 {most} 次。",
            remedy_zh="请稍后再试，或与主管确认是否确有必要。",
            most=most,
        )
    Reveal.objects.bulk_create(
        [
            Reveal(
                at=now,
                actor_kind=actor.kind,
                actor_id=actor.id,
                debtor_id=debtor_id,
                field=field,
                reason=why,
            )
        ]
    )
    record(
        AuditEvent.VALUE_REVEALED,
        actor=actor,
        subject=f"debtor:{debtor_id}",
        debtor_id=debtor_id,
        body={"field": field, "reason": why},
        now=now,
    )


def _reason(reason: RevealReason | str) -> RevealReason:
    try:
        return RevealReason(reason)
    except ValueError:
        known = ", ".join(each.value for each in RevealReason)
        raise UnknownReason(
            "The reason is not on the list.",
            remedy=f"Use one of {known}.",
            message_zh="该理由不在列表中。",
            remedy_zh=f"请使用：{known}。",
        ) from None


def _looks_since(actor: Principal, since: datetime) -> int:
    """Count the looks of somebody, also at persons whom they no longer see."""
    with connection.cursor() as cursor:
        # Looks of one person at one moment follow each other, or two could both be the last.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"forbear.look:{actor}"]
        )
        cursor.execute(
            "SELECT forbear_looks_since(%s, %s, %s)", [actor.kind.value, actor.id, since]
        )
        return int(cursor.fetchone()[0])
