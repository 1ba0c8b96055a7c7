"""How many questions is the database asked, by whichever cursor?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest


@contextmanager
def questions() -> Iterator[list[str]]:
    """Keep every statement that this process sends while the block runs."""
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(self, query, *arguments, **named):  # type: ignore[no-untyped-def]
        asked.append(str(query))
        return execute(self, query, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield asked
