"""How do accounts and teams look to whoever runs the system?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from forbear.contexts.people.queries import PAGE_ROWS_MAX, StaffFacts, TeamFacts
from forbear.contexts.people.role import GRANTS, Role
from forbear.contexts.rulebook.library import Region
from forbear.interfaces.console.presenter.clock import here, minutes
from forbear.interfaces.console.presenter.word import either, listed_words, money, role_word
from forbear.interfaces.web.clock import clock_named
from forbear.values.money import MINOR_PER_MAJOR


def staff_shown(found: Sequence[StaffFacts], teams: Sequence[TeamFacts]) -> dict[str, Any]:
    """Return accounts with their roles and teams."""
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    return {
        "rows": [
            {
                "id": each.id,
                "name": each.name,
                "username": each.username,
                "role": role_word(each.role),
                "teams": listed_words(names.get(team, "") for team in each.teams),
                "active": each.active,
                "last": here(each.last_signed_in_at),
                "authority": money(each.authority_minor, each.authority_currency)
                if each.authority_minor
                else "",
            }
            for each in found
        ],
        "next": found[-1].username if len(found) == PAGE_ROWS_MAX else "",
    }


def member_shown(each: StaffFacts, *, own: bool) -> dict[str, Any]:
    """Return one account, and what its role lets it do."""
    may = [either(grant.en, grant.zh) for grant in GRANTS.values() if each.role in grant.roles]
    whole, part = divmod(each.authority_minor, MINOR_PER_MAJOR)
    return {
        "id": each.id,
        "name": each.name,
        "username": each.username,
        "active": each.active,
        "own": own,
        "authority": f"{whole}.{part:02d}",
        "currency": each.authority_currency.value,
        "added": f"{each.added_at:%Y-%m-%d}",
        "last": here(each.last_signed_in_at),
        "may": may,
        "role": role_word(each.role),
    }


def roles_shown(chosen: str) -> list[dict[str, Any]]:
    """Return the roles to choose from."""
    return [
        {"code": role.value, "label": role_word(role), "chosen": role.value == chosen}
        for role in Role
    ]


def teams_chosen(teams: Sequence[TeamFacts], chosen: Collection[int]) -> list[dict[str, Any]]:
    """Return the teams that are open, with those that were chosen."""
    return [
        {
            "id": team.id,
            "label": either(team.name_en, team.name_zh),
            "chosen": team.id in chosen,
        }
        for team in teams
        if team.closed_at is None
    ]


def team_shown(team: TeamFacts, regions: Mapping[str, Region]) -> dict[str, Any]:
    """Return one team: where it sits, when it begins, whom it serves, what it speaks."""
    named = [
        either(regions[code].name_en, regions[code].name_zh) if code in regions else code
        for code in team.regions
    ]
    return {
        "id": team.id,
        "code": team.code,
        "name": either(team.name_en, team.name_zh),
        "name_en": team.name_en,
        "name_zh": team.name_zh,
        "zone": team.time_zone,
        "clock": clock_named(team.time_zone),
        "opens": minutes(team.opens_minute),
        "regions": " ".join(team.regions),
        "region_names": listed_words(named),
        "dialects": " ".join(team.dialects).lower(),
        "agency": team.agency,
        "closed": team.closed_at is not None,
    }
