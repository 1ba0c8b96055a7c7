"""What would a change of local teams do to the next plan, for how many people, and why?

The latest night's own steps are asked twice over the same people: with the teams that count, and
with those of the proposal. So what is shown is what the night would do, not a guess. A large book
is asked in some of its partitions alone, with as much smaller seats; then the numbers are scaled
and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import narwhals as nw
import numpy as np
import polars as pl

from forbear.contexts.nightly.local.teams import night_teams
from forbear.contexts.nightly.run.engine import PolarsEngine
from forbear.contexts.nightly.run.given import own_told, policies_of, with_insight
from forbear.contexts.nightly.workspace import TableFolder, Workspace, sealed
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.people.terms import Terms, teams_on
from forbear.engine.agenda import Team
from forbear.engine.agenda.team import AWAY, DRAWN, PLAIN, STRANGER, WHO, with_teams
from forbear.engine.night import OPTION_COLUMNS, Given, solve_agenda, steps_of
from forbear.values.code import AgendaOutcome, Code, RegionSource
from forbear.values.principal import Principal

PEOPLE_MAX = 20_000
"""So many people are asked about at least before further partitions are left out."""
_ON_AGENDA = (AgendaOutcome.PLANNED.number, AgendaOutcome.EXPLORED.number)


class Why(Code):
    """Why somebody's team would change."""

    TERRITORY = "TERRITORY"
    """A team begins or ceases to be that of their province."""
    DIALECT = "DIALECT"
    """A team begins or ceases to speak their dialect."""
    KNOWN_OFFICER = "KNOWN_OFFICER"
    """The team of the officer whom they know begins or ceases to serve them."""
    TRIAL = "TRIAL"
    """The local trial begins or ceases to take them."""
    LOAD = "LOAD"
    """Seats are scarcer or less scarce elsewhere."""


@dataclass(frozen=True, slots=True)
class Moved:
    """People whose planned team changes. Team empty: none is planned."""

    before: str
    after: str
    people: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """Seats of a team in a day: seconds offered and used, before and after, and people left over.

    ``overflow``: people whom only this team serves first and who find no place.
    """

    team: str
    offered_before_s: int
    used_before_s: int
    offered_after_s: int
    used_after_s: int
    overflow_before: int
    overflow_after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do. Counts of people, scaled where ``asked`` is less than ``people``.

    ``by_source``: of those who change, where the belief about their region comes from; "": their
    region is not known. ``planned_*``: people on the agenda of the day.
    """

    night_id: str
    as_of: date
    day: date
    people: int
    asked: int
    changed: int
    why: dict[Why, int]
    by_source: dict[str, int]
    moved: tuple[Moved, ...]
    loads: tuple[Loaded, ...]
    planned_before: int
    planned_after: int


@dataclass(frozen=True)
class _Plan:
    """One of the two plans: per person team and closeness, and the seats by team."""

    people: pl.DataFrame
    offered_s: Counter[str]
    used_s: Counter[str]


def preview(
    team_code: str, terms: Terms, *, day: date, workspace: Workspace, actor: Principal
) -> Preview:
    """Return what terms of one team would do to the plan of a day. Nothing is written.

    Raises:
        NotPermitted: APPROVE and TEAMS_PLAN are missing.
        NotFound: no night has been run yet.
    """
    if not actor.may(Permission.APPROVE.value):
        may(actor, Permission.TEAMS_PLAN)
    now = teams_on(day, actor=actor)
    then = [replace(t, terms=terms) if t.code == team_code else t for t in now]
    night = workspace.latest_night()
    book = sealed(workspace.books / night.manifest["book_id"])
    parts, asked, people = _parts(night)
    as_of = date.fromisoformat(night.manifest["as_of"])
    before, after = (
        _plan(night, book, parts, night_teams(teams, day), as_of=as_of, workspace=workspace)
        for teams in (now, then)
    )
    scale = people / asked if asked else 1.0
    return _compared(
        _joined(before.people, after.people), before, after, scale=scale, night=night, day=day
    )


def _parts(night: TableFolder) -> tuple[list[int], int, int]:
    """Return which parts are asked, with how many people, and how many there are in all."""
    rows = [int(file["rows"]) for file in night.manifest["tables"]["position"]["files"]]
    chosen, asked = [], 0
    for part, number in enumerate(rows):
        if asked < PEOPLE_MAX:
            chosen.append(part)
            asked += number
    return chosen, asked, sum(rows)


def _plan(
    night: TableFolder,
    book: TableFolder,
    parts: Sequence[int],
    teams: tuple[Team, ...],
    *,
    as_of: date,
    workspace: Workspace,
) -> _Plan:
    own = own_told(night.manifest)
    policies = policies_of(as_of, seed=night.manifest["seed"], teams=teams, own=own)
    given = with_insight(policies, workspace)[0].given
    if "risk" not in night.manifest["tables"]:
        given = replace(given, insight=None)
    step = next(each for each in steps_of(given.insight) if each.name == "option")
    assert step.run is not None, "it works on frames"
    engine = PolarsEngine()
    books = {
        name: engine.scan([book.file(name, p) for p in _of(book, night, parts)])
        for name in step.book
    }
    nights = {name: engine.scan([night.file(name, p) for p in parts]) for name in step.needs}
    option = engine.collect(step.run(books, nights, given)["option"])
    debtor = engine.collect(books["debtor"].select("debtor_no", *WHO, "region_source"))
    return _solved(option, debtor, _with_capacity(given, night))


def _of(book: TableFolder, night: TableFolder, parts: Sequence[int]) -> Sequence[int]:
    """Return the book's parts; some engines make one part of all."""
    return parts if night.parts == book.parts else range(book.parts)


