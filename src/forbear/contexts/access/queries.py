"""Who may act for a person?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.access.models import Link
from forbear.contexts.database.transaction import reading
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
