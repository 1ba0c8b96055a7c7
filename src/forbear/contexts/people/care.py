"""Can a team, an agency, or somebody in it, take care of a person?"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.contexts.people.models import Staff, Team


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