def _with_capacity(given: Given, night: TableFolder) -> Given:
    """Let a part of the people have a part of the seats, as the whole would have them."""
    if given.settings.capacity_for_candidates is not None:
        return given
    whole = max(1, int(night.manifest["figures"]["people"]))
    return replace(given, settings=replace(given.settings, capacity_for_candidates=whole))


def _solved(option: pl.DataFrame, debtor: pl.DataFrame, given: Given) -> _Plan:
    settings = given.settings
    options = {name: option[name].cast(pl.Int64).to_numpy() for name in OPTION_COLUMNS}
    hashes = np.zeros(int(debtor["debtor_no"].max() or 0) + 1, dtype=np.int64)
    hashes[debtor["debtor_no"].to_numpy()] = debtor["person_hash"].to_numpy()
    solution = solve_agenda(options, hashes, given)
    chosen = pl.DataFrame(
        {
            name: solution.assignment[name].astype(np.int64)
            for name in ("debtor_no", "option_no", "outcome")
        }
    )
    near = with_teams(nw.from_native(debtor.lazy()), settings).to_native().collect()
    names = [team.name for team in settings.teams]
    planned = (
        chosen.join(
            option.select(
                pl.col("debtor_no").cast(pl.Int64),
                pl.col("option_no").cast(pl.Int64),
                "team",
                "seconds",
            ),
            on=["debtor_no", "option_no"],
            how="left",
        )
        .with_columns(on=pl.col("outcome").is_in(_ON_AGENDA))
        .with_columns(
            planned=pl.when(pl.col("on")).then(_name("team", names)),
            priced_out=pl.col("outcome") == AgendaOutcome.PRICED_OUT.number,
        )
        .join(
            near.select(
                pl.col("debtor_no").cast(pl.Int64),
                "region_source",
                "closeness_0",
                first=_name("team_0", names),
            ),
            on="debtor_no",
            how="left",
        )
        .select("debtor_no", "planned", "first", "closeness_0", "priced_out", "on", "region_source")
    )
    offered, used = Counter[str](), Counter[str]()
    for label, capacity, taken in zip(
        solution.resources.labels,
        solution.resources.capacity.tolist(),
        solution.used.tolist(),
        strict=True,
    ):
        team, _slash, slot = label.partition("/")
        if slot:
            offered[team] += capacity
            used[team] += taken
    return _Plan(planned, offered, used)


