"""Which local teams may serve a person, and how close is each to them?

Closeness is one number, best first: the team of the officer the person knows, then a team of the
person's own province, then a reserve team; within each, one that speaks the person's dialect. Who
is not surely of a province is nobody's local: a reserve team comes before those of that province,
and what being local adds counts by how sure it is.

Some persons take part in the local trial: a lot of their own sends them to a team of their
province or to one from elsewhere. Whoever knows an officer does not, and nobody does where not
both kinds of team may act and have a seat today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.expression import choose
from forbear.engine.agenda.settings import PPM
from forbear.engine.frame import Frame
from forbear.values.code import Jurisdiction, Language, TrialArm

if TYPE_CHECKING:
    from forbear.engine.agenda.settings import AgendaSettings, Team, Trial

STRANGER = 4
"""Closeness below this: the team of the officer whom the person knows."""
AWAY = 2
"""The bit of closeness that is set when the person's province is not the team's."""
PLAIN = 1
"""The bit that is set when the team does not speak the person's dialect."""
DRAWN = 8
"""The bit that is set when the lot of the local trial chose the kind of team."""
CLOSENESS = tuple(range(16))

WHO = (
    "person_hash",
    "jurisdiction",
    "province",
    "region_confidence_percent",
    "language",
    "dialect",
    "team",
)
"""The columns of a debtor from which it is told which teams may serve them."""
SURE = 100
"""The percent of what is certain."""

_STEP = 1_000
_NONE = 99 * _STEP
# Added to a team's number where another of the same closeness is to come before it.
_LAST = _STEP // 2
_PRIME = 2**31 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_WORD = 2**64


def with_teams(debtor: Frame, settings: AgendaSettings, *, served_only: bool = False) -> Frame:
    """Add the closest team and the second closest, with their closeness.

    Columns: team_0, team_1 (position in the settings; -1: none), closeness_0, closeness_1.
    A person whose language or jurisdiction no team serves has none; ``served_only`` leaves them
    out. No condition is to be put on team_0 or team_1 themselves: some engines move it to where
    the column is made and write the column out in it, which here comes to millions of terms.
    ``debtor`` brings the columns of ``WHO``.
    """
    keys = [_key(team, number, settings) for number, team in enumerate(settings.teams)]
    names = [f"key_{number}" for number in range(len(keys))]
    keyed = debtor.with_columns(language=_language()).with_columns(
        **dict(zip(names, keys, strict=True))
    )
    if served_only:
        keyed = keyed.filter(nw.min_horizontal(*names) < _NONE)
    if settings.trial is not None:
        keyed = _with_arm(keyed, settings.trial, settings)
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


