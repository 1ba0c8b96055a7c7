"""Whose case is it?"""

from __future__ import annotations

from collections.abc import Collection

from forbear.contexts.cases.models import Case
from forbear.contexts.cases.move import no_such_case
from forbear.contexts.contact.call.job import DeskPhone
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.care import callers_among, extension_of
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


def debtor_of(case_id: int, *, actor: Principal) -> int:
    """Return the id of the person of a case.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchCase: there is none that may be seen.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = Case.objects.filter(pk=case_id).values_list("debtor_id", flat=True).first()
    if found is None:
        raise no_such_case(case_id)
    return int(found)


def officer_of(debtor_id: int, *, actor: Principal) -> DeskPhone | None:
    """Return which colleague has a person's case, and their telephone; None: nobody has."""
    with reading(actor):
        rows = Case.objects.filter(debtor_id=debtor_id, closed_at__isnull=True)
        officer = rows.values_list("officer_id", flat=True).first()
        return None if officer is None else DeskPhone(officer, extension_of(officer))


def takers_of(debtor_id: int | None, among: Collection[int], *, actor: Principal) -> frozenset[int]:
    """Return which of some colleagues may take a call of a person's; null: of nobody known.

    Of a person in some team's care those of that team; of anybody else whoever is no agency's.
    """
    with reading(actor):
        rows = Case.objects.filter(debtor_id=debtor_id, closed_at__isnull=True)
        team = None if debtor_id is None else rows.values_list("team_id", flat=True).first()
        if debtor_id is not None and team is None:
            return frozenset()
        return callers_among(among, team=team)


def open_case_of(debtor_id: int, *, actor: Principal) -> int:
    """Return the id of a person's open case.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchCase: there is none that may be seen.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        rows = Case.objects.filter(debtor_id=debtor_id, closed_at__isnull=True)
        found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise no_such_case(0)
    return int(found)
