"""What are a person's own values in full, for the person themself?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.portfolio.row import find
from forbear.contexts.protection.store import keys, open_values
from forbear.values.code import PointKind, Relation


def own_values(ref: str, *, now: datetime) -> dict[str, str]:
    """Return the values by name, such as ``name`` and ``address of C-1``; unknown ones left out.

    Runs inside a transaction of somebody who sees this person alone.

    Raises:
        UnknownRef: there is no such person for this reader.
    """
    required()
    person = find(Debtor, ref, lock=False)
    if person.erased_at is not None:
        return {}
    held = keys(now=now, of=[person.key_id])
    found = dict(open_values(person, "name", "national_id", now=now, held=held))
    for point in person.contact_points.select_related("debtor").order_by("id"):
        opened = open_values(point, "address", now=now, held=held)
        found[f"address of {point.ref}"] = opened["address"]
    for row in person.vulnerabilities.select_related("debtor").order_by("id"):
        found[f"note of {row.ref}"] = open_values(row, "note", now=now, held=held)["note"]
    for one in person.representatives.select_related("debtor").order_by("id"):
        opened = open_values(one, "name", "address", now=now, held=held)
        found |= {f"representative's {name} of {one.ref}": text for name, text in opened.items()}
    return {name: text for name, text in found.items() if text is not None}


def own_points(debtor_ref: str, kind: PointKind) -> tuple[str, ...]:
    """Return the refs of a person's own contact points of a kind that are in use, the oldest first.

    Runs inside a transaction.
    """
    required()
    rows = ContactPoint.objects.filter(
        debtor__ref=debtor_ref, kind=kind.value, relation=Relation.OWN.value, retired_at=None
    )
    return tuple(rows.order_by("id").values_list("ref", flat=True))
