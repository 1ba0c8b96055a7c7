"""May a team act for a person of a region today?"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from forbear.contexts.people.models import Team
from forbear.contexts.people.terms import terms_of
from forbear.values.errors import Denied


class TeamMayNotAct(Denied):
    """A team's mandate, or its licence for the person's region, has ended."""

    code = "TEAM_MAY_NOT_ACT"


def refuse_unless_team_may(team_code: str | None, region: str | None, *, now: datetime) -> None:
    """Refuse where a team may not act today; the day is that of its own clock.

    Runs inside a transaction. ``region`` null: not known, so that no licence is asked for.

    Raises:
        TeamMayNotAct: its mandate has ended, or every licence for the region has.
    """
    zone = Team.objects.filter(code=team_code).values_list("time_zone", flat=True).first()
    if team_code is None or zone is None:
        return
    day = now.astimezone(ZoneInfo(zone)).date()
    terms = terms_of(team_code, day)
    if terms is None:
        return
    if not terms.mandated_on(day):
        raise TeamMayNotAct(
            f"The mandate of {team_code} ended on {terms.mandate_until}.",
            remedy="Give the case to another team, or renew the mandate.",
            message_zh=f"{team_code} 的委托已于 {terms.mandate_until} 到期。",
            remedy_zh="请将案件转给其他团队，或续签委托。",
        )
    barred = terms.barred_on(day)
    if region is not None and (region in barred or region[:2] in barred):
        raise TeamMayNotAct(
            f"The licence of {team_code} for {region} has ended.",
            remedy="Give the case to another team, or renew the licence.",
            message_zh=f"{team_code} 在 {region} 的许可已到期。",
            remedy_zh="请将案件转给其他团队，或续办许可。",
        )
