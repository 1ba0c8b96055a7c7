"""What keeps a team from acting for people today: a mandate that ended, or a licence?"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.prepared import ask
from forbear.contexts.people.terms import barred_regions, read_licences

_NOW = """
SELECT DISTINCT ON (g.code) g.code, (%(now)s::timestamptz AT TIME ZONE g.time_zone)::date,
  t.mandate_until, t.licences::text
FROM people_teamterms t JOIN people_team g ON g.id = t.team_id
WHERE g.code = ANY(%(codes)s) AND t.adopted_at IS NOT NULL
AND t.since <= (%(now)s::timestamptz AT TIME ZONE g.time_zone)::date
ORDER BY g.code, t.since DESC, t.id DESC
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """Why a team may not act for somebody."""

    code: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Until when a team may act, and for which regions no licence reaches ``day`` any more.

    ``day`` is that of the team's own clock.
    """

    team: str
    day: date
    mandate_until: date | None
    barred: tuple[str, ...]

    def bar(self, region: str | None) -> Bar | None:
        """Return what speaks against acting for a person of a region; None: nothing.

        ``region`` null: not known, so that no licence is asked for.
        """
        team, until = self.team, self.mandate_until
        if until is not None and until < self.day:
            return Bar(
                "MANDATE",
                f"The mandate of {team} ended on {until}: another team has to act, or it is "
                "renewed.",
                f"{team} 的委托已于 {until} 到期：须由其他团队办理，或续签委托。",
            )
        if region is not None and (region in self.barred or region[:2] in self.barred):
            return Bar(
                "LICENCE",
                f"The licence of {team} for {region} has ended: another team has to act, or it is "
                "renewed.",
                f"{team} 在 {region} 的许可已到期：须由其他团队办理，或续办许可。",
            )
        return None


def standings(codes: Collection[str], *, now: datetime) -> dict[str, Standing]:
    """Return how teams stand, inside a transaction; one whose terms bound nothing is left out."""
    if not codes:
        return {}
    return {
        code: Standing(code, day, until, barred_regions(read_licences(json.loads(told)), day))
        for code, day, until, told in ask(_NOW, {"now": now, "codes": sorted(codes)})
    }
