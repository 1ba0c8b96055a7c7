"""What else makes words true, that only a context above this one knows?

Such a context says so by ``register_more`` when it starts. What nobody tells of does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.database.transaction import required
from forbear.policy.wording.value import Value
from forbear.values.wording import Fact


@dataclass(frozen=True, slots=True)
class More:
    """Facts that hold, and values by the name of a variable."""

    facts: frozenset[Fact] = frozenset()
    values: Mapping[str, Value] = field(default_factory=dict)


Teller = Callable[[Composing, date], More]
_TELLERS: dict[str, tuple[Teller, bool]] = {}


def register_more(name: str, tell: Teller, *, written: bool = False) -> None:
    """Let a context tell what it knows about a contact on a day; saying it again changes it.

    ``tell`` is called in the gate's transaction, the person's row held. ``written``: what it tells
    stands in messages alone, so it is not asked where somebody speaks.
    """
    _TELLERS[name] = (tell, written)


def more_of(asked: Composing, today: date) -> More:
    """Return what every context tells.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    named = bool(asked.message[0])
    told = [
        tell(asked, today)
        for _, (tell, written) in sorted(_TELLERS.items())
        if named or not written
    ]
    values = {name: value for each in told for name, value in each.values.items()}
    return More(frozenset(fact for each in told for fact in each.facts), values)