def arm() -> nw.Expr:
    """Return the number of the arm to which a person was drawn, null for most.

    It stands on closeness_0 of ``with_teams``.
    """
    drawn = nw.col("closeness_0")
    away = (drawn - DRAWN - STRANGER) >= AWAY
    number = nw.when(away).then(nw.lit(TrialArm.AWAY.number)).otherwise(TrialArm.LOCAL.number)
    return nw.when((drawn >= DRAWN) & (drawn < _NONE // _STEP)).then(number).cast(nw.Int8)


def closeness_ppm(closeness: int, settings: AgendaSettings) -> int:
    """Return what a team's closeness multiplies the chance of a spoken contact by."""
    if closeness & DRAWN:
        # What the trial is to find out is not taken for known: both arms are planned alike.
        return PPM
    factors = settings.factors
    ppm = factors.language_ppm if closeness & PLAIN else factors.dialect_ppm
    ppm = ppm * (factors.away_ppm if closeness & AWAY else factors.local_ppm) // PPM
    return ppm if closeness >= STRANGER else ppm * factors.known_officer_ppm // PPM


def near_ppm(place: int, settings: AgendaSettings) -> nw.Expr:
    """Return what a team of ``with_teams`` multiplies the chance of a spoken contact by.

    What being local adds is weighed by how sure the person's region is; what is not told is sure.
    """
    closeness = nw.col(f"closeness_{place}")
    near = {number: closeness_ppm(number, settings) for number in CLOSENESS}
    afar = {number: closeness_ppm(number | AWAY, settings) for number in CLOSENESS}
    sure = _sure_percent().cast(nw.Int64)
    weighed = choose(closeness, near, 0) * sure + choose(closeness, afar, 0) * (SURE - sure)
    return (weighed // SURE).cast(nw.Int64)


def _sure_percent() -> nw.Expr:
    return nw.col("region_confidence_percent").fill_null(SURE)


def _language() -> nw.Expr:
    """The person's language; where unknown, the main language of their jurisdiction."""
    chinese = nw.col("jurisdiction") == Jurisdiction.CN.number
    usual = nw.when(chinese).then(nw.lit(Language.ZH.number)).otherwise(nw.lit(Language.EN.number))
    return nw.when(nw.col("language").is_null()).then(usual).otherwise(nw.col("language"))


def _with_arm(keyed: Frame, trial: Trial, settings: AgendaSettings) -> Frame:
    """Leave whoever takes part the teams of their arm alone."""
    local, away = [], []
    for number, team in enumerate(settings.teams):
        key = nw.col(f"key_{number}")
        seated = nw.lit(sum(team.seats) > 0) & (key >= STRANGER * _STEP) & (key < _NONE)
        afar = key // _STEP - STRANGER >= AWAY
        local.append(seated & ~afar)
        away.append(seated & afar)
    factor, start = (_word(trial.number, place) for place in (0, 1))
    mixed = (nw.col("person_hash") % _PRIME * factor + start) % _PRIME
    known = nw.min_horizontal(*(f"key_{n}" for n in range(len(settings.teams)))) < STRANGER * _STEP
    both = nw.any_horizontal(*local, ignore_nulls=True) & nw.any_horizontal(
        *away, ignore_nulls=True
    )
    taken = both & ~known & (nw.col("mixed") < _PRIME * trial.share_ppm // PPM)
    drawn = keyed.with_columns(mixed=mixed).with_columns(
        to=nw.when(taken).then(nw.col("mixed") % 2).otherwise(nw.lit(-1)).cast(nw.Int64)
    )
    return drawn.with_columns(
        **{f"key_{number}": _of_arm(number) for number in range(len(settings.teams))}
    ).drop("mixed", "to")


def _of_arm(number: int) -> nw.Expr:
    key = nw.col(f"key_{number}")
    afar = key // _STEP - STRANGER >= AWAY
    fits = nw.when(afar).then(nw.lit(1)).otherwise(nw.lit(0)) == nw.col("to")
    mine = nw.when(fits & (key < _NONE)).then(key + DRAWN * _STEP).otherwise(nw.lit(_NONE))
    return nw.when(nw.col("to") < 0).then(key).otherwise(mine)


def _word(number: int, place: int) -> int:
    """Return one of the two numbers that make a trial's lot: below the prime, and not 0.

    Source: the universal class of hash functions of Carter and Wegman, 1979.
    """
    word = (number * 2 + place + 1) * _GOLDEN % _WORD
    return (word ^ word >> 29) % (_PRIME - 1) + 1


def _key(team: Team, number: int, settings: AgendaSettings) -> nw.Expr:
    lawful = nw.col("jurisdiction") == team.jurisdiction.number
    speaks = nw.col("language").is_in([language.number for language in team.languages] or [0])
    known = (nw.col("team") == team.name).fill_null(value=False)
    home = nw.col("province").is_in(list(team.provinces) or [""]).fill_null(value=False)
    local = home & (_sure_percent() >= settings.factors.region_sure_percent)
    dialects = [dialect.number for dialect in team.dialects] or [0]
    dialect = nw.col("dialect").is_in(dialects).fill_null(value=False)
    closeness = (
        nw.when(known).then(nw.lit(0)).otherwise(nw.lit(STRANGER))
        + nw.when(local).then(nw.lit(0)).otherwise(nw.lit(AWAY))
        + nw.when(dialect).then(nw.lit(0)).otherwise(nw.lit(PLAIN))
    )
    # Seats of one's own region are kept for those who are surely of it.
    unsure = nw.when(home & ~local).then(nw.lit(_LAST)).otherwise(nw.lit(0))
    last = nw.lit(0) if team.reserve else unsure
    serves = lawful & speaks if team.reserve else lawful & speaks & (known | home)
    if team.barred:
        barred = nw.col("province").is_in(list(team.barred)).fill_null(value=False)
        serves = serves & ~barred
    return nw.when(serves).then(closeness * _STEP + number + last).otherwise(nw.lit(_NONE))


def _team(name: str) -> nw.Expr:
    return (
        nw.when(nw.col(name) < _NONE)
        .then(nw.col(name) % _LAST)
        .otherwise(nw.lit(-1))
        .cast(nw.Int64)
    )
