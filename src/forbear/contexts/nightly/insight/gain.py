"""What has a contact by a channel changed, learned only from what was drawn by lot?

Each night draws who is left alone and who is contacted in a random way. Between these two groups
nothing differs but chance, whose size each night logged. Planned contacts teach nothing here: they
went to whom the plan thought they would help.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forbear.contexts.nightly.insight.grow import Growth, Rows, grow
from forbear.contexts.nightly.insight.lesson import Dealt, Lesson, deal
from forbear.contexts.nightly.insight.settings import ModelSettings
from forbear.contexts.nightly.insight.train import deciles, inputs_of, watched
from forbear.contexts.nightly.workspace import TableFolder, Workspace
from forbear.engine.delinquency import as_known
from forbear.engine.delinquency.fact import own_minor
from forbear.engine.risk.calibration import calibrate
from forbear.engine.risk.feature import FEATURES
from forbear.engine.risk.forest import Forest
from forbear.engine.risk.gather import BOOK_TABLES, features
from forbear.engine.risk.logistic import probability
from forbear.engine.risk.measure import auc
from forbear.engine.risk.model import Form, Model, Part
from forbear.engine.risk.outcome import Target
from forbear.engine.risk.scorecard_fit import fit_scorecard
from forbear.engine.risk.uplift import qini, transformed
from forbear.values.code import AgendaOutcome, Channel
from forbear.values.day import day_number
from forbear.values.errors import InvalidInput

Reals = NDArray[np.float64]
_PPM = 1_000_000
_RANDOM_ORDERS = 20
_EFFECT_LEAVES, _EFFECT_PARTS = 4, 15


@dataclass(frozen=True)
class Trial:
    """A lesson of persons who were contacted by lot, or left alone by lot."""

    lesson: Lesson
    treated: Reals
    chance: Reals
    """With which a person of these would have been contacted by the channel, of the two."""

    def where(self, chosen: NDArray[np.bool_]) -> Trial:
        """Return some of the rows."""
        return Trial(self.lesson.where(chosen), self.treated[chosen], self.chance[chosen])


def learn_gain(
    trial: Trial, channel: Channel, *, name: str, version: int, settings: ModelSettings,
    growth: Growth | None, about: dict[str, Any],
) -> Model:  # fmt: skip
    """Learn what a contact by the channel adds.

    With ``growth`` a forest learns the effect itself; without, the difference of two readable
    scorecards, one of those contacted and one of those left alone.

    Raises:
        InvalidInput: too few were contacted by it, or left alone.
    """
    _enough(trial, channel, least=settings.gain_rows_min)
    hands = _deal(trial)
    lesson = hands["learning"].lesson
    if growth is None:
        form = Form.DIFFERENCE
        parts = tuple(_arm(hands, treated=arm) for arm in (1.0, 0.0))
    else:
        form, parts = Form.EFFECT, (_effect(hands, growth),)
    model = Model(
        name=name, version=version, target=Target.GAIN, channel=channel, form=form,
        inputs=inputs_of(parts[0], lesson, beside=parts[1] if len(parts) > 1 else None),
        parts=parts, data_sha256=lesson.sha256(), card={},
    )  # fmt: skip
    return replace(model, card={**about, **_judged(model, hands["judging"]),
                                "feature_parts": watched(lesson),
                                "score_parts": deciles(model.answer(lesson.columns))})  # fmt: skip


def _enough(trial: Trial, channel: Channel, *, least: int) -> None:
    treated = int(trial.treated.sum())
    alone = len(trial.treated) - treated
    if min(treated, alone) < least:
        raise InvalidInput(
            f"Too few to learn what {channel.value} changes: {treated:,} contacted by lot, "
            f"{alone:,} left alone; {least:,} of each are asked for.",
            remedy="Let more nights pass, or raise hold_out_ppm and exploration_ppm in agenda.yaml "
            "for some weeks.",
            message_zh=f"可用于学习 {channel.value} 效果的人太少：抽签联系 {treated:,} 人，"
            f"留白 {alone:,} 人；各需 {least:,} 人。",
            remedy_zh="请等待更多夜间运行，或在数周内调高 agenda.yaml 的留白与探索比例。",
        )


def _deal(trial: Trial) -> dict[str, Trial]:
    """Deal persons as lessons are dealt; nights lie too close for hands of their own days."""
    level = replace(trial.lesson, day=np.zeros_like(trial.lesson.day))
    place = np.arange(trial.lesson.rows, dtype=np.float64)
    numbered = replace(level, columns=(place,), names=("place",))
    dealt: Dealt = deal(numbered)
    found = {}
    for hand in ("learning", "calibrating", "judging"):
        chosen = np.zeros(trial.lesson.rows, dtype=bool)
        chosen[getattr(dealt, hand).columns[0].astype(int)] = True
        found[hand] = trial.where(chosen)
    return found


def _arm(hands: dict[str, Trial], *, treated: float) -> Part:
    """Learn the chance of being current in one arm."""
    arms = {hand: trial.where(trial.treated == treated) for hand, trial in hands.items()}
    learning, calibrating = arms["learning"].lesson, arms["calibrating"].lesson
    level = [0] * len(learning.names)
    scorer = fit_scorecard(learning.columns, learning.hit, worse=level)
    return Part(scorer, calibrate(scorer.score(calibrating.columns), calibrating.hit))


def _effect(hands: dict[str, Trial], growth: Growth) -> Part:
    """Learn the effect from outcomes less what was to be expected of each person anyway.

    What is expected is learned on the other half of the persons, so that nobody's own outcome is
    taken off it. The rest, weighed by the logged chance, is on average the effect; a forest of it
    is then held to what the calibrating rows confirm, down to the mean alone.
    Source: Nie and Wager, 2021, with the weights of Athey and Imbens, 2016.
    """
    learning = hands["learning"]
    half = (learning.lesson.person.astype(np.uint64) >> np.uint64(20)) % np.uint64(2) == 0
    level = [0] * len(learning.lesson.names)
    expected = np.zeros(learning.lesson.rows)
    for mine in (half, ~half):
        others = learning.where(~mine).lesson
        asked = learning.where(mine).lesson.columns
        usual = grow(Rows(others.columns, others.hit), worse=level, growth=growth)
        expected[mine] = probability(usual.score(asked))
    rest = transformed(learning.lesson.hit - expected, learning.treated, learning.chance)
    # The nearer the chance lies to a half, the less noise its weight brings.
    weight = learning.chance * (1 - learning.chance)
    rows = Rows(learning.lesson.columns, rest, weight)
    # A single effect drowns in chance; only leaves of many persons tell a few per cent apart.
    broad = replace(
        growth,
        leaves=min(growth.leaves, _EFFECT_LEAVES),
        rows_in_leaf_min=max(growth.rows_in_leaf_min, learning.lesson.rows // _EFFECT_PARTS),
    )
    forest = grow(rows, worse=level, growth=broad, probability=False)
    return Part(_confirmed(forest, hands["calibrating"]))


def _confirmed(forest: Forest, trial: Trial) -> Forest:
    """Hold a forest of effects to what other rows confirm: their mean, and a share of spread."""
    said = forest.score(trial.lesson.columns)
    came = transformed(trial.lesson.hit - trial.lesson.hit.mean(), trial.treated, trial.chance)
    apart = said - said.mean()
    spread = float((apart**2).sum())
    share = float(np.clip((apart * came).sum() / spread, 0.0, 1.0)) if spread > 0 else 0.0
    trees = tuple(
        replace(tree, leaf=tuple(value * share for value in tree.leaf)) for tree in forest.trees
    )
    base = float(came.mean()) - share * float(said.mean()) + share * forest.base
    return Forest(trees, forest.features, base)


def _judged(model: Model, trial: Trial) -> dict[str, Any]:
    said = model.answer(trial.lesson.columns)
    hit, treated = trial.lesson.hit, trial.treated
    rng = np.random.default_rng(0)
    at_random = [qini(rng.random(len(hit)), hit, treated) for _ in range(_RANDOM_ORDERS)]
    weight = np.where(treated == 1, 1 / trial.chance, 1 / (1 - trial.chance))
    came = [np.average(hit[treated == arm], weights=weight[treated == arm]) for arm in (1, 0)]
    effect = model.form is Form.EFFECT
    return {
        "chosen": "forest" if hasattr(model.parts[0].scorer, "trees") else "scorecard",
        "rows": {"judging": len(hit), "contacted": int(treated.sum())},
        "figures": {
            "qini": round(qini(said, hit, treated), 6),
            "qini_random_sd": round(float(np.std(at_random)), 6),
            "said": round(float(said.mean()), 6),
            "came": round(float(came[0] - came[1]), 6),
            "auc_contacted": None if effect else _auc(model.parts[0], trial.where(treated == 1)),
            "auc_alone": None if effect else _auc(model.parts[1], trial.where(treated == 0)),
        },
        "missed": [] if qini(said, hit, treated) > 2 * np.std(at_random) else ["qini"],
    }


def _auc(part: Part, trial: Trial) -> float | None:
    found = auc(part.share(trial.lesson.columns), trial.lesson.hit)
    return None if found != found else round(found, 6)  # noqa: PLR0124  # not a number


# --------------------------------------------------------------------------------------------
# From past nights
# --------------------------------------------------------------------------------------------


def trial_of(workspace: Workspace, channel: Channel, *, horizon_days: int) -> Trial:
    """Gather the lots of all nights whose outcome the current book knows.

    Raises:
        InvalidInput: no night is old enough.
    """
    book = workspace.current_book()
    known_day = day_number(date.fromisoformat(book.manifest["book_date"]))
    rows = []
    for folder in sorted(workspace.nights.glob("*/manifest.json")):
        night = workspace.night(folder.parent.name)
        as_of = day_number(date.fromisoformat(night.manifest["as_of"]))
        if as_of + horizon_days <= known_day:
            rows += _night_rows(workspace, night, book, channel, as_of, horizon_days)
    if not rows:
        raise InvalidInput(
            f"No night is {horizon_days} days old yet.",
            remedy="Run nights with a hold-out and exploration for some weeks first.",
            message_zh=f"还没有满 {horizon_days} 天的夜间结果。",
            remedy_zh="请先带留白与探索运行数周。",
        )
    return trial_from(pl.concat(rows))


def trial_from(whole: pl.DataFrame) -> Trial:
    """Make a trial of rows with the features, hit, person_hash, day, treated and chance."""
    names = tuple(one.name for one in FEATURES)

    def real(name: str) -> Reals:
        return whole[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    lesson = Lesson(
        names, tuple(real(name) for name in names), real("hit"),
        whole["person_hash"].to_numpy(), whole["day"].to_numpy(), {},
    )  # fmt: skip
    return Trial(lesson, real("treated"), real("chance"))


def _night_rows(
    workspace: Workspace, night: TableFolder, book: TableFolder, channel: Channel, as_of: int,
    horizon_days: int,
) -> list[pl.DataFrame]:  # fmt: skip
    folder, lots_told = workspace.books / night.manifest["book_id"], night.manifest.get("lots")
    if lots_told is None or not (folder / "manifest.json").exists():
        return []
    people = pl.scan_parquet(folder / "debtor" / "*.parquet").select("debtor_no", "debtor_id")
    lots = by_lot(
        night.scan("assignment").collect(), night.scan("option").collect(), channel,
        hold_out_ppm=lots_told["hold_out_ppm"],
        exploration_ppm=lots_told["exploration_ppm"],
    )  # fmt: skip
    named = lots.join(people.collect(), on="debtor_no", how="inner").drop("debtor_no")
    found = []
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
        found.append(
            said.join(came, on="debtor_no").join(ids, on="debtor_no").join(named, on="debtor_id")
            .drop("debtor_id", "debtor_no").with_columns(day=pl.lit(as_of, dtype=pl.Int64))
        )  # fmt: skip
    return found


def by_lot(
    assignment: pl.DataFrame, option: pl.DataFrame, channel: Channel, *, hold_out_ppm: int,
    exploration_ppm: int,
) -> pl.DataFrame:  # fmt: skip
    """Return who was left alone by lot, and who was contacted by the channel by lot.

    Columns: debtor_no, treated, chance (of the two, by this channel).
    """
    ways = option.filter(pl.col("value_micro") > 0).group_by("debtor_no").agg(
        ways=pl.len(), own=(pl.col("channel") == channel.number).sum()
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
