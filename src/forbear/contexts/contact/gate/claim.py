"""Which waiting contacts does a worker take?

A claim is a lease: nothing has left, so a lease that ran out is simply taken again by somebody
else, and whoever wakes after that finds the fence moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting
from forbear.values.code import Channel
from forbear.values.principal import Principal

LEASE = timedelta(seconds=30)
_TAKING = (
    "UPDATE contact_dispatch SET state = 'CLAIMED', claimed_by = %(owner)s, "
    "lease_until = %(until)s, fence = fence + 1 WHERE attempt_id IN ("
    "SELECT attempt_id FROM contact_dispatch WHERE state IN ('AUTHORISED', 'CLAIMED') "
    "AND not_before <= %(now)s AND (state = 'AUTHORISED' OR lease_until <= %(now)s) "
    "AND provider = ANY(%(providers)s) "
    "{which} FOR UPDATE SKIP LOCKED) RETURNING attempt_id, debtor_id, fence, channel, "
    "(SELECT a.contact_point_id FROM contact_attempt a WHERE a.id = attempt_id)"
)
_TAKE = _TAKING.format(which="ORDER BY not_before, attempt_id LIMIT %(limit)s")
_TAKE_ONE = _TAKING.format(which="AND permit_id = %(permit_id)s")


@dataclass(frozen=True, slots=True)
class Claim:
    """One waiting contact, taken by one worker until its lease ends."""

    attempt_id: int
    debtor_id: int
    owner: UUID
    fence: int
    channel: Channel
    contact_point_id: int


def claim(
    owner: UUID,
    *,
    providers: tuple[str, ...],
    limit: int,
    actor: Principal,
    clock: Clock = database_clock,
    lease: timedelta = LEASE,
    permit_id: UUID | None = None,
) -> list[Claim]:
    """Take up to ``limit`` contacts whose time has come, the earliest first.

    ``permit_id``: this one alone, for whoever carries a contact of its own.
    """
    with acting(actor):
        now = clock()
        taken = ask(
            _TAKE if permit_id is None else _TAKE_ONE,
            {
                "owner": owner,
                "until": now + lease,
                "now": now,
                "providers": list(providers),
                "limit": limit,
                "permit_id": permit_id,
            },
        )
        chaos("gate.claim.before_commit")
    chaos("gate.claim.after_commit")
    return [
        Claim(attempt_id, debtor_id, owner, fence, Channel(channel), point_id)
        for attempt_id, debtor_id, fence, channel, point_id in sorted(taken)
    ]
