"""How does one come to an arrangement by talking, turn by turn?

It begins with what the person can pay, never with what is owed. What is offered are arrangements of
``policy/arrange``, within what can be afforded beside a protected cost of living and within what
may be granted; more is conceded because authority allows it, never because of how somebody speaks,
and to everybody alike. Nothing is agreed here: what is chosen leads to the page on which the person
reads and signs. Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from forbear.policy.arrange.afford import Afforded, Budget, afford
from forbear.policy.arrange.living import Protected
from forbear.policy.arrange.owed import Ask, LoanOwed
from forbear.policy.arrange.propose import Proposal, proposals
from forbear.policy.arrange.terms import Authority, Terms
from forbear.policy.arrange.word import PlanKind
from forbear.policy.assistant.knowledge import Way
from forbear.values.code import Code

TURNS_MAX: Final = 10
"""After so many turns a member of staff goes on; nobody is worn down."""
_LOWERED_MAX: Final = 3
_LOWER_PERCENT: Final = 75
_PERCENT: Final = 100


class Move(Code):
    """What the person does in a turn."""

    TELLS = "TELLS"
    """They tell what comes in and goes out, or what they can pay a month."""
    WANTS_LESS_A_MONTH = "WANTS_LESS_A_MONTH"
    WANTS_REDUCTION = "WANTS_REDUCTION"
    PRESSES = "PRESSES"
    """They threaten, beg, insult, or say the same again: it moves nothing, up or down."""
    CHOOSES = "CHOOSES"
    CANNOT = "CANNOT"
    """They can pay nothing."""
    WANTS_A_PERSON = "WANTS_A_PERSON"
    LEAVES = "LEAVES"
    MUST_STOP = "MUST_STOP"
    """Somebody may need care, or somebody else speaks, or the debt is not theirs."""


class Where(Code):
    """Where the talk stands."""

    ASKING = "ASKING"
    """What can be paid a month?"""
    OFFERING = "OFFERING"
    CHOSEN = "CHOSEN"
    """The page is filled; it counts once it is read and signed there."""
    HARDSHIP = "HARDSHIP"
    STAFF = "STAFF"
    LEFT = "LEFT"
    STOPPED = "STOPPED"
    """Nothing is offered here any more; what was said of it comes before any arrangement."""


ENDED: Final = frozenset({Where.CHOSEN, Where.HARDSHIP, Where.STAFF, Where.LEFT, Where.STOPPED})


ENDS: Final = {
    Move.MUST_STOP: Where.STOPPED,
    Move.LEAVES: Where.LEFT,
    Move.WANTS_A_PERSON: Where.STAFF,
    Move.CANNOT: Where.HARDSHIP,
}
"""Moves that end a talk wherever it stands, and how."""


@dataclass(frozen=True, slots=True)
class Table:
    """What an arrangement is about, and the bounds within which it may be offered.

    ``ask`` holds target and days; its amounts are put in here. ``authority``: what may be granted
    beyond what the house gives up by itself.
    """

    owed: tuple[LoanOwed, ...]
    terms: Terms
    ask: Ask
    protected: Protected
    authority: Authority

    @property
    def owed_minor(self) -> int:
        """What is owed up to the target."""
        return sum(each.owed_minor(self.ask.target) for each in self.owed)

    @property
    def grantable_minor(self) -> int:
        """The most of the unpaid penalty that may be given up here, beyond the house's own part."""
        penalty = sum(each.penalty_minor for each in self.owed)
        given = sum(
            each.penalty_minor * self.terms.products[each.product].waive_penalty_percent // _PERCENT
            for each in self.owed
        )
        most = penalty * self.authority.waive_percent // _PERCENT
        within = self.authority.waive_minor.get(self.owed[0].currency, 0)
        return max(0, min(penalty - given, most, within))


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the person. ``budget`` with TELLS, ``kind`` with CHOOSES."""

    move: Move
    budget: Budget | None = None
    kind: PlanKind | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """How far a talk has come. ``monthly_minor``: the most a month that is offered."""

    where: Where = Where.ASKING
    turns: int = 0
    lowered: int = 0
    monthly_minor: int = 0
    granted_minor: int = 0
    afforded: Afforded | None = None
    offered: tuple[Proposal, ...] = ()
    chosen: Proposal | None = None

    @property
    def way(self) -> Way | None:
        """Where it leads; null: it goes on."""
        return {
            Where.CHOSEN: Way.TIME,
            Where.HARDSHIP: Way.HARD,
            Where.STAFF: Way.HUMAN,
        }.get(self.where)


def go_on(before: Talk, said: Said, table: Table) -> Talk:
    """Return how far the talk has come after a turn; what has ended stays as it is.

    Raises:
        CannotAsk: the loans or bounds do not allow the question.
        InvalidBudget: the budget is in another currency than the cost of living.
    """
    if before.where in ENDED:
        return before
    at = replace(before, turns=before.turns + 1)
    if said.move in ENDS:
        return replace(at, where=ENDS[said.move])
    match said.move:
        case Move.CHOOSES:
            at = _choose(at, said.kind)
        case Move.TELLS if said.budget is not None:
            at = _told(at, said.budget, table)
        case Move.WANTS_LESS_A_MONTH if at.offered:
            at = _lower(at, table)
        case Move.WANTS_REDUCTION if at.offered:
            # The same for everybody who asks, however they ask, and once.
            at = _offer(replace(at, granted_minor=table.grantable_minor), table)
    if at.where not in ENDED and at.turns >= TURNS_MAX:
        return replace(at, where=Where.STAFF)
    return at


def _choose(at: Talk, kind: PlanKind | None) -> Talk:
    chosen = next((each for each in at.offered if each.kind is kind), None)
    return at if chosen is None else replace(at, where=Where.CHOSEN, chosen=chosen)


def _told(at: Talk, budget: Budget, table: Table) -> Talk:
    found = afford(
        budget,
        table.protected,
        owed_minor=table.owed_minor,
        keep_back_percent=table.terms.keep_back_percent,
    )
    # What was offered on another amount does not stand beside the new one.
    told = replace(at, afforded=found, monthly_minor=found.monthly_minor, offered=())
    return replace(told, where=Where.HARDSHIP) if found.leads_to_hardship else _offer(told, table)


def _lower(at: Talk, table: Table) -> Talk:
    """Ask for less a month, as long as it leads anywhere; what the person can bear decides."""
    if at.lowered >= _LOWERED_MAX:
        return replace(at, where=Where.STAFF)
    largest = min(each.largest_minor for each in at.offered)
    less = min(at.monthly_minor, largest) * _LOWER_PERCENT // _PERCENT
    lower = _offer(replace(at, monthly_minor=less, lowered=at.lowered + 1), table)
    # What is too little to lead anywhere is no reason to take back what stands.
    return lower if lower.offered else replace(at, lowered=at.lowered + 1)


def _offer(at: Talk, table: Table) -> Talk:
    ask = replace(table.ask, monthly_minor=at.monthly_minor, waive_minor=at.granted_minor)
    found = proposals(table.owed, table.terms, ask).proposals
    if not found and not at.offered:
        return replace(at, where=Where.HARDSHIP)
    return replace(at, where=Where.OFFERING, offered=found)


def taken_up(at: Talk, table: Table) -> Talk:
    """Return a talk that goes on after a break, with what can be offered on the same terms now.

    Where nothing can be any more, it asks again.
    """
    if at.where is not Where.OFFERING:
        return replace(at, offered=())
    now = replace(at, granted_minor=min(at.granted_minor, table.grantable_minor), offered=())
    offering = _offer(now, table)
    return offering if offering.offered else replace(now, where=Where.ASKING)


def within_bounds(at: Talk, table: Table) -> bool:
    """Say whether everything offered and chosen keeps to what can be afforded and granted."""
    shown: Sequence[Proposal] = (*at.offered, *((at.chosen,) if at.chosen else ()))
    most = 0 if at.afforded is None else at.afforded.monthly_minor
    return at.granted_minor <= table.grantable_minor and all(
        each.largest_minor <= most for each in shown
    )
