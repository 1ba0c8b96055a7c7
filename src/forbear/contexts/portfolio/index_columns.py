"""How are this context's index columns made anew when the key that makes them changes?

The values come out as the actions would write them. Prints of rows are emptied: the next load of
an extract makes them again. What needs models is imported when a row is computed, so that
registering alone needs no application.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from forbear.contexts.portfolio.country import CALLING_CODES, COUNTRIES
from forbear.contexts.protection.cell import Sealed
from forbear.contexts.protection.index import BlindIndex, IndexPurpose
from forbear.contexts.protection.person import Keys
from forbear.contexts.protection.rotation import Values
from forbear.contexts.protection.rows import IndexColumn, IndexRows
from forbear.contexts.protection.stock import register_index
from forbear.values.code import Jurisdiction, PointKind

DEBTOR = "portfolio_debtor"
POINT = "portfolio_contactpoint"
_PRINT = IndexColumn("personal_print")


def _key_of(row: Any) -> UUID:
    return row[2]  # type: ignore[no-any-return]


def _debtor_values(row: Any, index: BlindIndex, keys: Keys) -> Values:
    _id, ref, key_id, cell, jurisdiction = row
    if cell is None:
        return (None, None)
    number = Sealed(cell, DEBTOR, "national_id", ref, key_id).open(keys)
    country = COUNTRIES[Jurisdiction(jurisdiction)]
    return (index.values(IndexPurpose.NATIONAL_ID, number, country=country), None)


def _point_values(row: Any, index: BlindIndex, keys: Keys) -> Values:
    from forbear.contexts.portfolio.actions.point import index_purpose

    _id, ref, key_id, cell, jurisdiction, kind = row
    purpose = index_purpose(PointKind(kind))
    if cell is None or purpose is None:
        return (None, None)
    address = Sealed(cell, POINT, "address", ref, key_id).open(keys)
    if purpose is IndexPurpose.PHONE:
        code = CALLING_CODES[Jurisdiction(jurisdiction)]
        return (index.values(purpose, address, calling_code=code), None)
    return (index.values(purpose, address), None)


register_index(
    DEBTOR,
    lambda connection: IndexRows(
        connection,
        table=DEBTOR,
        reading=f"t.ref, t.key_id, t.national_id, t.jurisdiction FROM {DEBTOR} t",
        columns=[IndexColumn("national_id_index"), _PRINT],
        person_key=_key_of,
        values=_debtor_values,
    ),
)
register_index(
    POINT,
    lambda connection: IndexRows(
        connection,
        table=POINT,
        reading=f"t.ref, d.key_id, t.address, d.jurisdiction, t.kind FROM {POINT} t "
        f"JOIN {DEBTOR} d ON d.id = t.debtor_id",
        columns=[IndexColumn("address_index"), _PRINT],
        person_key=_key_of,
        values=_point_values,
    ),
)
