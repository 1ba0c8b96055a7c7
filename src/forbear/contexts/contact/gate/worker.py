"""How does one worker carry what waits, from the queue to the answer?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.gate.claim import LEASE, claim
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Compose, intend
from forbear.contexts.contact.gate.send import hand_over, keep
from forbear.values.principal import Principal, system

SENDER = system("sender")
BATCH = 20


@dataclass
class Carried:
    """What one round did."""

    claimed: int = 0
    withdrawn: int = 0
    handed: int = 0
    late: int = 0


class Sender:
    """One worker. ``owner`` is its own for as long as it lives."""

    def __init__(
        self,
        providers: Providers,
        compose: Compose,
        *,
        clock: Clock = database_clock,
        actor: Principal = SENDER,
        owner: UUID | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        """Carry for some providers; ``compose`` fills in the words."""
        self._providers = providers
        self._compose = compose
        self._clock = clock
        self._actor = actor
        self._owner = owner or uuid4()
        self._lease = lease

    def carry(self, *, limit: int = BATCH, going: Callable[[], bool] = lambda: True) -> Carried:
        """Take up to ``limit`` contacts and carry each, one after another.

        ``going`` is asked before each; what is left then waits for its lease to end.
        """
        done = Carried()
        taken = claim(
            self._owner,
            providers=self._providers.names,
            limit=limit,
            actor=self._actor,
            clock=self._clock,
            lease=self._lease,
        )
        done.claimed = len(taken)
        for one in taken:
            if not going():
                break
            leave = intend(one, compose=self._compose, actor=self._actor, clock=self._clock)
            if leave is None:
                done.withdrawn += 1
                continue
            adapter = self._providers.named(leave.permit.provider)
            assert adapter is not None, "only what is set up here is claimed"
            handed = hand_over(leave, adapter, clock=self._clock)
            done.handed += 1
            done.late += not keep(leave.permit, handed, actor=self._actor, clock=self._clock)
        return done
