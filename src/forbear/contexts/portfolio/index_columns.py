"""How are the portfolio's index columns made anew under another key?

Read by ``protection.stock`` without Django. A row's print covers what ``sealing`` covers, so that
the next load finds every row unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg

from forbear.contexts.portfolio.country import CALLING_CODES, COUNTRIES, PURPOSES
from forbear.contexts.portfolio.printed import printed_person
from forbear.contexts.protection.cell import Sealed
from forbear.contexts.protection.index import BlindIndex, IndexPurpose
from forbear.contexts.protection.normal import NotIndexable
from forbear.contexts.protection.person import Keys
from forbear.contexts.protection.rotation import Values
from forbear.contexts.protection.rows import IndexColumn, IndexRows
from forbear.contexts.protection.stock import register_index
from forbear.values.code import Jurisdiction, PointKind

DEBTOR, POINT = "portfolio_debtor", "portfolio_contactpoint"


def _debtors(connection: psycopg.Connection[Any]) -> IndexRows:
    return IndexRows(
        connection,
        table=DEBTOR,
        reading="t.ref, t.key_id, t.jurisdiction, t.name, t.national_id, "
        f"t.personal_print IS NOT NULL FROM {DEBTOR} t",
        columns=[IndexColumn("national_id_index"), IndexColumn("personal_print")],
        person_key=lambda row: row[2],
        values=_of_debtor,
    )


def _of_debtor(row: Any, index: BlindIndex, keys: Keys) -> Values:
    _id, ref, key_id, jurisdiction, name, national_id, printed = row
    number = _opened(national_id, DEBTOR, "national_id", ref, key_id, keys)
    country = COUNTRIES[Jurisdiction(jurisdiction)]
    found = None
    if number is not None:
        found = _or_none(lambda: index.values(IndexPurpose.NATIONAL_ID, number, country=country))
    text = _opened(name, DEBTOR, "name", ref, key_id, keys)
    return [found, index.row_prints(ref, *printed_person(text, number)) if printed else None]


def _points(connection: psycopg.Connection[Any]) -> IndexRows:
    return IndexRows(
        connection,
        table=POINT,
        reading="t.ref, d.key_id, d.jurisdiction, t.kind, t.address, "
        f"t.personal_print IS NOT NULL FROM {POINT} t JOIN {DEBTOR} d ON d.id = t.debtor_id",
        columns=[IndexColumn("address_index"), IndexColumn("personal_print")],
        person_key=lambda row: row[2],
        values=_of_point,
    )


def _of_point(row: Any, index: BlindIndex, keys: Keys) -> Values:
    _id, ref, key_id, jurisdiction, kind, address, printed = row
    text = _opened(address, POINT, "address", ref, key_id, keys)
    return [
        _address_index(index, kind, text, jurisdiction),
        index.row_prints(ref, text) if printed else None,
    ]


def _address_index(
    index: BlindIndex, kind: str, text: str | None, jurisdiction: str
) -> tuple[bytes, ...] | None:
    purpose = PURPOSES.get(PointKind(kind))
    if purpose is None or text is None:
        return None
    if purpose is not IndexPurpose.PHONE:
        return _or_none(lambda: index.values(purpose, text))
    code = CALLING_CODES[Jurisdiction(jurisdiction)]
    return _or_none(lambda: index.values(purpose, text, calling_code=code))


def _opened(
    cell: bytes | None, table: str, column: str, ref: str, key_id: UUID, keys: Keys
) -> str | None:
    return None if cell is None else Sealed(bytes(cell), table, column, ref, key_id).open(keys)


def _or_none(make: Callable[[], tuple[bytes, ...]]) -> tuple[bytes, ...] | None:
    """Return index values; null where the text has no normal form to be searched for."""
    try:
        return make()
    except NotIndexable:
        return None


register_index(DEBTOR, _debtors)
register_index(POINT, _points)
