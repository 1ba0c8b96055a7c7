"""How does a worker give back a claimed contact that it could not begin?"""

from __future__ import annotations

from forbear.contexts.contact.gate.claim import Claim
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.row import held
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.principal import Principal


def give_back(
    claim: Claim, detail: str, *, actor: Principal, clock: Clock = database_clock
) -> bool:
    """Take a claimed contact back before anything left; False: it is another's by now.

    ``detail`` says why in a word.
    """
    with acting(actor):
        hold_person(claim.debtor_id)
        row = held(claim.attempt_id, DispatchState.CLAIMED, owner=claim.owner, fence=claim.fence)
        if row is None:
            return False
        withdraw(row, Cause.LAPSED, detail, actor=actor, now=clock())
        return True


def leave_to_others(claim: Claim, *, actor: Principal) -> None:
    """Let a claimed contact wait again for whoever can carry it; nothing has left."""
    with acting(actor):
        Dispatch.objects.filter(
            pk=claim.attempt_id,
            state=DispatchState.CLAIMED.value,
            claimed_by=claim.owner,
            fence=claim.fence,
        ).update(state=DispatchState.AUTHORISED.value)
