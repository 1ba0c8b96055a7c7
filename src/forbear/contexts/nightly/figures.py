"""What do the latest night's small tables say of the book? Sums and counts, without persons."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from forbear.contexts.nightly.report.source import Night, read_night
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


def night_figures(workspace: Workspace, *, actor: Principal) -> Night:
    """Return the figures of the latest finished night.

    Raises:
        NotPermitted: REPORT_SEE is missing.
        NotFound: no night has been finished, or its tables are not whole.
    """
    may(actor, Permission.REPORT_SEE)
    night = workspace.latest_night()
    book = workspace.root / "books" / str(night.manifest.get("book_id", ""))
    return _read(night.path, book)


@lru_cache(maxsize=2)
def _read(night: Path, book: Path) -> Night:
    """Read a night once: a finished one never changes."""
    return read_night(night, book)
