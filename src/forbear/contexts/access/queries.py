"""Who may act for a person, which links to their pages can be used, and which ways are shut?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.access.limit import alone_left, may_reopen, tries_left
from forbear.contexts.access.models import Guess, Link
from forbear.contexts.access.word import Shut, Tried
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.held import seen_person
from forbear.contexts.portfolio.queries.door import is_own_point
from forbear.values.principal import NotPermitted, Principal, PrincipalKind


@dataclass(frozen=True, slots=True)
class ActsForMe:
    """Somebody who may act for the person. ``representative_ref`` names their row."""

    ref: UUID
    representative_ref: str
    expires_at: datetime


def acting_for_me(*, actor: Principal, now: datetime) -> Sequence[ActsForMe]:
    """Return who may act for the person who is in, the newest first."""
    person = themselves(actor)
    with reading(actor):
        rows = Link.objects.filter(
            debtor_id=person,
            representative__isnull=False,
            revoked_at__isnull=True,
            expires_at__gt=now,
        )
        return tuple(
            ActsForMe(row.ref, representative_ref(row.ref), row.expires_at)
            for row in rows.order_by("-id")
        )


def representative_ref(link_ref: UUID) -> str:
    """Return the ref of the representative whom a person let in by a link."""
    return f"portal-{link_ref}"


def themselves(actor: Principal) -> int:
    """Return the id of the person who is in themselves.

    Raises:
        NotPermitted: somebody else acts, be it for them.
    """
    if actor.kind is not PrincipalKind.DEBTOR or actor.person is None:
        raise NotPermitted(
            "Only the person themselves can say who acts for them.",
            remedy="Ask them to do it from their own pages.",
            message_zh="只有本人可以决定由谁代办。",
            remedy_zh="请由本人在自己的页面办理。",
        )
    return actor.person


@dataclass(frozen=True, slots=True)
class LiveLink:
    """A link that can still be used. It opens nothing without a code and four signs.

    ``made_by``: who made it, such as ``token:3``, or ``system:gate`` for one in a message.
    ``for_representative``: it is for somebody who acts for the person.
    """

    number: int
    id: UUID
    made_at: datetime
    made_by: str
    expires_at: datetime
    for_representative: bool


def live_links(
    debtor_ref: str, *, after: int, rows: int, actor: Principal, now: datetime
) -> Sequence[LiveLink]:
    """Return up to ``rows`` links of a person that can be used now and follow ``after``.

    Never with what stands in their addresses: that is kept nowhere.

    Raises:
        NotPermitted: PERSON_CHANGE is missing.
        UnknownRef: there is no such person, or not for this asker.
    """
    may(actor, Permission.PERSON_CHANGE)
    with reading(actor):
        found = Link.objects.filter(
            debtor_id=seen_person(debtor_ref),
            revoked_at__isnull=True,
            expires_at__gt=now,
            pk__gt=after,
        )
        return tuple(
            LiveLink(
                row.pk,
                row.ref,
                row.made_at,
                row.made_by,
                row.expires_at,
                row.representative_id is not None,
            )
            for row in found.order_by("id")[:rows]
        )


@dataclass(frozen=True, slots=True)
class ShutWay:
    """A way that is shut. ``contact_point_id`` null: all of the person's, by tries of a day.

    ``again``: it may be opened again; false: it was before.
    """

    why: Shut
    contact_point_id: int | None
    again: bool


def shut_ways(debtor_id: int, *, actor: Principal, now: datetime) -> Sequence[ShutWay]:
    """Return which of a person's ways in are shut by what was tried; nothing: none is.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        failed = Guess.objects.filter(debtor_id=debtor_id).exclude(tried=Tried.IN.value)
        tried = set(failed.values_list("tried", "contact_point_id").distinct())
        if not tried:
            return ()
        points = {point for how, point in tried if how == Tried.CODE_ALONE and point is not None}
        ways = [
            ShutWay(Shut.NUMBER, point, may_reopen(debtor_id, point, now=now))
            for point in sorted(points)
            if is_own_point(debtor_id, point) and alone_left(debtor_id, point) <= 0
        ]
        if tries_left(debtor_id, now=now) <= 0:
            ways.insert(0, ShutWay(Shut.TRIES, None, may_reopen(debtor_id, None, now=now)))
        return tuple(ways)
