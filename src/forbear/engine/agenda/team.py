"""Which local teams may serve a person, and how close is each to them?

Closeness is one number, best first: the team of the officer the person knows, then a team of the
person's own province, then a reserve team; within each, one that speaks the person's dialect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.settings import PPM
from forbear.engine.frame import Frame
from forbear.values.code import Jurisdiction, Language

if TYPE_CHECKING:
    from forbear.engine.agenda.settings import AgendaSettings, Team

STRANGER = 4
"""Closeness below this: the team of the officer whom the person knows."""
AWAY = 2
"""The bit of closeness that is set when the person's province is not the team's."""
PLAIN = 1
"""The bit that is set when the team does not speak the person's dialect."""
CLOSENESS = tuple(range(8))

_STEP = 1_000
_NONE = 9 * _STEP


def with_teams(debtor: Frame, settings: AgendaSettings) -> Frame:
    """Add the closest team and the second closest, with their closeness.

    Columns: team_0, team_1 (position in the settings; -1: none), closeness_0, closeness_1.
    A person whose language or jurisdiction no team serves has none.
    """
    keys = [_key(team, number) for number, team in enumerate(settings.teams)]
    names = [f"key_{number}" for number in range(len(keys))]
    keyed = debtor.with_columns(language=_language()).with_columns(
        **dict(zip(names, keys, strict=True))
    )
    keyed = keyed.with_columns(first=nw.min_horizontal(*names))
    later = [
        nw.when(nw.col(name) > nw.col("first")).then(nw.col(name)).otherwise(nw.lit(_NONE))
        for name in names
    ]
    keyed = keyed.with_columns(second=nw.min_horizontal(*later)).drop(names)
    if settings.teams_max == 1:
        keyed = keyed.with_columns(second=nw.lit(_NONE))
    for place, name in enumerate(("first", "second")):
        keyed = keyed.with_columns(
            _team(name).alias(f"team_{place}"),
            (nw.col(name) // _STEP).cast(nw.Int64).alias(f"closeness_{place}"),
        )
    return keyed.drop("first", "second")


def closeness_ppm(closeness: int, settings: AgendaSettings) -> int:
    """Return what a team's closeness multiplies the chance of a spoken contact by."""
    factors = settings.factors
    ppm = factors.language_ppm if closeness & PLAIN else factors.dialect_ppm
    ppm = ppm * (factors.away_ppm if closeness & AWAY else factors.local_ppm) // PPM
    return ppm if closeness >= STRANGER else ppm * factors.known_officer_ppm // PPM


def _language() -> nw.Expr:
    """The person's language; where unknown, the main language of their jurisdiction."""
    chinese = nw.col("jurisdiction") == Jurisdiction.CN.number
    usual = nw.when(chinese).then(nw.lit(Language.ZH.number)).otherwise(nw.lit(Language.EN.number))
    return nw.when(nw.col("language").is_null()).then(usual).otherwise(nw.col("language"))


def _key(team: Team, number: int) -> nw.Expr:
    lawful = nw.col("jurisdiction") == team.jurisdiction.number
    speaks = nw.col("language").is_in([language.number for language in team.languages] or [0])
    known = (nw.col("team") == team.name).fill_null(value=False)
    local = nw.col("province").is_in(list(team.provinces) or [""]).fill_null(value=False)
    dialects = [dialect.number for dialect in team.dialects] or [0]
    dialect = nw.col("dialect").is_in(dialects).fill_null(value=False)
    closeness = (
        nw.when(known).then(nw.lit(0)).otherwise(nw.lit(STRANGER))
        + nw.when(local).then(nw.lit(0)).otherwise(nw.lit(AWAY))
        + nw.when(dialect).then(nw.lit(0)).otherwise(nw.lit(PLAIN))
    )
    serves = lawful & speaks if team.reserve else lawful & speaks & (known | local)
    return nw.when(serves).then(closeness * _STEP + number).otherwise(nw.lit(_NONE))


def _team(name: str) -> nw.Expr:
    return (
        nw.when(nw.col(name) < _NONE)
        .then(nw.col(name) % _STEP)
        .otherwise(nw.lit(-1))
        .cast(nw.Int64)
    )
