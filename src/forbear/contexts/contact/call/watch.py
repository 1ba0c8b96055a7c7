"""How does a call go that somebody at a desk makes, and what do they want of it?"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.live import Shown
from forbear.contexts.contact.call.models import Call, CallAsked
from forbear.contexts.contact.call.word import CallEnd, CallState, CallWish
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import Principal

_KEYS = re.compile(r"[0-9*#]{1,20}")


class NoCallToSteer(Conflict):
    """The call is over, or somebody else's."""

    code = "NO_CALL_TO_STEER"


def call_shown(permit_id: UUID) -> Shown | None:
    """Return a call, inside a transaction; None: our switchboard has not taken it up."""
    required()
    row = Call.objects.filter(pk=permit_id).first()
    if row is None:
        return None
    return Shown(
        row.permit_id,
        row.attempt_id,
        row.staff_id,
        row.line,
        CallState(row.state),
        CallEnd(row.end) if row.end else None,
        row.began_at,
        row.answered_at,
        row.ended_at,
        row.muted,
        row.recorded,
    )


def steer_call(
    permit_id: UUID, wish: CallWish, *, keys: str = "", actor: Principal, now: datetime
) -> None:
    """Ask the switchboard to end, mute or unmute a call of one's own, or to press keys in it.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        InvalidInput: what is to be pressed are no keys.
        NoCallToSteer: there is no such call of the actor's under way.
    """
    may(actor, Permission.CONTACT_MAKE)
    if (wish is CallWish.KEYS) != bool(_KEYS.fullmatch(keys)):
        raise InvalidInput(
            "These are no keys.",
            remedy="Use 0 to 9, * and #, twenty at most.",
            message_zh="这不是按键。",
            remedy_zh="请使用 0–9、* 和 #，最多二十个。",
            field="keys",
        )
    with acting(actor):
        row = Call.objects.filter(pk=permit_id, staff_id=staff_id(actor)).first()
        if row is None or row.state == CallState.ENDED.value:
            raise NoCallToSteer(
                "The call is over, or it is not yours.",
                remedy="Load the page again.",
                message_zh="通话已结束，或不属于您。",
                remedy_zh="请重新打开页面。",
            )
        if wish in {CallWish.MUTE, CallWish.UNMUTE}:
            row.muted = wish is CallWish.MUTE
            row.save(update_fields=["muted"])
        CallAsked.objects.create(
            permit_id=permit_id,
            debtor_id=row.debtor_id,
            wish=wish.value,
            keys=keys,
            asked_by=str(actor),
            asked_at=now,
        )
        record(
            AuditEvent.CALL_STEERED,
            actor=actor,
            subject=f"attempt:{row.attempt_id}",
            now=now,
            debtor_id=row.debtor_id,
            body={"permit": str(permit_id), "wish": wish.value},
        )
