"""Which teams may serve one person, and what is each worth? Slow, and one person at a time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from forbear.engine.agenda.settings import PPM, AgendaSettings, Team
from forbear.values.code import Jurisdiction, Language


def routed(person: Mapping[str, Any], settings: AgendaSettings) -> list[tuple[int, int]]:
    """Return the teams that may serve a person, the closest first, each with its closeness.

    Closeness: 4 for a stranger, 2 where the person is not surely of the team's provinces, 1 where
    the team does not speak their dialect, added up. Of equals the teams of a province of which the
    person is not surely come last, but for reserves.
    """
    found = [
        (closeness, _unsure(person, team, settings), number)
        for number, team in enumerate(settings.teams)
        if (closeness := _closeness(person, team, settings)) is not None
    ]
    return [(number, closeness) for closeness, _, number in sorted(found)]


def worth_ppm(person: Mapping[str, Any], closeness: int, settings: AgendaSettings) -> int:
    """Return what such a team multiplies the chance of a spoken contact by, rounded down.

    What being local adds counts by how sure the region is.
    """
    sure = Fraction(_sure(person), 100)
    local, away = (_whole(closeness, settings, away=away) for away in (False, True))
    if closeness & 2:
        return away
    return int(local * sure + away * (1 - sure))


def _closeness(person: Mapping[str, Any], team: Team, settings: AgendaSettings) -> int | None:
    usual = Language.ZH if person["jurisdiction"] == Jurisdiction.CN.number else Language.EN
    language = usual.number if person["language"] is None else person["language"]
    known = person["team"] == team.name
    of_it = person["province"] in team.provinces
    if team.jurisdiction.number != person["jurisdiction"]:
        return None
    if language not in [each.number for each in team.languages]:
        return None
    if person["province"] in team.barred or not (known or of_it or team.reserve):
        return None
    surely = of_it and _sure(person) >= settings.factors.region_sure_percent
    speaks = person["dialect"] in [each.number for each in team.dialects]
    return 4 * (not known) + 2 * (not surely) + 1 * (not speaks)


def _unsure(person: Mapping[str, Any], team: Team, settings: AgendaSettings) -> bool:
    unsure = _sure(person) < settings.factors.region_sure_percent
    return unsure and person["province"] in team.provinces and not team.reserve


def _sure(person: Mapping[str, Any]) -> int:
    told = person["region_confidence_percent"]
    return 100 if told is None else told


def _whole(closeness: int, settings: AgendaSettings, *, away: bool) -> int:
    factors = settings.factors
    ppm = factors.language_ppm if closeness & 1 else factors.dialect_ppm
    ppm = ppm * (factors.away_ppm if away else factors.local_ppm) // PPM
    return ppm if closeness & 4 else ppm * factors.known_officer_ppm // PPM
