"""Who does something, and whom may they see?

Every action and every reading of protected rows takes a ``Principal``. It is a value: making one
proves nothing, so only the edges (sign-in, token, debtor's link, scheduler) make them.
"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.values.code import Code


class PrincipalKind(Code):
    """What kind of doer it is."""

    STAFF = "STAFF"
    """A person who works for the lender or an agency."""
    DEBTOR = "DEBTOR"
    """The person who owes, after both steps of access."""
    REPRESENTATIVE = "REPRESENTATIVE"
    """Somebody with authority to act for the person."""
    TOKEN = "TOKEN"  # noqa: S105  # a word, not a secret
    """A lender's own system."""
    SYSTEM = "SYSTEM"
    """Forbear itself: the scheduler, the night, a worker."""
    ANYBODY = "ANYBODY"
    """Somebody who has not said who they are."""


class Sight(Code):
    """Which persons' rows the database shows."""

    ALL = "ALL"
    TEAMS = "TEAMS"
    """Persons who are in the care of some teams."""
    PERSON = "PERSON"
    """One person."""
    NOBODY = "NOBODY"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. ``id`` is stable and holds no personal value; ``permissions`` are codes."""

    kind: PrincipalKind
    id: str
    sight: Sight
    teams: tuple[int, ...] = ()
    person: int | None = None
    permissions: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        assert (self.sight is Sight.PERSON) == (self.person is not None)
        assert not self.teams or self.sight is Sight.TEAMS

    def __str__(self) -> str:
        return f"{self.kind.value.lower()}:{self.id}"


def system(name: str) -> Principal:
    """Return Forbear itself, doing one named thing; it sees everybody."""
    return Principal(PrincipalKind.SYSTEM, name, Sight.ALL)


ANYBODY = Principal(PrincipalKind.ANYBODY, "anybody", Sight.NOBODY)
