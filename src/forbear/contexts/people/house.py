"""Which teams does the house's own policy name?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.policy.reading import read_file
from forbear.values.code import Dialect, Jurisdiction, Language


@dataclass(frozen=True, slots=True)
class HouseTeam:
    """A team as the policy names it; ``regions`` are first-level region codes.

    ``seats``: collectors at work, one number a slot of the day.
    """

    code: str
    name_en: str
    name_zh: str
    time_zone: str
    regions: tuple[str, ...]
    dialects: tuple[str, ...]
    jurisdiction: Jurisdiction
    languages: tuple[Language, ...]
    seats: tuple[int, ...]
    reserve: bool


@cache
def shipped_teams() -> tuple[HouseTeam, ...]:
    """Return the teams of ``teams.yaml``, in its order."""
    read = read_file("teams.yaml", policy_texts(HOUSE)["teams.yaml"], what="a list of teams")
    return tuple(
        HouseTeam(
            code=team.get("name", str),
            name_en=team.get("name_en", str),
            name_zh=team.get("name_zh", str),
            time_zone=team.get("zone", str),
            regions=team.texts("provinces"),
            dialects=tuple(Dialect(each).value for each in team.texts("dialects")),
            jurisdiction=Jurisdiction(team.get("jurisdiction", str)),
            languages=tuple(Language(each) for each in team.texts("languages")),
            seats=tuple(team.get("seats", list)),
            reserve=team.flag("reserve", default=False),
        )
        for team in read.parts("teams")
    )


@cache
def shipped_slots() -> tuple[tuple[str, str], ...]:
    """Return what the slots of the day are called, in English and Chinese, in their order."""
    read = read_file("agenda.yaml", policy_texts(HOUSE)["agenda.yaml"], what="agenda settings")
    return tuple(
        (slot.get("name_en", str), slot.get("name_zh", str)) for slot in read.parts("slots")
    )
