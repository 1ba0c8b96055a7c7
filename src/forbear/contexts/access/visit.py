"""Who is in, for how long, and how does a visit end?

A visit is a row. The browser holds a random token; kept is its keyed hash. A visit ends when it is
left, when nothing happened for a while, after its whole time, and when the way in is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from forbear.contexts.access.models import Link, Visit
from forbear.contexts.access.principal import DOOR, acting_for, person
from forbear.contexts.access.token import digest_of, new_token
from forbear.contexts.access.word import Left
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.portfolio.queries.door import acts_now
from forbear.contexts.rulebook.library import open_portal
from forbear.values.principal import Principal

# Writing on every page would be a write for each page.
_SEEN_STEP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody who is in. ``representative`` null: the person themselves."""

    visit_id: int
    debtor_id: int
    representative: int | None
    began_at: datetime

    @property
    def principal(self) -> Principal:
        """As whom they act."""
        if self.representative is None:
            return person(self.debtor_id)
        return acting_for(self.debtor_id, self.representative)


def begin_visit(
    debtor_id: int, *, link: Link | None, representative: int | None = None, now: datetime
) -> str:
    """Let somebody in, inside the transaction that found that they may; return the token."""
    required()
    token = new_token()
    row = Visit.objects.create(
        digest=_digest(token),
        debtor_id=debtor_id,
        representative_id=representative,
        link=link,
        began_at=now,
        seen_at=now,
    )
    record(
        AuditEvent.ACCESS_BEGAN,
        actor=_inside(row).principal,
        subject=f"visit:{row.pk}",
        debtor_id=debtor_id,
        now=now,
        body={"link": None if link is None else link.pk},
    )
    return token


def find_visit(token: str, *, now: datetime) -> Inside | Left | None:
    """Return who is in by a token; why it ended where it is over only now; null: nobody is."""
    with reading(DOOR):
        row = Visit.objects.filter(digest=_digest(token), ended_at__isnull=True).first()
        # Whoever acts for somebody is in for as long as their authority lasts.
        acts = (
            row is None
            or row.representative_id is None
            or acts_now(row.representative_id, row.debtor_id, now=now)
        )
    if row is None:
        return None
    if not acts:
        return _end(token, Left.REVOKED, now=now)
    terms = open_portal()
    if now - row.began_at >= timedelta(minutes=terms.visit_whole_minutes):
        return _end(token, Left.TOO_LONG, now=now)
    if now - row.seen_at >= timedelta(minutes=terms.visit_idle_minutes):
        return _end(token, Left.IDLE, now=now)
    if now - row.seen_at >= _SEEN_STEP:
        with acting(DOOR):
            Visit.objects.filter(pk=row.pk).update(seen_at=now)
    return _inside(row)


def leave(token: str, *, now: datetime) -> None:
    """End a visit because whoever is in wants to; nothing happens where there is none."""
    _end(token, Left.ASKED, now=now)


def end_visits(rows: list[Visit], why: Left, *, actor: Principal, now: datetime) -> None:
    """End visits inside a transaction."""
    required()
    for row in rows:
        row.ended_at, row.ended_as = now, why.value
        row.save(update_fields=["ended_at", "ended_as"])
        record(
            AuditEvent.ACCESS_ENDED,
            actor=actor,
            subject=f"visit:{row.pk}",
            debtor_id=row.debtor_id,
            now=now,
            body={"why": why.value},
        )


def _end(token: str, why: Left, *, now: datetime) -> Left | None:
    with acting(DOOR):
        found = Visit.objects.select_for_update().filter(
            digest=_digest(token), ended_at__isnull=True
        )
        row = found.first()
        if row is None:
            return None
        actor = _inside(row).principal if why is Left.ASKED else DOOR
        end_visits([row], why, actor=actor, now=now)
        return why


def _inside(row: Visit) -> Inside:
    return Inside(row.pk, row.debtor_id, row.representative_id, row.began_at)


def _digest(token: str) -> bytes:
    return digest_of("visit", token)
