"""Who does something, and whom may they see?

Every action and every reading of protected rows takes a ``Principal``. It is a value: making one
proves nothing, so only the edges (sign-in, token, debtor's link, scheduler) make them.
"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.values.code import Code
from forbear.values.errors import Denied


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


class NotPermitted(Denied):
    """Whoever acts lacks the permission for it."""

    code = "NOT_PERMITTED"


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

    def may(self, code: str) -> bool:
        """Say whether a permission is held; Forbear itself holds every one."""
        return self.kind is PrincipalKind.SYSTEM or code in self.permissions

    def require(self, code: str) -> None:
        """Go on only if a permission is held.

        Raises:
            NotPermitted: it is not.
        """
        if not self.may(code):
            raise NotPermitted(
                f"{self} may not do this: the permission {code} is missing.",
                remedy="Ask somebody who holds it, or an administrator for another role.",
                message_zh=f"{self} 没有权限 {code}，不能执行此操作。",
                remedy_zh="请由有此权限的人员办理，或请管理员调整角色。",
                permission=str(code),
            )


def system(name: str) -> Principal:
    """Return Forbear itself, doing one named thing; it sees everybody."""
    return Principal(PrincipalKind.SYSTEM, name, Sight.ALL)


ANYBODY = Principal(PrincipalKind.ANYBODY, "anybody", Sight.NOBODY)


def staff_number(doer: str) -> int | None:
    """Return the id of the member of staff whom the text of a doer names; null: it is another."""
    kind, _, number = doer.partition(":")
    return int(number) if kind == PrincipalKind.STAFF.lower() and number.isdecimal() else None
