"""Is the system itself fit to send?

Whoever knows of a reason why nothing may be sent, such as a night that failed, registers a
question here. Each is asked inside the transaction that decides, at both stages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError

from forbear.contexts.database.sending import sending_held
from forbear.values.code import ContactPurpose


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why nothing may be sent now."""

    code: str
    en: str
    zh: str


Condition = Callable[[datetime], Unfit | None]
_CONDITIONS: dict[str, tuple[Condition, frozenset[ContactPurpose]]] = {}


def register_condition(
    name: str, condition: Condition, *, but: Collection[ContactPurpose] = ()
) -> None:
    """Ask this too, from now on, ``but`` for some purposes; a name is asked once."""
    _CONDITIONS[name] = condition, frozenset(but)


def unfit(now: datetime, purpose: ContactPurpose = ContactPurpose.COLLECT) -> Unfit | None:
    """Return the first reason why nothing may be sent, inside an open transaction.

    A question that cannot be answered is a reason.
    """
    for name, (condition, but) in sorted(_CONDITIONS.items()):
        if purpose in but:
            continue
        try:
            found = condition(now)
        except DatabaseError:
            raise  # the transaction is lost with it, and so is the decision
        except Exception as error:  # noqa: BLE001  # in doubt nothing is sent
            found = _unsure(name, error)
        if found is not None:
            return found
    return None


def _unsure(name: str, error: Exception) -> Unfit:
    kind = type(error).__name__
    return Unfit(
        "UNSURE",
        f"Whether sending is fit cannot be told ({name}: {kind}).",
        f"无法确认是否可以发送（{name}：{kind}）。",
    )


def restored(_now: datetime) -> Unfit | None:
    """Say whether a backup was brought back and nobody has settled what was sent since."""
    from django.conf import settings

    held = sending_held(settings.FORBEAR_HOME)
    return None if held is None else Unfit("RESTORED", held.en, held.zh)
