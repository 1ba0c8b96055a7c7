"""How are a night's teams written into its manifest and read again?

So a past night is explained with the teams that it knew, whatever has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forbear.engine.agenda import Team
from forbear.values.code import Dialect, Jurisdiction, Language


def teams_told(told: Sequence[Mapping[str, Any]]) -> tuple[Team, ...]:
    """Return the teams that a night's manifest names."""
    return tuple(_read(team) for team in told)


def told_teams(teams: Iterable[Team]) -> list[dict[str, Any]]:
    """Return teams as a manifest names them."""
    return [
        {
            "name": team.name,
            "name_en": team.name_en,
            "name_zh": team.name_zh,
            "jurisdiction": team.jurisdiction.value,
            "zone": team.zone,
            "provinces": list(team.provinces),
            "languages": [each.value for each in team.languages],
            "dialects": [each.value for each in team.dialects],
            "seats": list(team.seats),
            "reserve": team.reserve,
            "barred": list(team.barred),
        }
        for team in teams
    ]


def _read(told: Mapping[str, Any]) -> Team:
    return Team(
        name=told["name"],
        name_en=told["name_en"],
        name_zh=told["name_zh"],
        jurisdiction=Jurisdiction(told["jurisdiction"]),
        zone=told["zone"],
        provinces=tuple(told["provinces"]),
        languages=tuple(Language(each) for each in told["languages"]),
        dialects=tuple(Dialect(each) for each in told["dialects"]),
        seats=tuple(told["seats"]),
        reserve=told["reserve"],
        barred=tuple(told["barred"]),
    )
