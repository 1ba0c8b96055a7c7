"""How are the personal values of very many rows sealed, and only those that changed?

A row's keyed print tells whether its values are the ones that are sealed already; then nothing is
opened and nothing written. Everything here runs inside the transaction of a load.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.country import CALLING_CODES, COUNTRIES, PURPOSES
from forbear.contexts.portfolio.number import CALLED, Reading, can_tell, read_number
from forbear.contexts.portfolio.printed import printed_person
from forbear.contexts.protection.cell import DataKey, Place
from forbear.contexts.protection.index import IndexPurpose
from forbear.contexts.protection.person import unwrap, wrapping_key_id
from forbear.contexts.protection.store import Tools, new_key_id, tools
from forbear.values.code import Jurisdiction, PointKind


class SealedPerson(NamedTuple):
    """What a person's row gets; bytes null where nothing is to be written."""

    key_id: UUID
    wrapped: bytes | None
    ring_key: str | None
    name: bytes | None
    national_id: bytes | None
    national_id_index: bytes | None
    personal_print: bytes | None
    resealed: bool


class SealedPoint(NamedTuple):
    """What a contact point's row gets; bytes null where nothing is to be written.

    ``number_read``: the number was read now, and what it tells stands beside; else nothing does.
    """

    address: bytes | None
    address_index: bytes | None
    personal_print: bytes | None
    resealed: bool
    number_read: bool = False
    number_type: str | None = None
    number_region: str | None = None
    number_confidence_percent: int | None = None


class _Known(NamedTuple):
    key_id: UUID
    personal_print: bytes | None
    jurisdiction: str
    erased: bool

    def needs(self, mark: bytes) -> bool:
        """Say whether a row with another print must be sealed anew."""
        return not self.erased and mark != self.personal_print


def seal_persons(
    rows: Sequence[tuple[str, str | None, str | None, str]], *, now: datetime
) -> list[SealedPerson]:
    """Seal (ref, name, identity number, law) of persons, in order; who is new gets a key."""
    required()
    use = tools(now=now)
    known = _persons([ref for ref, *_ in rows])
    marks = {
        ref: use.row_print(ref, *printed_person(name, number))
        for ref, name, number, _ in rows
        if ref in known
    }
    changed = [ref for ref, mark in marks.items() if known[ref].needs(mark)]
    held = use.keys(known[ref].key_id for ref in changed)
    found = []
    for ref, name, number, law in rows:
        person = known.get(ref)
        if person is None:
            found.append(_new_person(ref, name, number, law, use))
            continue
        mark = marks[ref]
        if not person.needs(mark):
            found.append(_kept_person(person))
            continue
        cells = _cells(held.of(person.key_id), ref, person.key_id, name, number)
        index = _number_index(number, law, use)
        found.append(SealedPerson(person.key_id, None, None, *cells, index, mark, resealed=True))
    return found


def _cells(
    key: DataKey, ref: str, key_id: UUID, name: str | None, number: str | None
) -> tuple[bytes | None, bytes | None]:
    table = "portfolio_debtor"
    return (
        _cell(key, table, "name", ref, key_id, name),
        _cell(key, table, "national_id", ref, key_id, number),
    )


def _number_index(number: str | None, law: str, use: Tools) -> bytes | None:
    if number is None:
        return None
    country = COUNTRIES[Jurisdiction(law)]
    return use.index_value(IndexPurpose.NATIONAL_ID, number, country=country)


def _new_person(
    ref: str, name: str | None, number: str | None, law: str, use: Tools
) -> SealedPerson:
    key_id = new_key_id()
    wrapped = use.vault.new_key(key_id)
    key = unwrap(use.index.ring, key_id, wrapped)
    cells = _cells(key, ref, key_id, name, number)
    mark = use.row_print(ref, *printed_person(name, number))
    ring_key = wrapping_key_id(wrapped)
    index = _number_index(number, law, use)
    return SealedPerson(key_id, wrapped, ring_key, *cells, index, mark, resealed=False)


def _kept_person(person: _Known) -> SealedPerson:
    mark = person.personal_print
    return SealedPerson(person.key_id, None, None, None, None, None, mark, resealed=False)


def seal_points(
    rows: Sequence[tuple[str, str, str, str | None]], *, now: datetime
) -> list[SealedPoint]:
    """Seal (ref, person's ref, kind, address) of contact points, in order.

    The persons are in the database already. An address without a normal form gets no index. A
    number is read where it is new or changed, and where it never was, so that all are known once
    the extra ``numbers`` is there.
    """
    required()
    use = tools(now=now)
    kept = _point_prints([ref for ref, *_ in rows])
    marks = {ref: use.row_print(ref, address) for ref, _, _, address in rows}
    changed = {ref for ref, mark in marks.items() if ref not in kept or kept[ref].mark != mark}
    unread = (
        set(marks) - {ref for ref, point in kept.items() if point.read} if can_tell() else set()
    )
    looked_at = changed | unread
    persons = _persons(sorted({person for ref, person, _, _ in rows if ref in looked_at}))
    held = use.keys(
        persons[person].key_id
        for person in {person for ref, person, _, _ in rows if ref in changed}
        if person in persons and not persons[person].erased
    )
    found = []
    for ref, person_ref, kind, address in rows:
        person, mark = persons.get(person_ref), marks[ref]
        if person is None or person.erased:
            found.append(SealedPoint(None, None, mark, resealed=False))
            continue
        told = Reading()
        if ref in looked_at:
            told = read_number(kind, address, Jurisdiction(person.jurisdiction))
        if ref not in changed:
            found.append(SealedPoint(None, None, mark, False, *told))
            continue
        key = held.of(person.key_id)
        cell = _cell(key, "portfolio_contactpoint", "address", ref, person.key_id, address)
        index = _index(kind, address, person.jurisdiction, use)
        found.append(SealedPoint(cell, index, mark, ref in kept, *told))
    return found


def _cell(
    key: DataKey, table: str, column: str, ref: str, key_id: UUID, text: str | None
) -> bytes | None:
    if text is None:
        return None
    return key.seal_text(Place(table, column, ref, key_id), text)


def _index(kind: str, address: str | None, jurisdiction: str, use: Tools) -> bytes | None:
    purpose = PURPOSES.get(PointKind(kind))
    if purpose is None or address is None:
        return None
    reading = (
        {"calling_code": CALLING_CODES[Jurisdiction(jurisdiction)]}
        if purpose is IndexPurpose.PHONE
        else {}
    )
    return use.index_value(purpose, address, **reading)


def _persons(refs: list[str]) -> dict[str, _Known]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ref, key_id, personal_print, jurisdiction, erased_at IS NOT NULL "
            "FROM portfolio_debtor WHERE ref = ANY(%s)",
            [refs],
        )
        return {
            ref: _Known(key_id, None if mark is None else bytes(mark), jurisdiction, erased)
            for ref, key_id, mark, jurisdiction, erased in cursor.fetchall()
        }


class _KnownPoint(NamedTuple):
    mark: bytes | None
    read: bool


def _point_prints(refs: list[str]) -> dict[str, _KnownPoint]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ref, personal_print, number_read_at IS NOT NULL OR kind <> ALL(%s) "
            "FROM portfolio_contactpoint WHERE ref = ANY(%s)",
            [list(CALLED), refs],
        )
        return {
            ref: _KnownPoint(None if mark is None else bytes(mark), read)
            for ref, mark, read in cursor.fetchall()
        }
