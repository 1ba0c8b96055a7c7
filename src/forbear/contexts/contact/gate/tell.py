"""What does whoever made a call by hand tell of it?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.gate.receipt import take_within
from forbear.contexts.contact.gate.row import hold
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import MADE, WAITING, Cause, DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import required
from forbear.values.code import Outcome
from forbear.values.principal import Principal


def tell_by_hand(permit_id: UUID, outcome: Outcome, *, actor: Principal, now: datetime) -> bool:
    """Take how a call ended, inside an action that holds the person's row; False: none was made.

    One that still waits to be connected is taken back, and counts for nothing.
    """
    required()
    rows = Dispatch.objects.filter(permit_id=permit_id).values_list("pk", "provider")
    found = rows.first()
    row = None if found is None else hold(found[0])
    if row is None:
        return False
    if DispatchState(row.state) in WAITING:
        withdraw(row, Cause.LAPSED, "ended by hand", actor=actor, now=now)
        return False
    if DispatchState(row.state) not in MADE:
        return False
    told = Receipt(f"by-hand:{permit_id}", permit_id, outcome, now)
    take_within(row.provider, told, actor=actor, now=now)
    return True
