"""How is a person found, by a ref or by a number that somebody has at hand?

A number is looked up by its keyed hash: it never reaches the database, a log or a URL.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.country import CALLING_CODES, COUNTRIES
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.protection.index import IndexPurpose
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.protection.normal import NotIndexable
from forbear.contexts.protection.store import index_values, keys, open_values
from forbear.values.code import Channel, Jurisdiction, PointQuality, Relation
from forbear.values.principal import Principal

FOUND_MAX = 50


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A person that was found. ``relation`` and ``point_ref`` null: not found by a point."""

    id: int
    ref: str
    name_masked: str
    jurisdiction: str
    region: str | None
    team: int | None
    erased: bool
    point_ref: str | None = None
    relation: str | None = None


def find_by_ref(ref: str, *, actor: Principal, now: datetime) -> tuple[PersonFound, ...]:
    """Return the person of a ref, or the person of a contact point's or a loan's ref.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        text = ref.strip()
        rows = Debtor.objects.filter(ref=text)
        if not rows:
            rows = Debtor.objects.filter(loans__ref=text)
        if not rows:
            rows = Debtor.objects.filter(contact_points__ref=text)
        return _shown(rows.distinct(), now=now)


def find_by_national_id(number: str, *, actor: Principal, now: datetime) -> tuple[PersonFound, ...]:
    """Return the persons with an identity number, however it is typed; empty where there is none.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        wanted = _indexed(IndexPurpose.NATIONAL_ID, number, "country", COUNTRIES, now=now)
        return _shown(Debtor.objects.filter(national_id_index__in=wanted), now=now)


def find_by_address(address: str, *, actor: Principal, now: datetime) -> tuple[PersonFound, ...]:
    """Return whose a telephone number or e-mail address is; empty where it is nobody's.

    One number may be of several persons, as their own or as that of a contact person.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        if "@" in address:
            wanted = _indexed(IndexPurpose.EMAIL, address, "", {}, now=now)
        else:
            wanted = _indexed(IndexPurpose.PHONE, address, "calling_code", CALLING_CODES, now=now)
        rows = ContactPoint.objects.filter(address_index__in=wanted).select_related("debtor")
        points = list(rows.order_by("id")[:FOUND_MAX])
        persons = {each.id: each for each in _shown([row.debtor for row in points], now=now)}
        return tuple(
            replace(persons[row.debtor_id], point_ref=row.ref, relation=row.relation)
            for row in points
        )


def find_by_anything(text: str, *, actor: Principal, now: datetime) -> tuple[PersonFound, ...]:
    """Return whom a ref, a telephone number, an e-mail address or an identity number leads to.

    A name leads to nobody: it has no index, since it could be guessed.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    for find in (find_by_ref, find_by_address, find_by_national_id):
        found = find(text, actor=actor, now=now)
        if found:
            return found
    return ()


