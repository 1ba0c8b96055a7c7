"""Which teams does the house's own policy name?"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.policy.reading import read_file


@dataclass(frozen=True, slots=True)
class HouseTeam:
    """A team as the policy names it; ``regions`` are first-level region codes."""

    code: str
    name_en: str
    name_zh: str
    time_zone: str
    regions: tuple[str, ...]
    dialects: tuple[str, ...]


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
            dialects=team.texts("dialects"),
        )
        for team in read.parts("teams")
    )
