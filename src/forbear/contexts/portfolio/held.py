"""Whom, and which of their rows, does an action of another context hold?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan, Representative
from forbear.contexts.portfolio.row import find, find_person, part_of
from forbear.contexts.portfolio.word import RepresentativeKind
from forbear.values.code import Jurisdiction


@dataclass(frozen=True, slots=True)
class PersonHeld:
    """A person whose row is locked until the transaction ends. Region null: not known."""

    id: int
    ref: str
    jurisdiction: Jurisdiction
    region: str | None
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Parts:
    """A loan and a contact point of one person; null: none was named."""

    loan_id: int | None
    contact_point_id: int | None


def held_person(ref: str) -> PersonHeld:
    """Lock a person's row, so that whatever concerns them follows one after the other.

    Raises:
        UnknownRef: there is none, or not for this doer.
        PersonErased: the person was erased.
    """
    found = find_person(ref)
    law = Jurisdiction(found.jurisdiction)
    return PersonHeld(found.pk, found.ref, law, found.region, found.team_id)


def seen_person(ref: str) -> int:
    """Return a person's id without holding their row, inside a query.

    Raises:
        UnknownRef: there is none, or not for whoever asks.
    """
    return find(Debtor, ref, lock=False).pk


def parts_of_person(
    person: PersonHeld, *, loan_ref: str | None = None, contact_point_ref: str | None = None
) -> Parts:
    """Return the ids of what belongs to a held person.

    Raises:
        UnknownRef: there is none, or not for this doer.
        OtherPerson: it belongs to somebody else.
    """
    owner = Debtor(pk=person.id, ref=person.ref)
    loan = part_of(Loan, loan_ref, owner)
    point = part_of(ContactPoint, contact_point_ref, owner)
    return Parts(None if loan is None else loan.pk, None if point is None else point.pk)


@dataclass(frozen=True, slots=True)
class Represented:
    """For whom somebody acts, and until before which day; null: open."""

    debtor_ref: str
    kind: RepresentativeKind
    until_date: date | None


def person_of_representative(ref: str) -> Represented:
    """Return for whom somebody acts, inside an action.

    Raises:
        UnknownRef: there is none, or not for this doer.
    """
    row = find(Representative, ref, lock=False)
    return Represented(row.debtor.ref, RepresentativeKind(row.kind), row.until_date)
