"""Who was contacted by lot, who was left alone by lot, and what came of it?

Each night draws who is left alone and who is contacted in a random way. Between these two groups
nothing differs but chance, whose size each night logged. Planned contacts teach nothing here: they
went to whom the plan thought they would help.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forbear.contexts.nightly.insight.lesson import Lesson
from forbear.contexts.nightly.workspace import TableFolder, Workspace
from forbear.engine.delinquency import as_known
from forbear.engine.delinquency.fact import own_minor
from forbear.engine.risk.feature import FEATURES
from forbear.engine.risk.gather import BOOK_TABLES, features
from forbear.values.code import AgendaOutcome, Channel
from forbear.values.day import day_number
from forbear.values.errors import InvalidInput

Reals = NDArray[np.float64]
_PPM = 1_000_000


@dataclass(frozen=True)
class Trial:
    """A lesson of persons who were contacted by lot, or left alone by lot."""

    lesson: Lesson
    treated: Reals
    chance: Reals
    """With which a person of these would have been contacted by the channel, of the two."""
    goal: Reals | None = None
    """What would be brought current, in minor units; None: all alike."""
    believed: Reals | None = None
    """What the plan believed that a contact adds; None: nothing is known of it."""

    def where(self, chosen: NDArray[np.bool_]) -> Trial:
        """Return some of the rows."""
        return Trial(
            self.lesson.where(chosen), self.treated[chosen], self.chance[chosen],
            None if self.goal is None else self.goal[chosen],
            None if self.believed is None else self.believed[chosen],
        )  # fmt: skip

    @property
    def stake(self) -> Reals:
        """How much a row counts: the money at stake, on average 1."""
        if self.goal is None or not self.goal.sum() > 0:
            return np.ones(len(self.treated))
        return self.goal / self.goal.mean()


def trials_of(
    workspace: Workspace, channels: Collection[Channel], *, horizon_days: int
) -> dict[Channel, Trial]:
    """Gather the lots of all nights whose outcome the current book knows, by channel.

    Raises:
        InvalidInput: no night is old enough.
    """
    book = workspace.current_book()
    known_day = day_number(date.fromisoformat(book.manifest["book_date"]))
    rows: dict[Channel, list[pl.DataFrame]] = {channel: [] for channel in channels}
    for folder in sorted(workspace.nights.glob("*/manifest.json")):
        night = workspace.night(folder.parent.name)
        as_of = day_number(date.fromisoformat(night.manifest["as_of"]))
        if as_of + horizon_days <= known_day:
            for channel, row in _night_rows(workspace, night, book, channels, as_of, horizon_days):
                rows[channel].append(row)
    if not all(rows.values()):
        raise InvalidInput(
            f"No night is {horizon_days} days old yet.",
            remedy="Run nights with a hold-out and exploration for some weeks first.",
            message_zh=f"还没有满 {horizon_days} 天的夜间结果。",
            remedy_zh="请先带留白与探索运行数周。",
        )
    return {channel: trial_from(pl.concat(found)) for channel, found in rows.items()}


def trial_from(whole: pl.DataFrame) -> Trial:
    """Make a trial of rows with the features, hit, person_hash, day, treated and chance.

    With goal_minor and believed, where the rows have them.
    """
    names = tuple(one.name for one in FEATURES)

    def real(name: str) -> Reals:
        return whole[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    lesson = Lesson(
        names, tuple(real(name) for name in names), real("hit"),
        whole["person_hash"].to_numpy(), whole["day"].to_numpy(), {},
    )  # fmt: skip
    goal, believed = (
        real(name) if name in whole.columns else None for name in ("goal_minor", "believed")
    )
    return Trial(lesson, real("treated"), real("chance"), goal, believed)


def _night_rows(
    workspace: Workspace, night: TableFolder, book: TableFolder, channels: Collection[Channel],
    as_of: int, horizon_days: int,
) -> Iterator[tuple[Channel, pl.DataFrame]]:  # fmt: skip
    """Yield a night's lots by channel, part of the book by part."""
    folder, lots_told = workspace.books / night.manifest["book_id"], night.manifest.get("lots")
    if lots_told is None or not (folder / "manifest.json").exists():
        return
    named = dict(_named_lots(night, folder, channels, lots_told))
    for part in range(book.parts):
        tables = {n: nw.from_native(book.scan(n, part)) for n in (*BOOK_TABLES, "attempt_old")}
        tables["attempt"] = nw.concat([tables["attempt"], tables["attempt_old"]], how="vertical")
        then = {**as_known(tables, known_at=as_of), "consent": tables["consent"]}
        known = features(then, as_of=as_of).collect("polars")
        said: pl.DataFrame = known.to_native()
        came: pl.DataFrame = (
            current_by(tables, as_of=as_of, days=horizon_days).collect("polars").to_native()
        )
        ids = book.scan("debtor", part).select("debtor_no", "debtor_id", "person_hash").collect()
        everybody = said.join(came, on="debtor_no").join(ids, on="debtor_no").drop("debtor_no")
        for channel, lots in named.items():
            drawn = everybody.join(lots, on="debtor_id").drop("debtor_id")
            yield channel, drawn.with_columns(day=pl.lit(as_of, dtype=pl.Int64))


