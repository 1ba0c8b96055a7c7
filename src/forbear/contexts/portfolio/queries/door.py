"""By which number does somebody come to their own pages, and is the number of their paper right?

Asked by the door, inside its transaction, for whoever has not said yet who they are.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Representative
from forbear.contexts.portfolio.queries.day import days_where
from forbear.contexts.portfolio.queries.find import phone_values
from forbear.contexts.protection.store import open_values
from forbear.values.code import PointKind, PointQuality, Relation

TAIL_SIGNS = 4
_USABLE = Q(
    relation=Relation.OWN.value,
    kind=PointKind.MOBILE.value,
    retired_at__isnull=True,
    absent_since__isnull=True,
    debtor__erased_at__isnull=True,
) & ~Q(quality__in=[PointQuality.WRONG_PERSON.value, PointQuality.INVALID.value])
_BEST_FIRST = (PointQuality.CONFIRMED, PointQuality.UNTRIED, PointQuality.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class OwnPoint:
    """A mobile number of the person's own that may be used."""

    debtor_id: int
    contact_point_id: int


def own_point_at(number: str, *, now: datetime) -> OwnPoint | None:
    """Return whose own number this is; null: nobody's, or that of more than one person.

    The same is asked of the database whether the number is known or not.
    """
    rows = _points().filter(address_index__in=phone_values(number, now=now) or [b""])
    found = list(rows.order_by("id").values_list("debtor_id", "id")[:2])
    return OwnPoint(*found[0]) if len(found) == 1 else None


def own_point_of(debtor_id: int) -> OwnPoint | None:
    """Return the number by which a person is best reached by message; null: there is none."""
    rows = list(_points().filter(debtor_id=debtor_id).order_by("-id"))
    for quality in _BEST_FIRST:
        for row in rows:
            if row.quality == quality.value:
                return OwnPoint(debtor_id, row.pk)
    return None


def is_own_point(debtor_id: int, contact_point_id: int) -> bool:
    """Say whether a number still is one of the person's own that may be used."""
    return _points().filter(debtor_id=debtor_id, pk=contact_point_id).exists()


def tail_fits(debtor_id: int, typed: str, *, now: datetime) -> bool | None:
    """Say whether typed signs are the last four of the person's identity number; null: none held.

    Width and case do not count; the time taken does not tell how much of it fits.
    """
    required()
    person = Debtor.objects.get(pk=debtor_id)
    if person.erased_at is not None or person.national_id is None:
        return None
    number = _plain(open_values(person, "national_id", now=now)["national_id"] or "")
    if len(number) < TAIL_SIGNS:
        return None
    return hmac.compare_digest(number[-TAIL_SIGNS:], _plain(typed))


def acts_now(representative_id: int, debtor_id: int, *, now: datetime) -> bool:
    """Say whether somebody has checked authority to act for the person, on the person's own day."""
    first, last = days_where(debtor_id, now=now)
    return (
        Representative.objects.filter(
            pk=representative_id,
            debtor_id=debtor_id,
            authority_checked_at__isnull=False,
            ended_at__isnull=True,
            from_date__lte=last,
            debtor__erased_at__isnull=True,
        )
        .filter(Q(until_date__isnull=True) | Q(until_date__gt=first))
        .exists()
    )


def refs_of_points(contact_point_ids: Sequence[int]) -> dict[int, str]:
    """Return the refs of contact points by id."""
    required()
    return dict(ContactPoint.objects.filter(pk__in=contact_point_ids).values_list("pk", "ref"))


def _points() -> QuerySet[ContactPoint]:
    required()
    return ContactPoint.objects.filter(_USABLE)


def _plain(text: str) -> bytes:
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in folded if sign.isalnum()).encode()
