"""Can a team, or somebody in it, take care of a person?"""

from __future__ import annotations

from forbear.contexts.people.models import Staff, Team


def can_care(team_id: int, officer_id: int | None) -> bool:
    """Say whether a team is open and, where one is named, a collector works in it."""
    if not Team.objects.filter(id=team_id, closed_at__isnull=True).exists():
        return False
    if officer_id is None:
        return True
    return Staff.objects.filter(id=officer_id, is_active=True, teams=team_id).exists()
