"""A world whose truth is known: what would each person do, contacted or left alone?

Persons are the sample's. What a contact changes follows from what kind of payer the sample drew:
how often that kind answers a channel, and how often an answered contact brings the payment. Who
would have paid anyway is not brought to pay. A lender never sees the kind, only what it leaves
behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import narwhals as nw
import numpy as np
import polars as pl

from forbear.contexts.nightly.insight.desk import worse_for
from forbear.contexts.nightly.insight.gain import learn_gain
from forbear.contexts.nightly.insight.lesson import (
    CHANNEL_GROUP,
    Lesson,
    _open,
    _with_all_attempts,
    as_two_days,
    deal,
)
from forbear.contexts.nightly.insight.settings import ModelSettings
from forbear.contexts.nightly.insight.train import learn, model_from
from forbear.contexts.nightly.insight.trial import Trial, trial_from
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.delinquency import as_known
from forbear.engine.delinquency.fact import own_minor
from forbear.engine.risk.gather import features
from forbear.engine.risk.model import Model
from forbear.engine.risk.outcome import Target
from forbear.values.code import Channel
from forbear.values.day import day_number
from tests.support.home import home_with_book

# A machine's call is answered as any call, and helps half as often; letters bring nothing here.
CHANNELS = (Channel.VOICE, Channel.BOT, Channel.SMS, Channel.WECHAT, Channel.EMAIL)
# Who pays within two weeks though nobody asks: when something is late, and before it is due.
ALONE_LATE = {
    "PUNCTUAL": 0.9, "FORGETFUL": 0.6, "SHORT_OF_CASH": 0.35, "IN_HARDSHIP": 0.12,
    "DISPUTING": 0.06, "UNREACHABLE": 0.06, "WILL_NOT_PAY": 0.04,
}  # fmt: skip
ALONE_AHEAD = {
    "PUNCTUAL": 0.98, "FORGETFUL": 0.65, "SHORT_OF_CASH": 0.6, "IN_HARDSHIP": 0.45,
    "DISPUTING": 0.5, "UNREACHABLE": 0.5, "WILL_NOT_PAY": 0.4,
}  # fmt: skip
# How often one call makes a person complain, by kind; other ways so many times as often. Whoever
# was contacted a lot of late does so more often. No source: invented, as the rest of this world.
COMPLAINS = {
    "PUNCTUAL": 0.004, "FORGETFUL": 0.002, "SHORT_OF_CASH": 0.004, "IN_HARDSHIP": 0.012,
    "DISPUTING": 0.03, "UNREACHABLE": 0.002, "WILL_NOT_PAY": 0.008,
}  # fmt: skip
COMPLAINS_TIMES = {
    Channel.VOICE: 1.0, Channel.BOT: 1.2, Channel.SMS: 0.3, Channel.WECHAT: 0.25,
    Channel.EMAIL: 0.1, Channel.LETTER: 0.4,
}  # fmt: skip
COMPLAINS_MORE = 0.1  # for each contact of the last month


@dataclass(frozen=True)
class World:
    """A book and what is true of its persons."""

    workspace: Workspace
    truth: pl.DataFrame
    """By debtor_no: alone_late, alone_ahead, what a contact by each channel brings, and how often
    one makes the person complain."""

    @property
    def day(self) -> int:
        """The book's own day."""
        return day_number(date.fromisoformat(self.workspace.current_book().manifest["book_date"]))

    def true_gain(self, rows: pl.DataFrame, channel: Channel) -> np.ndarray:
        """What a contact by the channel truly adds for each row (debtor_no, unpaid_count)."""
        told = rows.join(self.truth, on="debtor_no", how="left", maintain_order="left")
        late = told["unpaid_count"].to_numpy() > 0
        alone = np.where(late, told["alone_late"].to_numpy(), told["alone_ahead"].to_numpy())
        return told[f"brings_{channel.value.lower()}"].to_numpy() * (1 - alone)


