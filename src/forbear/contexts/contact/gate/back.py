"""How does a worker give back a claimed contact that it could not begin?"""

from __future__ import annotations

from forbear.contexts.contact.gate.claim import Claim
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.row import held
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import Cause, DispatchState
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
