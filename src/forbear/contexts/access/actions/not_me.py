"""Somebody says that a number is not the person's: it is not contacted again, at once."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.access.actions.link import take_back
from forbear.contexts.access.limit import count_codes
from forbear.contexts.access.models import Entry, Link, Visit
from forbear.contexts.access.token import digest_of
from forbear.contexts.access.visit import end_visits
from forbear.contexts.access.word import Left
from forbear.contexts.contact.caller.check import reached_by
from forbear.contexts.contact.gate.recall import withdraw_forbidden
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.queries.door import refs_of_points
from forbear.values.code import PointQuality
from forbear.values.principal import Principal


def not_me_by_link(token: str, *, source: bytes, actor: Principal, now: datetime) -> None:
    """Stop contact by the number that a link was sent to. What is answered is the same for all.

    Raises:
        TooManyTries.
    """
    given = digest_of("link", token)
    with acting(actor):
        count_codes(given, source, now=now)
        row = Link.objects.select_for_update(of=("self",)).filter(digest=given).first()
        # An entry counts the tap, as asking for a code does; nobody can get in by it.
        Entry.objects.create(
            digest=digest_of("tap", f"{token}\n{now.isoformat()}"),
            source=source,
            given=given,
            asked_at=now,
            expires_at=now,
            tries_left=0,
        )
        if row is not None and row.contact_point_id is not None:
            _stop(row.debtor_id, row.contact_point_id, actor=actor, now=now)


def not_me_by_code(code: str, *, source: bytes, actor: Principal, now: datetime) -> None:
    """Stop contact by the number that the message with this code reached; the same for all.

    Raises:
        TooManyChecks.
    """
    with acting(actor):
        found = reached_by(code, source=source, now=now)
        if found is not None:
            _stop(*found, actor=actor, now=now)


def _stop(debtor_id: int, contact_point_id: int, *, actor: Principal, now: datetime) -> None:
    required()
    ref = refs_of_points([contact_point_id])[contact_point_id]
    done = enter_quality(ref, PointQuality.WRONG_PERSON, actor=actor, now=now)
    if done.new:
        withdraw_forbidden(debtor_id, actor=actor, now=now)
    links = Link.objects.select_for_update(of=("self",)).filter(
        contact_point_id=contact_point_id, revoked_at__isnull=True
    )
    for row in links:
        take_back(row, actor=actor, now=now)
    # Whoever came in by the number alone may be whoever holds it now.
    inside = Visit.objects.select_for_update(of=("self",)).filter(
        debtor_id=debtor_id, representative__isnull=True, ended_at__isnull=True
    )
    end_visits(list(inside), Left.REVOKED, actor=actor, now=now)
