"""With which permissions does what follows from a filing happen, in the name of whoever filed?

Whoever may take in a dispute need not be allowed to place holds by hand. Filing places one all the
same: its action carries the permission, and the record names the person who acted.
"""

from __future__ import annotations

from dataclasses import replace

from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


def doing(actor: Principal, *permissions: Permission) -> Principal:
    """Return the same doer, holding also what the action that was allowed entails."""
    more = frozenset(permission.value for permission in permissions)
    return replace(actor, permissions=actor.permissions | more)


def staff_of(actor: Principal) -> int | None:
    """Return the id of the member of staff who acts; null: a system, or somebody from outside."""
    kind, _, number = str(actor).partition(":")
    return int(number) if kind == "staff" and number.isdecimal() else None
