"""Which holds end only with the matter that they were placed for?

Whoever looks after such a matter says so by ``register_keeper`` when it starts; this context knows
nobody's matters but its own.
"""

from __future__ import annotations

from collections.abc import Callable

from forbear.contexts.database.transaction import required
from forbear.values.errors import ForbearError

Keeper = Callable[[int], ForbearError | None]
_KEEPERS: dict[str, Keeper] = {}


def register_keeper(context: str, keep: Keeper) -> None:
    """Let a context refuse the release of holds by their ids; saying it again changes it.

    ``keep`` is called inside a transaction and returns why a hold stays, or null.
    """
    _KEEPERS[context] = keep


def refuse_kept(hold_id: int, *, but: str = "") -> None:
    """Refuse to release what somebody keeps, unless that context itself releases it.

    Raises:
        ForbearError: the keeper's own, which tells what to do instead.
    """
    required()
    for context, keep in sorted(_KEEPERS.items()):
        why = None if context == but else keep(hold_id)
        if why is not None:
            raise why
