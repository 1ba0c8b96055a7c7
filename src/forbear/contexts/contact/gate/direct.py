"""How is one contact begun at once, by whoever waits beside it, instead of from the queue?"""

from __future__ import annotations

from uuid import UUID, uuid4

from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.gate.claim import claim
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Composing, Words, intend
from forbear.contexts.contact.gate.send import hand_over, keep
from forbear.values.errors import BrokenInvariant
from forbear.values.principal import Principal


def begin_at_once(
    permit_id: UUID, adapter: Adapter, *, actor: Principal, clock: Clock = database_clock
) -> None:
    """Decide a second time about an authorised call and, if it still may be, hand it over.

    Where it was taken back, or is another's already, nothing happens; its state tells.
    """
    taken = claim(
        uuid4(),
        providers=(adapter.traits.name,),
        limit=1,
        permit_id=permit_id,
        actor=actor,
        clock=clock,
    )
    for one in taken:
        leave = intend(one, compose=_no_words, actor=actor, clock=clock)
        if leave is not None:
            handed = hand_over(leave, adapter, clock=clock)
            keep(leave.permit, handed, actor=actor, clock=clock)


def _no_words(_asked: Composing) -> Words:
    raise BrokenInvariant("A call by a person carries no words.")
