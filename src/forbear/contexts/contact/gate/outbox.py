"""How far is sending behind, and what of the day's calls must not have happened?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.contact.call.word import CallEnd
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal, system

_STANDS = (
    "SELECT (SELECT count(*) FROM contact_dispatch WHERE state IN ('AUTHORISED', 'CLAIMED')), "
    "(SELECT min(not_before) FROM contact_dispatch WHERE state IN ('AUTHORISED', 'CLAIMED') "
    "AND not_before <= %(now)s::timestamptz), "
    "(SELECT count(*) FROM contact_dispatch WHERE state = 'UNKNOWN'), "
    "(SELECT count(*) FROM contact_call WHERE state <> 'ENDED'), "
    '(SELECT count(*) FROM contact_call WHERE "end" = %(left)s::text '
    "AND ended_at >= %(since)s::timestamptz), "
    "(SELECT count(*) FROM contact_call WHERE answered_at >= %(since)s::timestamptz), "
    "(SELECT count(*) FROM contact_incomingcall WHERE came_at >= %(since)s::timestamptz), "
    "(SELECT count(*) FROM contact_incomingcall WHERE came_at >= %(since)s::timestamptz "
    "AND \"end\" IN ('NOBODY_FREE', 'GIVEN_UP')), "
    "(SELECT count(*) FROM contact_incomingcall WHERE callback AND done_at IS NULL), "
    "(SELECT count(*) FROM contact_gatedecision WHERE NOT allowed AND at >= %(since)s::timestamptz)"
)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Where sending stands, of everybody's contacts. ``due_since`` null: nothing is due now.

    ``abandoned``: calls that a person answered and nobody spoke, of ``answered`` ones today;
    ``refused``: what the gate refused since. ``came``: calls to us since, of which nobody took
    ``missed`` in staffed hours; ``asked_back``: who waits to be called back, from whatever day.
    """

    waiting: int
    due_since: datetime | None
    unknown: int
    calls: int
    abandoned: int
    answered: int
    came: int
    missed: int
    asked_back: int
    refused: int


def outbox(*, since: datetime, actor: Principal, now: datetime) -> Outbox:
    """Return how far sending is behind, and the calls since an instant; no row names a person.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    told = {"now": now, "since": since, "left": CallEnd.ABANDONED.value}
    with reading(system("figures")):
        return Outbox(*ask(_STANDS, told)[0])
