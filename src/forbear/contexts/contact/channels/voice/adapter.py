"""How does the gate hand a call to the switchboard, and what can it ask afterwards?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from forbear.contexts.contact.call.live import mark_dialling, where_is
from forbear.contexts.contact.call.word import ENDS, CallState
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Envelope,
    NotAccepted,
    NotKnown,
    Traits,
)
from forbear.contexts.contact.channels.voice.ending import end_of_unanswered
from forbear.contexts.contact.channels.voice.phone import Leg, NotDialled
from forbear.contexts.contact.gate.permit import LOST_AFTER, Permit
from forbear.values.code import Channel
from forbear.values.principal import Principal

CARRIED = frozenset({Channel.VOICE, Channel.BOT})
SIGN_S = 3.0
"""So long a call is watched for a refusal by the trunk, before it counts as taken."""
ANSWERS_WITHIN = timedelta(seconds=10)

Dials = Callable[[Permit, Envelope], Leg]
"""Places a permitted call and returns once there is a first sign of it, or soon anyway."""


class VoiceAdapter:
    """One trunk, as the gate sees it."""

    def __init__(
        self,
        name: str,
        carries: frozenset[Channel],
        *,
        owner: UUID,
        actor: Principal,
        dials: Dials,
    ) -> None:
        """``owner``: the process that places its calls."""
        self._name, self._carries = name, carries
        self._owner, self._actor, self._dials = owner, actor, dials

    @property
    def traits(self) -> Traits:
        """What it promises: what was never marked as leaving never left, and never will."""
        return Traits(
            name=self._name,
            channels=self._carries,
            timeout=ANSWERS_WITHIN,
            asks=True,
            absent_final_after=LOST_AFTER,
            idempotent_for=None,
            receipts=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Accepted | NotAccepted:
        """Mark that the call leaves, and place it, once."""
        who = {"fence": permit.fence, "owner": self._owner, "actor": self._actor}
        if not mark_dialling(permit.id, **who):
            return NotAccepted("INTENT_GONE")
        try:
            leg = self._dials(permit, envelope)
        except NotDialled as error:
            return NotAccepted(f"NOT_DIALLED {error}")
        if leg.closed.is_set() and not (leg.rung.is_set() or leg.answered.is_set()):
            end = end_of_unanswered(leg.reason)
            if not ENDS[end].left:
                return NotAccepted(end.value)
        return Accepted(str(leg.call.call_id or permit.id))

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Tell what the table of calls knows."""
        where = where_is(permit_id, actor=self._actor)
        if where is None or not where.dialled:
            return Absent()
        if where.end is not None and not ENDS[where.end].left:
            return NotAccepted(where.end.value)
        if where.state is CallState.DIALLING or (where.end is not None and not where.sip_id):
            # It was about to leave when its process died: nobody can tell.
            return NotKnown("SWITCHBOARD_LOST")
        return Accepted(where.sip_id or str(permit_id))