def _name(column: str, names: Sequence[str]) -> pl.Expr:
    return pl.col(column).replace_strict(
        dict(enumerate(names)), default=None, return_dtype=pl.String
    )


def _joined(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    both = before.join(after, on="debtor_no", how="full", suffix="_new", coalesce=True)
    # Whoever is on neither plan has the team that would serve them first.
    idle = pl.col("planned").is_null() & pl.col("planned_new").is_null()
    told = both.with_columns(
        was=pl.when(idle).then("first").otherwise("planned").fill_null(""),
        becomes=pl.when(idle).then("first_new").otherwise("planned_new").fill_null(""),
    )
    return told.filter(pl.col("was") != pl.col("becomes")).with_columns(why=_why())


def _why() -> pl.Expr:
    """Name the first thing that differs between the closest teams of both plans."""
    old = pl.col("closeness_0").fill_null(99).cast(pl.Int64)
    new = pl.col("closeness_0_new").fill_null(99).cast(pl.Int64)

    def bit(value: pl.Expr, mark: int) -> pl.Expr:
        return (value // mark) % 2

    same = pl.col("first").eq_missing(pl.col("first_new"))
    return (
        pl.when(same & (old == new))
        .then(pl.lit(Why.LOAD.value))
        .when((old < STRANGER) != (new < STRANGER))
        .then(pl.lit(Why.KNOWN_OFFICER.value))
        .when((old // DRAWN == 1) != (new // DRAWN == 1))
        .then(pl.lit(Why.TRIAL.value))
        .when((bit(old, AWAY) == bit(new, AWAY)) & (bit(old, PLAIN) != bit(new, PLAIN)))
        .then(pl.lit(Why.DIALECT.value))
        .otherwise(pl.lit(Why.TERRITORY.value))
    )


def _compared(
    changed: pl.DataFrame,
    before: _Plan,
    after: _Plan,
    *,
    scale: float,
    night: TableFolder,
    day: date,
) -> Preview:
    def scaled(number: int) -> int:
        return round(number * scale)

    why = Counter(changed["why"].to_list())
    sources = Counter(changed["region_source"].to_list())
    pairs = Counter(zip(changed["was"].to_list(), changed["becomes"].to_list(), strict=True))
    asked = max(before.people.height, after.people.height)
    return Preview(
        night_id=str(night.manifest["night_id"]),
        as_of=date.fromisoformat(night.manifest["as_of"]),
        day=day,
        people=scaled(asked),
        asked=asked,
        changed=scaled(changed.height),
        why={Why(name): scaled(number) for name, number in why.most_common()},
        by_source={
            "" if number is None else RegionSource.from_number(int(number)).value: scaled(people)
            for number, people in sources.most_common()
        },
        moved=tuple(Moved(*pair, scaled(number)) for pair, number in pairs.most_common()),
        loads=_loads(before, after, scaled),
        planned_before=scaled(int(before.people["on"].sum())),
        planned_after=scaled(int(after.people["on"].sum())),
    )


def _loads(before: _Plan, after: _Plan, scaled: Callable[[int], int]) -> tuple[Loaded, ...]:
    left = [
        Counter(plan.people.filter(pl.col("priced_out"))["first"].to_list())
        for plan in (before, after)
    ]
    teams = sorted({*before.offered_s, *after.offered_s})
    rows = (
        Loaded(
            team,
            scaled(before.offered_s[team]),
            scaled(before.used_s[team]),
            scaled(after.offered_s[team]),
            scaled(after.used_s[team]),
            scaled(left[0][team]),
            scaled(left[1][team]),
        )
        for team in teams
    )
    return tuple(
        row
        for row in rows
        if (row.offered_before_s, row.used_before_s, row.overflow_before)
        != (row.offered_after_s, row.used_after_s, row.overflow_after)
    )
