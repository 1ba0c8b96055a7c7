"""Which local teams does a night plan with?

Those that count on its day: what was put in force on the console, and for the rest what the
lender's file says. Where nothing was put in force, the file alone counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from forbear.contexts.people.terms import TeamOnDay, teams_on
from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.engine.agenda import AgendaSettings, Team, load_settings
from forbear.values.principal import Principal


def teams_of_day(day: date, *, actor: Principal) -> tuple[Team, ...] | None:
    """Return the teams of a day's night; None: exactly those of the lender's file."""
    found = night_teams(teams_on(day, actor=actor), day)
    return None if found == house_settings().teams else found


def night_teams(teams: Iterable[TeamOnDay], day: date) -> tuple[Team, ...]:
    """Return teams as the night plans with them on a day; an ended mandate leaves one out."""
    found = (night_team(team, day) for team in teams)
    return tuple(team for team in found if team is not None)


def night_team(team: TeamOnDay, day: date) -> Team | None:
    """Return one team as the night plans with it; None: it may not act that day."""
    if team.terms is None or not team.terms.mandated_on(day):
        return None
    today = team.terms.on_day(day)
    return Team(
        name=team.code,
        name_en=team.name_en,
        name_zh=team.name_zh,
        jurisdiction=today.jurisdiction,
        zone=team.time_zone,
        provinces=today.regions,
        languages=today.languages,
        dialects=today.dialects,
        seats=today.seats,
        reserve=today.reserve,
        barred=team.terms.barred_on(day),
    )


def house_settings() -> AgendaSettings:
    """Return the agenda's settings as the lender's files say."""
    return load_settings(policy_texts(HOUSE))
