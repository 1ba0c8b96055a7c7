"""How is a statement that is asked very often planned once a connection, and seldom waited for?

Row security makes plans large: planning a statement of the gate takes longer than running it.
Elsewhere Django's own cursor serves; here values travel apart from the statement, so that the
database keeps its plan after a few times.

Waiting for an answer takes longer still. What a transaction will surely ask is asked all at once
(``look_ahead``): the statements run one after another, each seeing what was committed before it
began, and ``ask`` then finds the answer here. What it only writes waits for the next question, or
for the commit, and travels with that (``gathering``).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from forbear.contexts.database.wire import Question, Rows, Values, at_once

__all__ = ["Question", "Rows", "Values"]


class _Turn(threading.local):
    """What this thread's open transaction was told already, and has still to write."""

    def __init__(self) -> None:
        self.gathers = False
        self.answers: list[tuple[Question, Rows]] = []
        self.writes: list[Question] = []


_turn = _Turn()


def ask(statement: str, values: Values = ()) -> Rows:
    """Run a statement and return its rows; none where it returns nothing.

    A value whose type the statement does not tell needs a cast there.

    Raises:
        DatabaseError: as Django's own cursor does.
    """
    for place, ((asked, with_values), rows) in enumerate(_turn.answers):
        if asked == statement and with_values == values:
            del _turn.answers[place]
            return rows
    if _turn.writes:
        return _at_once([*_written(), (statement, values)])[-1]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)
        return _rows(cursor)


def tell(statement: str, values: Values = ()) -> int:
    """Run a statement; return how many rows it wrote.

    Raises:
        DatabaseError: as Django's own cursor does.
    """
    write_now()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def write(statement: str, values: Values = ()) -> None:
    """Run a statement of which nothing is asked back, before anything else is asked or committed.

    Raises:
        DatabaseError: it could not be written; where writes are gathered, at the latest when the
            transaction commits.
    """
    if _turn.gathers:
        _turn.writes.append((statement, values))
    else:
        tell(statement, values)


def look_ahead(*questions: Question) -> None:
    """Ask in one go what this transaction will ask; each answer serves the next such ``ask``.

    Nothing that is read here may be changed by the transaction before it is asked for. Locks are
    taken in the order of the questions.

    Raises:
        DatabaseError: some statement failed, and with it the transaction.
    """
    known = [*_written(), *questions]
    _turn.answers += list(zip(questions, _at_once(known)[-len(questions) :], strict=True))


@contextmanager
def looking_ahead(*questions: Question) -> Iterator[None]:
    """Do the same for the block alone; what was not asked for in it is forgotten behind it."""
    former, _turn.answers = _turn.answers, []
    try:
        look_ahead(*questions)
        yield
    finally:
        _turn.answers = former


def write_now() -> None:
    """Run what waits to be written."""
    if _turn.writes:
        _at_once(_written())


@contextmanager
def gathering() -> Iterator[None]:
    """Let writes wait inside the block, which holds one transaction; forget all at its end.

    Django's own cursor may be used meanwhile: what waits is written before.
    """
    _turn.gathers = True
    try:
        with connection.execute_wrapper(_before):
            yield
    finally:
        _turn.gathers, _turn.answers, _turn.writes = False, [], []


def commit_with_writes() -> None:
    """Commit with what waits to be written, as the last deed of a transaction.

    Django then finds it committed and has nothing more to send. A transaction that it means to
    roll back is left to it.

    Raises:
        DatabaseError: something could not be written; nothing was.
    """
    if not connection.needs_rollback:
        _at_once([*_written(), ("COMMIT", ())])


def _before(execute: Any, *statement: Any) -> Any:
    write_now()
    return execute(*statement)


def _written() -> list[Question]:
    """Take what waits to be written."""
    waiting, _turn.writes = _turn.writes, []
    return waiting


def _at_once(questions: Sequence[Question]) -> list[Rows]:
    """Run statements one after another and wait once."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return at_once(connection.connection, questions)


def _rows(cursor: psycopg.Cursor[tuple[Any, ...]]) -> Rows:
    answer = cursor.pgresult
    return cursor.fetchall() if answer is not None and answer.nfields else []
