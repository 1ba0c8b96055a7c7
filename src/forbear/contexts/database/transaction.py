"""How does one action become one transaction that sees only what its doer may see?

``acting`` opens the one transaction of an action; ``reading`` opens one for looking. Both tell the
database who asks, for this transaction only, so that a pooled connection carries nothing over.
``required`` is for helpers that must run inside one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from forbear.contexts.database.prepared import (
    Question,
    ask,
    commit_with_writes,
    gathering,
    look_ahead,
)
from forbear.values.errors import BrokenInvariant
from forbear.values.principal import Principal

_TELL = (
    "SELECT set_config('forbear.sight', %s, true), set_config('forbear.teams', %s, true), "
    "set_config('forbear.person', %s, true)"
)


@contextmanager
def acting(actor: Principal, *questions: Question) -> Iterator[None]:
    """Open the one transaction of an action; it commits as a whole or not at all.

    With ``questions`` it waits as seldom as can be, for what is done very often: they are asked
    together with the telling of who acts, as ``prepared.looking_ahead`` does, and what is written
    by ``prepared.write`` travels with the commit.

    Raises:
        RuntimeError: a transaction is open already; actions do not nest.
        DatabaseError: something could not be written; nothing was.
    """
    if not questions:
        with transaction.atomic(durable=True):
            _tell(actor)
            yield
        return
    with gathering(), transaction.atomic(durable=True):
        _tell(actor, *questions)
        yield
        commit_with_writes()


@contextmanager
def reading(actor: Principal) -> Iterator[None]:
    """Open a transaction for looking only."""
    with transaction.atomic():
        _tell(actor)
        yield


@contextmanager
def snapshot(actor: Principal) -> Iterator[None]:
    """Open a transaction for looking, in which every statement sees the same instant."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _tell(actor)
        yield


def required() -> None:
    """Assert that a transaction is open.

    Raises:
        BrokenInvariant: there is none; what follows could be half-done.
    """
    if not connection.in_atomic_block:
        raise BrokenInvariant("This must happen inside the transaction of an action.")


def _tell(actor: Principal, *questions: Question) -> None:
    teams = "{" + ",".join(str(team) for team in actor.teams) + "}"
    person = "" if actor.person is None else str(actor.person)
    who: Question = (_TELL, [actor.sight.value, teams, person])
    if questions:
        look_ahead(who, *questions)
    ask(*who)
