"""Where does a call stand, and how is that written while it goes on?

The order of writing is what makes a death harmless: that a call is about to leave is committed
before it leaves, and only while its intent stands. So a call that the table does not know as
dialled never was, however its process died.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from forbear.contexts.contact.call.word import CallEnd, CallState, CallWish
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import ask, tell
from forbear.contexts.database.transaction import acting, reading
from forbear.values.principal import Principal

BEAT_EVERY = timedelta(seconds=3)
DEAD_AFTER = timedelta(seconds=20)
"""So long after its last beat a process counts as dead."""
_OPEN = (
    "INSERT INTO contact_call (permit_id, attempt_id, debtor_id, provider, owner, staff_id, line, "
    "state, began_at, beat_at, muted, recorded, sip_id) VALUES (%(permit)s, %(attempt)s, "
    "%(debtor)s, %(provider)s, %(owner)s, %(staff)s::bigint, %(line)s, 'DESK', %(now)s, %(now)s, "
    "false, false, '') ON CONFLICT (permit_id) DO UPDATE SET owner = excluded.owner, "
    "state = 'DESK', \"end\" = NULL, ended_at = NULL, beat_at = excluded.beat_at, "
    "line = excluded.line WHERE contact_call.dialled_at IS NULL"
)
_DIALLING = (
    "WITH intent AS (SELECT attempt_id FROM contact_dispatch WHERE permit_id = %(permit)s "
    "AND state = 'INTENT' AND fence = %(fence)s FOR SHARE) "
    "UPDATE contact_call SET state = 'DIALLING', dialled_at = %(now)s, beat_at = %(now)s "
    "FROM intent WHERE permit_id = %(permit)s AND owner = %(owner)s AND state = 'DESK' "
    "AND contact_call.attempt_id = intent.attempt_id"
)
_STAND = (
    "UPDATE contact_call SET state = %(state)s::text, "
    "ringing_at = CASE WHEN %(state)s::text = 'RINGING' THEN %(now)s ELSE ringing_at END, "
    "answered_at = CASE WHEN %(state)s::text = 'ANSWERED' THEN %(now)s ELSE answered_at END, "
    "sip_id = CASE WHEN %(sip_id)s::text = '' THEN sip_id ELSE %(sip_id)s::text END "
    "WHERE permit_id = %(permit)s AND state IN ('DIALLING', 'RINGING')"
)
_CLOSE = (
    "UPDATE contact_call SET state = 'ENDED', \"end\" = %(end)s, ended_at = %(now)s "
    "WHERE permit_id = %(permit)s AND state <> 'ENDED'"
)
_BEAT = "UPDATE contact_call SET beat_at = %s WHERE owner = %s AND state <> 'ENDED'"
_WISHES = (
    "UPDATE contact_callasked SET done_at = %(now)s WHERE done_at IS NULL AND permit_id IN "
    "(SELECT permit_id FROM contact_call WHERE owner = %(owner)s AND state <> 'ENDED') "
    "RETURNING id, permit_id, wish, keys"
)
_LOST = (
    "UPDATE contact_call SET owner = %(owner)s, beat_at = %(now)s WHERE state <> 'ENDED' "
    "AND beat_at < %(before)s AND provider = ANY(%(providers)s) AND owner <> %(owner)s "
    "RETURNING permit_id, provider, state, debtor_id"
)
_WHERE = (
    'SELECT state, "end", dialled_at, answered_at, sip_id, permit_id FROM contact_call '
    "WHERE permit_id = %s"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A call that is about to be made. ``staff_id`` null: a machine speaks."""

    permit_id: UUID
    attempt_id: int
    debtor_id: int
    provider: str
    owner: UUID
    staff_id: int | None
    line: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of a call under way."""

    permit_id: UUID
    wish: CallWish
    keys: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A call whose process died, and where it stood then."""

    permit_id: UUID
    provider: str
    state: CallState
    debtor_id: int


