"""How does one worker carry what waits, from the queue to the answer?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.gate.claim import LEASE, Claim, claim
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Compose, Leave, intend
from forbear.contexts.contact.gate.onward import Answered, keep_and_intend
from forbear.contexts.contact.gate.permit import PERMIT_LASTS
from forbear.contexts.contact.gate.send import hand_over, keep
from forbear.values.principal import Principal, system

_log = logging.getLogger(__name__)
SENDER = system("sender")
BATCH = 20


@dataclass
class Carried:
    """What one round did. ``late``: the answer came too late to be kept; ``failed``: a fault."""

    claimed: int = 0
    withdrawn: int = 0
    handed: int = 0
    late: int = 0
    failed: int = 0


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
        permit_lasts: timedelta = PERMIT_LASTS,
    ) -> None:
        """Carry for some providers; ``compose`` fills in the words."""
        self._providers = providers
        self._compose = compose
        self._clock = clock
        self._actor = actor
        self._owner = owner or uuid4()
        self._lease = lease
        self._permit_lasts = permit_lasts

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
        answered: Answered | None = None
        for one in taken:
            if not going():
                break
            answered = self._carry(one, answered, done)
        self._keep(answered, done)
        return done

    def _carry(self, one: Claim, before: Answered | None, done: Carried) -> Answered | None:
        """Keep the answer before, let one contact go, and return its answer; null: none came."""
        if before is not None and before.permit.debtor_id == one.debtor_id:
            self._keep(before, done)
            before = None
        try:
            leave = self._let_go(one, before, done)
            if leave is None:
                done.withdrawn += 1
                return None
            adapter = self._providers.named(leave.permit.provider)
            assert adapter is not None, "only what is set up here is claimed"
            handed = hand_over(leave, adapter, clock=self._clock)
        except Exception:  # noqa: BLE001  # one contact's fault must not hold up the others
            # Before the intent the lease ends; after it the contact is asked about.
            done.failed += 1
            _log.exception("a contact could not be carried")
            return None
        done.handed += 1
        return Answered(leave.permit, handed)

    def _let_go(self, one: Claim, before: Answered | None, done: Carried) -> Leave | None:
        if before is not None:
            try:
                kept, leave = keep_and_intend(
                    before,
                    one,
                    compose=self._compose,
                    actor=self._actor,
                    clock=self._clock,
                    lasts=self._permit_lasts,
                )
            except Exception:  # noqa: BLE001  # whichever of the two it was, the other goes on
                _log.warning("an answer is kept by itself", exc_info=True)
                self._keep(before, done)
            else:
                done.late += not kept
                return leave
        return intend(
            one,
            compose=self._compose,
            actor=self._actor,
            clock=self._clock,
            lasts=self._permit_lasts,
        )

    def _keep(self, answered: Answered | None, done: Carried) -> None:
        if answered is None:
            return
        try:
            kept = keep(answered.permit, answered.handed, actor=self._actor, clock=self._clock)
            done.late += not kept
        except Exception:  # noqa: BLE001  # the contact is asked about
            done.failed += 1
            _log.exception("an answer could not be kept")
