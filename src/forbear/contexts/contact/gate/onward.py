"""How does a worker keep one answer and let the next contact go with one commit?

Two commits a contact would wait for the disk twice. An answer is kept in the transaction that
commits the next intent, of another person: nothing leaves before that, so at most one contact of a
worker is on its way, and a worker that dies in between leaves its last contact as not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from forbear.contexts.contact.channels.port import Handed
from forbear.contexts.contact.gate.claim import Claim
from forbear.contexts.contact.gate.clock import Clock, about_time
from forbear.contexts.contact.gate.intent import Compose, Leave, about_intending, intend_within
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.gate.send import about_fate, keep_within
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio.contract import about_holding
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Answered:
    """What a provider answered, which is not written down yet."""

    permit: Permit
    handed: Handed


def keep_and_intend(
    answered: Answered,
    claim: Claim,
    *,
    compose: Compose,
    actor: Principal,
    clock: Clock,
    lasts: timedelta,
) -> tuple[bool, Leave | None]:
    """Keep an answer and decide about the next contact, of another person, as one transaction.

    Return what ``keep`` and ``intend`` would. Whatever is raised has written neither.
    """
    permit = answered.permit
    assert permit.debtor_id != claim.debtor_id, "a person's next contact knows the answer before it"
    with acting(
        actor,
        # Whoever holds two persons takes them in this order, so that two never wait in a ring.
        *(about_holding(one) for one in sorted((permit.debtor_id, claim.debtor_id))),
        *about_fate(permit.attempt_id),
        *about_intending(claim),
        *about_time(clock),
        *about_time(clock),
    ):
        kept = keep_within(permit, answered.handed, actor=actor, clock=clock)
        chaos("gate.keep.before_commit")
        leave = intend_within(claim, compose=compose, actor=actor, clock=clock, lasts=lasts)
        chaos("gate.intent.before_commit")
    chaos("gate.keep.after_commit")
    chaos("gate.intent.after_commit")
    return kept, leave
