"""How often may a person still be contacted today and this week, under every rule that counts?

The figures are those of the decision itself: what is shown is what the gate enforces.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.contact.gate.ask import NO_TEAMS, Reason, Verdict, Wish, judge, judge_all
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.policy.ask.budget import Remaining, remaining
from forbear.values.decision import Decision
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left for one contact: every cap with its count, and what else stands against it.

    ``decision`` null: the rules could not be asked.

    ``left``: how many more contacts every cap together lets through now; null: no cap counts it.
    """

    at: datetime
    caps: tuple[Remaining, ...]
    reasons: tuple[Reason, ...]
    turns_at: datetime | None
    decision: Decision | None

    @property
    def allowed(self) -> bool:
        """Nothing speaks against it."""
        return not self.reasons and self.decision is not None

    @property
    def closes_at(self) -> datetime | None:
        """When time alone ends what is allowed now; null: not allowed, or not by time alone."""
        return self.decision.changes_at if self.allowed and self.decision else None

    @property
    def left(self) -> int | None:
        """The least that any cap leaves."""
        return min((cap.left for cap in self.caps), default=None)


def budget(wish: Wish, *, actor: Principal, clock: Clock = database_clock) -> Budget:
    """Return what is left for a contact; nothing is used up or written down.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        return _budget(judge(wish, now=clock()))


def budgets(
    wishes: Collection[Wish],
    *,
    actor: Principal,
    clock: Clock = database_clock,
    teams: Mapping[int, str | None] = NO_TEAMS,
) -> dict[Wish, Budget]:
    """Return the same for many contacts, with as many questions as for one.

    ``teams``: which team would contact a person, by the person's id.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    if not wishes:
        return {}
    with reading(actor):
        found = judge_all(wishes, now=clock(), teams=teams)
    return {wish: _budget(verdict) for wish, verdict in found.items()}


def _budget(verdict: Verdict) -> Budget:
    caps = () if verdict.decision is None else remaining(verdict.decision)
    return Budget(verdict.at, caps, verdict.reasons, verdict.turns_at, verdict.decision)
