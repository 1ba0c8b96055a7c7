"""Can a team, an agency, or somebody in it, take care of a person?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from forbear.contexts.people.models import Staff, Team
from forbear.contexts.people.role import MAY, Permission


def can_care(team_id: int, officer_id: int | None) -> bool:
    """Say whether a team is open and, where one is named, a collector works in it."""
    if not Team.objects.filter(id=team_id, closed_at__isnull=True).exists():
        return False
    if officer_id is None:
        return True
    return Staff.objects.filter(id=officer_id, is_active=True, teams=team_id).exists()


def code_of_team(team_id: int | None) -> str | None:
    """Return a team's code; None: there is no such team."""
    return Team.objects.filter(id=team_id).values_list("code", flat=True).first()


def codes_of_teams(ids: Collection[int]) -> dict[int, str]:
    """Return the codes of teams by their ids, inside a transaction."""
    return dict(Team.objects.filter(id__in=ids).values_list("id", "code"))


def works_here(staff_id: int) -> bool:
    """Say whether an account is open."""
    return Staff.objects.filter(id=staff_id, is_active=True).exists()


def username_of(staff_id: int) -> str:
    """Return the name by which somebody signs in; empty: they do not work here."""
    rows = Staff.objects.filter(id=staff_id, is_active=True)
    return rows.values_list("username", flat=True).first() or ""


def extension_of(staff_id: int) -> str:
    """Return the name of somebody's telephone; empty: they have none, or do not work here."""
    rows = Staff.objects.filter(id=staff_id, is_active=True)
    return rows.values_list("extension", flat=True).first() or ""


def callers_among(staff: Collection[int], *, team: int | None) -> frozenset[int]:
    """Return who of some people may contact persons in a team's care; null: of the lender's own."""
    roles = [role.value for role, granted in MAY.items() if Permission.CONTACT_MAKE in granted]
    rows = Staff.objects.filter(id__in=staff, is_active=True, role__in=roles)
    rows = rows.exclude(teams__agency=True) if team is None else rows.filter(teams=team)
    return frozenset(rows.values_list("id", flat=True))


@dataclass(frozen=True, slots=True)
class Agency:
    """An outside agency. ``time_zone`` is the clock by which its days run."""

    id: int
    code: str
    time_zone: str
    open: bool

    @property
    def provider(self) -> str:
        """Under which name its contacts are handed over."""
        return f"agency:{self.id}"


def agencies() -> tuple[Agency, ...]:
    """Return every agency, closed ones included, by id."""
    rows = Team.objects.filter(agency=True).order_by("id")
    return tuple(Agency(row.pk, row.code, row.time_zone, row.closed_at is None) for row in rows)


@dataclass(frozen=True, slots=True)
class TeamNamed:
    """What a team is called, and whether it is an outside agency."""

    id: int
    code: str
    name_en: str
    name_zh: str
    agency: bool


def teams_named(team_ids: Collection[int]) -> dict[int, TeamNamed]:
    """Return what teams are called, by id; closed ones too."""
    rows = Team.objects.filter(id__in=team_ids)
    return {
        row.pk: TeamNamed(row.pk, row.code, row.name_en, row.name_zh, row.agency) for row in rows
    }


def agency_by_code(code: str) -> int | None:
    """Return the id of an open agency by its code; None: there is none."""
    rows = Team.objects.filter(code=code, agency=True, closed_at__isnull=True)
    return rows.values_list("id", flat=True).first()


def agency_team(provider: str) -> int | None:
    """Return which agency's team a contact was handed over to; None: to no agency."""
    kind, _, number = provider.partition(":")
    return int(number) if kind == "agency" and number.isdecimal() else None
