"""Where do decisions about contacts meet whoever changes what they are made by?

A decision keeps the lock to the end of its transaction, beside all others. Whoever stops sending,
or lets a rule count, takes it alone: they wait for decisions under way, and later ones see what
they changed.
"""

from __future__ import annotations

from forbear.contexts.database.prepared import Question, ask

_LOCK = 0x464F5242
MEET: Question = ("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])
"""What a decision asks the database before it looks at what it is made by."""


def part() -> None:
    """Keep decisions out until this transaction ends, once those under way are made."""
    ask("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