@dataclass(frozen=True, slots=True)
class Where:
    """Where a call stands. ``dialled`` False: nothing of it ever left."""

    state: CallState
    end: CallEnd | None
    dialled: bool
    answered: bool
    sip_id: str


def open_call(call: Opened, *, actor: Principal, clock: Clock = database_clock) -> bool:
    """Write down that a call is about to be made; False: it was dialled before, by somebody."""
    given: dict[str, Any] = {
        "permit": call.permit_id,
        "attempt": call.attempt_id,
        "debtor": call.debtor_id,
        "provider": call.provider,
        "owner": call.owner,
        "staff": call.staff_id,
        "line": call.line,
    }
    with acting(actor):
        opened = tell(_OPEN, {**given, "now": clock()}) == 1
    chaos("voice.open.after_commit")
    return opened


def mark_dialling(
    permit_id: UUID, *, fence: int, owner: UUID, actor: Principal, clock: Clock = database_clock
) -> bool:
    """Commit that a call leaves now; False: it may not, since its intent stands no more."""
    with acting(actor):
        given = {"permit": permit_id, "fence": fence, "owner": owner, "now": clock()}
        marked = tell(_DIALLING, given) == 1
        chaos("voice.dialling.before_commit")
    chaos("voice.dialling.after_commit")
    return marked


def stand_at(
    permit_id: UUID,
    state: CallState,
    *,
    sip_id: str = "",
    actor: Principal,
    clock: Clock = database_clock,
) -> None:
    """Write down how far a call has come."""
    with acting(actor):
        now = clock()
        given = {"permit": permit_id, "state": state.value, "sip_id": sip_id[:120], "now": now}
        tell(_STAND, given)
    chaos(f"voice.{state.value.lower()}.after_commit")


def close_call(
    permit_id: UUID, end: CallEnd, *, actor: Principal, clock: Clock = database_clock
) -> None:
    """Write down how a call ended; one that has ended stays as it is."""
    with acting(actor):
        tell(_CLOSE, {"permit": permit_id, "end": end.value, "now": clock()})
    chaos("voice.ended.after_commit")


def beat(owner: UUID, *, actor: Principal, clock: Clock = database_clock) -> None:
    """Say that a process lives, for all its calls."""
    with acting(actor):
        tell(_BEAT, [clock(), owner])


def take_wishes(
    owner: UUID, *, actor: Principal, clock: Clock = database_clock
) -> tuple[Asked, ...]:
    """Take what is wanted of a process's calls, each once, the oldest first."""
    with acting(actor):
        rows = ask(_WISHES, {"owner": owner, "now": clock()})
    return tuple(Asked(permit, CallWish(wish), keys) for _, permit, wish, keys in sorted(rows))


def take_lost(
    owner: UUID,
    providers: Collection[str],
    *,
    actor: Principal,
    clock: Clock = database_clock,
    dead_after: timedelta = DEAD_AFTER,
) -> tuple[Lost, ...]:
    """Take over what dead processes left, to be closed; each is given to one alone."""
    with acting(actor):
        now = clock()
        given = {"owner": owner, "now": now, "before": now - dead_after}
        rows = ask(_LOST, {**given, "providers": list(providers)})
    return tuple(Lost(permit, name, CallState(state), who) for permit, name, state, who in rows)


def where_is(permit_id: UUID, *, actor: Principal) -> Where | None:
    """Return where a call stands; None: nobody began it."""
    with reading(actor):
        rows = ask(_WHERE, [permit_id])
    if not rows:
        return None
    state, end, dialled_at, answered_at, sip_id, _ = rows[0]
    return Where(
        CallState(state),
        CallEnd(end) if end else None,
        dialled_at is not None,
        answered_at is not None,
        sip_id,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A call as a page shows it. Null instants: it has not come so far."""

    permit_id: UUID
    attempt_id: int
    staff_id: int | None
    line: str
    state: CallState
    end: CallEnd | None
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    muted: bool
    recorded: bool
