"""A server, a home and keys of a measurement's own, gone with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from forbear.contexts.database.embedded import EmbeddedServer
from tests.support.application import migrate
from tests.support.database import Database
from tests.support.portfolio import ring_in


@dataclass(frozen=True)
class OwnServer:
    """A migrated database that is as safe as in earnest, its server, and a folder for files."""

    database: Database
    server: EmbeddedServer
    home: Path


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Start one while the block runs; Django does not speak to it yet."""
    with tempfile.TemporaryDirectory(prefix="forbear-bench-") as folder:
        home = Path(folder)
        # The account that runs the server passes through.
        home.chmod(0o711)
        with EmbeddedServer(home / "home", system_folder=home / "system") as server, ring_in(home):
            urls = {role: server.url(role) for role in ("owner", "app", "superuser")}
            database = Database("forbear", urls)
            migrate(database)
            yield OwnServer(database, server, home)
