"""How is WeChat closed to somebody who no longer follows an account, or blocks it?

As a withdrawn consent for that contact point. Following again gives nothing back: only the person
does, in the portal or by telling us.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forbear.contexts.contact.accounts import AccountEvent, Told
from forbear.contexts.contact.channels.wechat.access import ACCOUNT
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.portfolio.actions.consent import enter_consent
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.find import PointAt, point_by_id, points_marked
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, ConsentKind, ConsentState, PointQuality

_BATCH = 100


def close_told(provider: str, *, now: datetime) -> int:
    """Close WeChat to whoever the platform told of; return how many tidings were worked on.

    Each in a transaction of its own: one's fault is tried again and holds up no other.
    """
    with reading(ACCOUNT):
        rows = AccountEvent.objects.filter(
            provider=provider, told=Told.CLOSED.value, done_at__isnull=True
        )
        ids = list(rows.order_by("id").values_list("pk", flat=True)[:_BATCH])
    return sum(_close(ident, now=now) for ident in ids)


def close_point(contact_point_id: int, debtor_id: int, ref: str, *, now: datetime) -> None:
    """Close WeChat at one contact point; ``ref`` names what told it, so that it counts once."""
    with acting(ACCOUNT):
        hold_person(debtor_id)
        point = point_by_id(contact_point_id)
        if point is not None:
            _withdraw([point], ref, now=now)


def no_such_address(contact_point_id: int, debtor_id: int, *, now: datetime) -> None:
    """Write down that the account knows no such person: nothing goes there any more."""
    with acting(ACCOUNT):
        hold_person(debtor_id)
        point = point_by_id(contact_point_id)
        if point is not None:
            enter_quality(point.ref, PointQuality.INVALID, actor=ACCOUNT, now=now)


def _close(ident: int, *, now: datetime) -> bool:
    with acting(ACCOUNT):
        rows = AccountEvent.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=ident, done_at__isnull=True).first()
        if row is None:
            return False
        points = points_marked([bytes(row.sender_mark)])
        for debtor_id in sorted({point.debtor_id for point in points}):
            hold_person(debtor_id)
        _withdraw(points, f"event-{row.pk}", now=now)
        row.done_at = now
        row.save(update_fields=["done_at"])
    return True


def _withdraw(points: Sequence[PointAt], ref: str, *, now: datetime) -> None:
    required()
    for point in points:
        said = ConsentSaid(
            ref=f"wechat-{ref}-{point.id}",
            debtor_ref=point.debtor_ref,
            kind=ConsentKind.CHANNEL,
            state=ConsentState.WITHDRAWN,
            contact_point_ref=point.ref,
            channel=Channel.WECHAT,
        )
        enter_consent(said, source=Source.SYSTEM, actor=ACCOUNT, now=now)
