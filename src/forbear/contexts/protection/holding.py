"""Which records about a person are there, and from which day do the duties to keep them run?

Every context that keeps such records says so by ``register_holding`` when it starts; this one
knows nobody's tables but its own. What nobody tells of is not kept for its own sake.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from forbear.contexts.database.transaction import required
from forbear.policy.kind import ClockStart
from forbear.values.code import RecordKind


@dataclass(frozen=True, slots=True)
class Holding:
    """A kind of record about one person and the latest day from which a duty to keep it runs.

    ``day`` null: such a record is there, but its clock has not begun or the day is not known.
    """

    record: RecordKind
    start: ClockStart
    day: int | None


Holdings = Mapping[int, tuple[Holding, ...]]
Teller = Callable[[Collection[int]], Holdings]
_TELLERS: dict[str, Teller] = {}


def register_holding(context: str, tell: Teller) -> None:
    """Let a context tell what it holds about persons, by their ids; saying it again changes it.

    ``tell`` is called inside a transaction and leaves out whom it holds nothing about.
    """
    _TELLERS[context] = tell


def tellers() -> tuple[str, ...]:
    """Return the contexts that tell what they hold."""
    return tuple(sorted(_TELLERS))


def holdings_of(debtor_ids: Collection[int]) -> dict[int, list[Holding]]:
    """Return what every context holds about persons.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    found: dict[int, list[Holding]] = {debtor_id: [] for debtor_id in debtor_ids}
    for _context, tell in sorted(_TELLERS.items()):
        for debtor_id, held in tell(debtor_ids).items():
            found[debtor_id].extend(held)
    return found
