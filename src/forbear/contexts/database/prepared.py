"""How is a statement that is asked very often planned once a connection, not every time?

Row security makes plans large: planning a statement of the gate takes longer than running it.
Elsewhere Django's own cursor serves; here values travel apart from the statement, so that the
database keeps its plan after a few times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

Values = Sequence[object] | Mapping[str, object]


def ask(statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows; none where it returns nothing.

    A value whose type the statement does not tell needs a cast there.

    Raises:
        DatabaseError: as Django's own cursor does.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)
        answer = cursor.pgresult
        return cursor.fetchall() if answer is not None and answer.nfields else []


def tell(statement: str, values: Values = ()) -> int:
    """Run a statement; return how many rows it wrote.

    Raises:
        DatabaseError: as Django's own cursor does.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount
