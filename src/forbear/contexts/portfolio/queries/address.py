"""To which number or address does a contact point lead? Asked by the gate, when it lets out."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.prepared import Question, ask
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.protection.cell import Sealed
from forbear.contexts.protection.store import keys, open_values
from forbear.values.code import Relation

_SEALED = (
    "SELECT p.address, p.ref, d.key_id, k.id, k.wrapped FROM portfolio_contactpoint p "
    "JOIN portfolio_debtor d ON d.id = p.debtor_id "
    "LEFT JOIN protection_personkey k ON k.id = d.key_id "
    "WHERE p.id = %s AND p.retired_at IS NULL AND p.absent_since IS NULL"
)


def address_of(contact_point_id: int, *, now: datetime) -> str | None:
    """Return a contact point's address in full; null: it is not held, not in use or erased."""
    required()
    rows = ask(*about_address(contact_point_id))
    if not rows or rows[0][0] is None:
        return None
    cell, ref, key_id, seen, wrapped = rows[0]
    sealed = Sealed(bytes(cell), "portfolio_contactpoint", "address")
    told = {} if seen is None else {key_id: wrapped}
    return sealed.at(row=ref, person_key_id=key_id).open(keys(now=now, told=told))


def about_address(contact_point_id: int) -> Question:
    """Return what ``address_of`` asks the database."""
    return _SEALED, [contact_point_id]


def name_at(contact_point_id: int, *, now: datetime) -> str | None:
    """Return the name of whose own a contact point is, for the outside of a letter; null: none."""
    required()
    rows = Debtor.objects.filter(
        contact_points__id=contact_point_id, contact_points__relation=Relation.OWN.value
    )
    person = rows.first()
    if person is None or person.name is None:
        return None
    return open_values(person, "name", now=now)["name"]