def make_world(folder: Path, *, loans: int, seed: int) -> World:
    """Write and import a sample, and read its truth."""
    workspace = home_with_book(folder, loans=loans, seed=seed)
    hidden = pl.read_parquet(folder / "extract-truth" / "behaviour-*.parquet")
    book = workspace.current_book()
    named = book.scan("debtor").select("debtor_no", "debtor_id").collect()
    told = named.join(hidden, on="debtor_id", how="left", maintain_order="left")
    # Of the kind, not of the person: luck that nothing foretells would only be noise here.
    kind = [
        pl.col(name).mean().over("behaviour") for name in hidden.columns if name.endswith("_ppm")
    ]
    told = told.with_columns(kind)
    pays = pl.col("pays_when_answered_ppm") / 1e6
    truth = told.select(
        "debtor_no",
        alone_late=pl.col("behaviour").replace_strict(ALONE_LATE, return_dtype=pl.Float64),
        alone_ahead=pl.col("behaviour").replace_strict(ALONE_AHEAD, return_dtype=pl.Float64),
        **{
            f"brings_{c.value.lower()}": pl.col(f"answers_{c.value.lower()}_ppm") / 1e6 * pays
            for c in CHANNELS
            if c is not Channel.BOT
        },
        complains=pl.col("behaviour").replace_strict(COMPLAINS, return_dtype=pl.Float64),
        brings_bot=pl.col("answers_voice_ppm") / 1e6 * pays / 2,
    )
    return World(workspace, truth)


def rows_of(world: World, *, days: int) -> pl.DataFrame:
    """Everybody whom a contact could concern, as known on some past days a month apart."""
    book = world.workspace.current_book()
    found = []
    for as_of in (world.day - 30 * n for n in range(days)):
        for part in range(book.parts):
            known = _with_all_attempts(as_known(_open(book, part), known_at=as_of))
            said: pl.DataFrame = features(known, as_of=as_of).collect("polars").to_native()
            person = book.scan("debtor", part).select("debtor_no", "person_hash").collect()
            said = said.join(person, on="debtor_no", maintain_order="left")
            stake = at_stake(_open(book, part), as_of)
            said = said.join(stake, on="debtor_no", how="left", maintain_order="left")
            said = said.filter((pl.col("unpaid_count") > 0) | (pl.col("next_due_days") <= 7))
            found.append(said.with_columns(day=pl.lit(as_of, dtype=pl.Int64)))
    return pl.concat(found)


def at_stake(tables: dict[str, nw.LazyFrame], as_of: int) -> pl.DataFrame:
    """What would be brought current: what is late, or else what falls due next (goal_minor)."""
    begun = tables["loan"].filter(nw.col("disbursed_day") <= as_of).select("loan_no", "debtor_no")
    known = as_known(tables, known_at=as_of)["instalment"].with_columns(own=own_minor())
    rows: pl.DataFrame = known.join(begun, on="loan_no", how="inner").collect("polars").to_native()
    open_ = rows.filter(pl.col("settled_day").is_null() | (pl.col("settled_day") > as_of)).sort(
        "due_day"
    )
    late = open_.filter(pl.col("due_day") < as_of).group_by("debtor_no").agg(pl.col("own").sum())
    ahead = (
        open_.filter(pl.col("due_day") >= as_of).group_by("debtor_no").agg(pl.col("own").first())
    )
    both = late.join(ahead, on="debtor_no", how="full", coalesce=True)
    return both.select("debtor_no", goal_minor=pl.coalesce("own", "own_right").cast(pl.Int64))


def trial(
    world: World, rows: pl.DataFrame, channel: Channel, *, seed: int
) -> tuple[Trial, np.ndarray]:
    """Draw who is contacted by the channel, and play what comes of it; return the truth beside."""
    rng = np.random.default_rng([seed, channel.number])
    count = rows.height
    gain = world.true_gain(rows, channel)
    told = rows.join(world.truth, on="debtor_no", how="left", maintain_order="left")
    late = rows["unpaid_count"].to_numpy() > 0
    alone = np.where(late, told["alone_late"].to_numpy(), told["alone_ahead"].to_numpy())
    # The logged chance differs from row to row, as in a night that explores among several ways.
    chance = rng.choice([0.35, 0.5, 0.65], count)
    treated = rng.random(count) < chance
    hit = rng.random(count) < alone + gain * treated
    played = rows.with_columns(
        hit=pl.Series(hit).cast(pl.Float64),
        treated=pl.Series(treated).cast(pl.Float64),
        chance=pl.Series(chance),
    )
    return trial_from(played), gain