def refs_of(ids: Collection[int], *, actor: Principal) -> dict[int, str]:
    """Return the refs of persons whom the reader may see, by id.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        return dict(Debtor.objects.filter(pk__in=ids).values_list("pk", "ref"))


def debtors_at(number: str, *, now: datetime) -> tuple[list[int], list[int]]:
    """Return the ids of persons and points that a telephone number is of, inside a transaction.

    Nothing is opened; the same is asked of the database whether the number is known or not.
    """
    required()
    rows = ContactPoint.objects.filter(address_index__in=phone_values(number, now=now) or [b""])
    found = list(rows.values_list("debtor_id", "id")[:FOUND_MAX])
    return [debtor for debtor, _ in found], [point for _, point in found]


@dataclass(frozen=True, slots=True)
class PointAt:
    """A contact point in use that a number or address is of, and whose it is."""

    id: int
    ref: str
    debtor_id: int
    debtor_ref: str
    relation: Relation
    quality: PointQuality


def points_at(
    address: str, *, now: datetime, channel: Channel | None = None
) -> tuple[PointAt, ...]:
    """Return the points in use of a number, address or WeChat id, inside a transaction.

    A WeChat id is told by its ``channel`` alone, since it may look like a number. A person's own
    come first, then the oldest. Nothing is opened.
    """
    required()
    if channel is Channel.WECHAT:
        wanted = _indexed(IndexPurpose.WECHAT, address, "", {}, now=now)
    elif "@" in address:
        wanted = _indexed(IndexPurpose.EMAIL, address, "", {}, now=now)
    else:
        wanted = _indexed(IndexPurpose.PHONE, address, "calling_code", CALLING_CODES, now=now)
    return points_marked(wanted)


def points_marked(wanted: Sequence[bytes]) -> tuple[PointAt, ...]:
    """Return the points in use that lie under one of some values, inside a transaction."""
    required()
    rows = (
        ContactPoint.objects.filter(
            address_index__in=list(wanted) or [b""], retired_at=None, debtor__erased_at=None
        )
        .order_by("id")
        .values_list(*_AT)[:FOUND_MAX]
    )
    return tuple(sorted(map(_at, rows), key=lambda each: each.relation is not Relation.OWN))


def point_by_id(contact_point_id: int | None) -> PointAt | None:
    """Return a contact point by its id, inside a transaction; None: none, or not in use."""
    required()
    rows = [] if contact_point_id is None else ask(_BY_ID, [contact_point_id])
    return _at(rows[0]) if rows else None


def points_beside(contact_point_id: int) -> tuple[PointAt, ...]:
    """Return the points in use with the same number or address, inside a transaction."""
    required()
    index = ContactPoint.objects.filter(id=contact_point_id).values_list("address_index", flat=True)
    found = index.first()
    if found is None:
        return ()
    rows = ContactPoint.objects.filter(
        address_index=found, retired_at=None, debtor__erased_at=None
    ).exclude(id=contact_point_id)
    return tuple(map(_at, rows.order_by("id").values_list(*_AT)[:FOUND_MAX]))


_BY_ID = (
    "SELECT p.id, p.ref, p.debtor_id, d.ref, p.relation, p.quality FROM portfolio_contactpoint p "
    "JOIN portfolio_debtor d ON d.id = p.debtor_id WHERE p.id = %s AND p.retired_at IS NULL"
)
_AT = ("id", "ref", "debtor_id", "debtor__ref", "relation", "quality")


def _at(row: tuple[Any, ...]) -> PointAt:
    return PointAt(*row[:4], Relation(row[4]), PointQuality(row[5]))


def key_of(debtor_id: int) -> UUID | None:
    """Return the id of a person's key, inside a transaction; None: no such person, or erased."""
    required()
    rows = Debtor.objects.filter(id=debtor_id, erased_at=None)
    found: UUID | None = rows.values_list("key_id", flat=True).first()
    return found


def phone_values(number: str, *, now: datetime) -> list[bytes]:
    """Return every value under which a telephone number may lie; none where it is no number."""
    return _indexed(IndexPurpose.PHONE, number, "calling_code", CALLING_CODES, now=now)


def _indexed(
    purpose: IndexPurpose,
    text: str,
    reading_name: str,
    readings: dict[Jurisdiction, str],
    *,
    now: datetime,
) -> list[bytes]:
    """Return every value under which the text may lie: it does not say which country it is of."""
    wanted: set[bytes] = set()
    for each in readings.values() or ("",):
        given = {reading_name: each} if reading_name else {}
        try:
            wanted.update(index_values(purpose, text, now=now, **given))
        except NotIndexable:
            continue
    return list(wanted)


def _shown(rows: QuerySet[Debtor] | list[Debtor], *, now: datetime) -> tuple[PersonFound, ...]:
    persons = list(rows[:FOUND_MAX])
    held = keys(now=now, of=[person.key_id for person in persons if person.name is not None])
    return tuple(
        PersonFound(
            id=person.pk,
            ref=person.ref,
            name_masked=masked(
                MaskKind.NAME, open_values(person, "name", now=now, held=held)["name"]
            ),
            jurisdiction=person.jurisdiction,
            region=person.region,
            team=person.team_id,
            erased=person.erased_at is not None,
        )
        for person in persons
    )
