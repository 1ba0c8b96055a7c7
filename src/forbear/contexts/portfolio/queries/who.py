"""Whose page is it, and under which law and clock do they live? No personal value is opened."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import Debtor
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Who:
    """A person, by what is not secret. ``region`` null: not known; ``time_zones`` may be empty."""

    id: int
    ref: str
    jurisdiction: str
    region: str | None
    time_zones: tuple[str, ...]


def get_who(debtor_id: int, *, actor: Principal) -> Who:
    """Return who a person is.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        Debtor.DoesNotExist: there is no such person for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        return who(Debtor.objects.get(pk=debtor_id))


def who(row: Debtor) -> Who:
    """Return who a row is."""
    return Who(row.pk, row.ref, row.jurisdiction, row.region, tuple(row.time_zones))