def _named_lots(
    night: TableFolder, book: Path, channels: Collection[Channel], lots_told: Mapping[str, int]
) -> Iterator[tuple[Channel, pl.DataFrame]]:
    """Yield who was drawn by lot for each channel, by the lender's id, and what was at stake."""
    people = pl.scan_parquet(book / "debtor" / "*.parquet").select("debtor_no", "debtor_id")
    goal = night.scan("position").select("debtor_no", "goal_minor").collect()
    known = goal.join(people.collect(), on="debtor_no", how="inner")
    assignment, option = (night.scan(name).collect() for name in ("assignment", "option"))
    for channel in channels:
        lots = by_lot(
            assignment, option, channel,
            hold_out_ppm=lots_told["hold_out_ppm"],
            exploration_ppm=lots_told["exploration_ppm"],
        )  # fmt: skip
        yield channel, lots.join(known, on="debtor_no", how="inner").drop("debtor_no")


def by_lot(
    assignment: pl.DataFrame, option: pl.DataFrame, channel: Channel, *, hold_out_ppm: int,
    exploration_ppm: int,
) -> pl.DataFrame:  # fmt: skip
    """Return who was left alone by lot, and who was contacted by the channel by lot.

    Columns: debtor_no, treated, chance (of the two, by this channel), believed (what the plan
    took a contact by it to add).
    """
    ways = option.filter(pl.col("value_micro") > 0).group_by("debtor_no").agg(
        ways=pl.len(),
        own=(pl.col("channel") == channel.number).sum(),
        believed=pl.col("chance_ppm").filter(pl.col("channel") == channel.number).mean() / _PPM,
    )  # fmt: skip
    used = assignment.join(
        option.select("debtor_no", "option_no", "channel"), on=["debtor_no", "option_no"],
        how="left",
    ).join(ways, on="debtor_no", how="inner")  # fmt: skip
    alone = pl.col("outcome") == AgendaOutcome.HELD_OUT.number
    drawn = (pl.col("outcome") == AgendaOutcome.EXPLORED.number) & (
        pl.col("channel") == channel.number
    )
    hold_out, explore = hold_out_ppm / _PPM, exploration_ppm / _PPM
    by_channel = (1 - hold_out) * explore * pl.col("own") / pl.col("ways")
    return used.filter((alone | drawn) & (pl.col("own") > 0)).select(
        "debtor_no",
        treated=drawn.cast(pl.Float64),
        chance=by_channel / (by_channel + hold_out),
        believed="believed",
    )


def current_by(tables: dict[str, nw.LazyFrame], *, as_of: int, days: int) -> nw.LazyFrame:
    """Say who, some days after a day, had paid all that had fallen due before it.

    Grain: one row per person with an instalment. Columns: debtor_no, hit (0 or 1).
    """
    rows = tables["instalment"].filter(own_minor() > 0).join(
        tables["loan"].select("loan_no", "debtor_no"), on="loan_no", how="inner"
    )  # fmt: skip
    end = as_of + days
    unpaid = (nw.col("due_day") < end) & (
        nw.col("settled_day").is_null() | (nw.col("settled_day") > end)
    )
    marked = rows.with_columns(unpaid=nw.when(unpaid).then(nw.lit(1)).otherwise(nw.lit(0)))
    people = marked.group_by("debtor_no").agg(nw.col("unpaid").max())
    return people.select("debtor_no", hit=1 - nw.col("unpaid"))