def models_of(world: World, rows: pl.DataFrame, settings: ModelSettings) -> list[Model]:
    """Play lots of all channels, and learn from them: a gain by channel, then who complains."""
    growth, lots = settings.contact_growth, {}
    for channel in CHANNELS:
        lots[channel] = trial(world, rows, channel, seed=1)[0]
    gains = [
        learn_gain(
            lots[channel], channel, name=f"gain_{channel.value.lower()}", version=1,
            settings=settings, growth=growth, about={},
            beside=[lots[other] for other in CHANNELS if other is not channel],
        )
        for channel in CHANNELS
    ]  # fmt: skip
    dealt = deal(complaint_lots(world, rows, lots, seed=1))
    found = learn(
        dealt, worse=worse_for(Target.COMPLAIN), growth=growth,
        may_lose=settings.scorecard_may_lose,
    )  # fmt: skip
    complain = model_from(
        found, dealt, name="complain", version=1, target=Target.COMPLAIN, channel=None,
        settings=settings, about={},
    )  # fmt: skip
    return [*gains, complain]


def complaint_lots(
    world: World, rows: pl.DataFrame, lots: dict[Channel, Trial], *, seed: int
) -> Lesson:
    """Play who of those contacted by lot complains, by all channels together."""
    rng = np.random.default_rng([seed, 77])
    parts, channels = [], []
    for channel, drawn in lots.items():
        made = rows.filter(pl.Series(drawn.treated == 1))
        often = complains_by(world, made, pl.repeat(channel.value, made.height, eager=True))
        hit = rng.random(made.height) < often.to_numpy()
        treated = pl.Series(np.ones(made.height))
        parts.append(made.with_columns(hit=hit.astype(float), treated=treated, chance=treated))
        channels += [channel.value] * made.height
    lesson = trial_from(pl.concat(parts)).lesson
    by_channel = {CHANNEL_GROUP: np.array(channels, dtype=object)}
    return as_two_days(replace(lesson, groups=by_channel))


def complains_by(world: World, rows: pl.DataFrame, channel: pl.Series) -> pl.Series:
    """How likely a contact of each row is complained of (debtor_no, contacts_month)."""
    times = {way.value: share for way, share in COMPLAINS_TIMES.items()}
    told = rows.select("debtor_no", "contacts_month").with_columns(
        channel=channel.cast(pl.String).replace_strict(times, return_dtype=pl.Float64)
    )
    each = pl.col("complains") * pl.col("channel") * (1 + COMPLAINS_MORE * pl.col("contacts_month"))
    return (
        told.join(world.truth, on="debtor_no", how="left", maintain_order="left")
        .select(each)
        .to_series()
    )


def brought(world: World, night: pl.DataFrame, features_now: pl.DataFrame) -> np.ndarray:
    """The money that each row of an agenda truly brings (debtor_no, channel, goal_minor)."""
    rows = night.join(
        features_now.select("debtor_no", "unpaid_count"), on="debtor_no", how="left",
        maintain_order="left",
    )  # fmt: skip
    money = np.zeros(rows.height)
    for channel in CHANNELS:
        here = (rows["channel"] == channel.value).to_numpy()
        money[here] = world.true_gain(rows.filter(pl.Series(here)), channel)
    return money * rows["goal_minor"].to_numpy()


def complaints(world: World, night: pl.DataFrame, features_now: pl.DataFrame) -> float:
    """How many complaints an agenda brings, on average (debtor_no, channel)."""
    lately = features_now.select("debtor_no", "contacts_month")
    rows = night.join(lately, on="debtor_no", maintain_order="left")
    return float(complains_by(world, rows, rows["channel"]).sum())


def known_now(world: World) -> pl.DataFrame:
    """The features of everybody on the book's own day."""
    book = world.workspace.current_book()
    tables = [_with_all_attempts(_open(book, part)) for part in range(book.parts)]
    frames = [features(t, as_of=world.day).collect("polars") for t in tables]
    return nw.concat(frames).to_native()
