"""Which set of rules does somebody name at a terminal?

``shipped`` are the files, ``in-force`` the files with the own rules that two persons let count, as
the workspace's database has them; else it is a folder.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forbear.interfaces.commands.application import application, given_address

if TYPE_CHECKING:
    from forbear.contexts.house.own import OwnRules
    from forbear.contexts.rulebook.library import Shelved

SHIPPED, IN_FORCE = "shipped", "in-force"


def opened(reference: str, home: Path, *, at: datetime | None = None) -> Shelved:
    """Open a set of rules by its name; ``at``: as it was known at an instant, now by itself.

    Raises:
        NotFound: there is no such folder, or it holds no rules.
        InvalidRule: a file does not keep its form.
    """
    from forbear.contexts.rulebook.library import Shelved, open_shelf

    name, _, day = reference.partition("@")
    if name != IN_FORCE:
        return open_shelf(reference)
    shelf = open_shelf(f"{SHIPPED}@{day}" if day else SHIPPED)
    library = own_of(home, at=at).library
    return Shelved(library, shelf.as_of, shelf.case_texts, shelf.coverage_texts)


def own_of(home: Path, *, at: datetime | None = None) -> OwnRules:
    """Return the own rules that count by a workspace's database."""
    with application(home):
        from forbear.contexts.house.queries import own_in_force
        from forbear.values.principal import system

        return own_in_force(actor=system("command")).known_at(at or datetime.now(tz=UTC))


def usual(home: Path) -> str:
    """Return the set that is meant where none is named: what counts, where there is a database."""
    there = given_address() is not None or (home / "database").is_dir()
    return IN_FORCE if there else SHIPPED
