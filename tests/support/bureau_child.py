"""Another process that makes a bureau's lines and file, and may be killed at any point."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Take the ring's file, the database's address and the place of the file."""
    # Django is set up by this before any model is imported.
    application = importlib.import_module("tests.support.application")
    _work(application.on_database, *sys.argv[1:])


def _work(on_database, ring: str, url: str, place: str) -> None:
    from django.conf import settings

    from forbear.contexts.bureau.actions.export_file import export_file
    from tests.support.bureau import NOW, SEPTEMBER, TODAY, lines_made
    from tests.support.database import Database
    from tests.support.portfolio import SETUP

    settings.FORBEAR_KEYRING = Path(ring)
    with on_database(Database("given", {"app": url})):
        lines_made(SEPTEMBER)
        told = {"actor": SETUP, "today": TODAY, "now": NOW}
        export_file("CN_CREDIT", SEPTEMBER, Path(place), **told)


if __name__ == "__main__":
    main()
