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
from forbear.engine.risk.blend import Blend, held_back, toward, weighed
from forbear.engine.risk.calibration import calibrate
from forbear.engine.risk.feature import FEATURES
from forbear.engine.risk.gather import BOOK_TABLES, features
from forbear.engine.risk.logistic import probability
from forbear.engine.risk.measure import auc
from forbear.engine.risk.model import Form, Model, Part, effect_of
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
_MAY_LOSE = 0.002


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


def learn_gain(
    trial: Trial, channel: Channel, *, name: str, version: int, settings: ModelSettings,
    growth: Growth | None, about: dict[str, Any],
) -> Model:  # fmt: skip
    """Learn what a contact by the channel adds.

    First who pays by themselves, from whoever was left alone: that is told by many, while an effect
    drowns in chance. Then, from lots, which share of the rest a contact brings, and how far a
    separately learned effect may be believed beside it. Both count by the money at stake, so that
    the few large debts are not spoken for by the many small ones.

    Raises:
        InvalidInput: too few were contacted by it, or left alone.
    """
    _enough(trial, channel, least=settings.gain_rows_min)
    hands = _deal(trial)
    lesson = hands["learning"].lesson
    learner = _Learner(hands, growth)
    blend, told = _blended(learner, spread=settings.gain_spread)
    parts = (learner.alone, learner.effect()) if blend.effect else (learner.alone,)
    model = Model(
        name=name, version=version, target=Target.GAIN, channel=channel, form=Form.NEED,
        inputs=inputs_of(parts[0], lesson), parts=parts, data_sha256=lesson.sha256(), card={},
        blend=blend,
    )  # fmt: skip
    return replace(model, card={**about, **_judged(model, hands["judging"]), "blend": told,
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


class _Learner:
    """Learns the parts of a gain: who pays alone, what is to be expected, and the effect."""

    def __init__(self, hands: dict[str, Trial], growth: Growth | None) -> None:
        self.growth = growth
        self.hands = hands
        self.known = _together(hands["learning"], hands["calibrating"])
        self.alone = self._arm(hands["learning"], hands["calibrating"], treated=0.0)
        self.came = np.zeros(len(self.known.treated))
        for mine in _halves(self.known):
            self.came[mine] = self._rest(self.known.where(mine), self.known.where(~mine))

    def needs(self, trial: Trial) -> Reals:
        """Return each row's chance of not paying alone."""
        return 1.0 - self.alone.share(trial.lesson.columns)

    def _rest(self, trial: Trial, others: Trial) -> Reals:
        """Return what is left of each outcome when what others' say is to be expected is taken off.

        Weighed by the logged chance, it is on average the effect. Nobody's own outcome is in it.
        Source: Nie and Wager, 2021, with the weights of Athey and Imbens, 2016.
        """
        level = [0] * len(trial.lesson.names)
        learned = others.lesson
        scorer: Any = (
            fit_scorecard(learned.columns, learned.hit, worse=level)
            if self.growth is None
            else grow(Rows(learned.columns, learned.hit), worse=level, growth=self.growth)
        )
        expected = probability(scorer.score(trial.lesson.columns))
        return transformed(trial.lesson.hit - expected, trial.treated, trial.chance)

    def effect(self, chosen: NDArray[np.bool_] | None = None) -> Part:
        """Learn the effect from some of the known rows, or all.

        A forest of it, or the scorecard of those who were contacted.
        """
        some = np.ones(len(self.came), dtype=bool) if chosen is None else chosen
        trial = self.known.where(some)
        if self.growth is None:
            return self._arm(trial, trial, treated=1.0)
        rows = Rows(trial.lesson.columns, self.came[some], trial.chance * (1 - trial.chance))
        # A single effect drowns in chance; only leaves of many persons tell a few per cent apart.
        broad = replace(
            self.growth,
            leaves=min(self.growth.leaves, _EFFECT_LEAVES),
            rows_in_leaf_min=max(self.growth.rows_in_leaf_min, trial.lesson.rows // _EFFECT_PARTS),
        )
        level = [0] * len(trial.lesson.names)
        return Part(grow(rows, worse=level, growth=broad, probability=False))

    def _arm(self, learning: Trial, calibrating: Trial, *, treated: float) -> Part:
        """Learn the chance of being current in one arm."""
        mine, checks = (t.where(t.treated == treated).lesson for t in (learning, calibrating))
        level = [0] * len(mine.names)
        scorer: Any = fit_scorecard(mine.columns, mine.hit, worse=level)
        if self.growth is not None and not treated:
            check = Rows(checks.columns, checks.hit)
            grown = grow(Rows(mine.columns, mine.hit), worse=level, growth=self.growth, check=check)
            ranks = [auc(each.score(checks.columns), checks.hit) for each in (scorer, grown)]
            scorer = grown if ranks[1] > ranks[0] + _MAY_LOSE else scorer
        return Part(scorer, calibrate(scorer.score(checks.columns), checks.hit))


def _halves(trial: Trial) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    one = (trial.lesson.person.astype(np.uint64) >> np.uint64(20)) % np.uint64(2) == 0
    return one, ~one


def _together(one: Trial, other: Trial) -> Trial:
    def both(a: Reals | None, b: Reals | None) -> Reals | None:
        return None if a is None or b is None else np.concatenate([a, b])

    first, second = one.lesson, other.lesson
    lesson = replace(
        first,
        columns=tuple(np.concatenate(pair) for pair in zip(first.columns, second.columns,
                                                           strict=True)),
        hit=np.concatenate([first.hit, second.hit]),
        person=np.concatenate([first.person, second.person]),
        day=np.concatenate([first.day, second.day]),
        groups={},
    )  # fmt: skip
    return Trial(
        lesson, np.concatenate([one.treated, other.treated]),
        np.concatenate([one.chance, other.chance]), both(one.goal, other.goal),
        both(one.believed, other.believed),
    )  # fmt: skip


def _blended(learner: _Learner, *, spread: float) -> tuple[Blend, dict[str, Any]]:
    """Weigh the need and the effect, each row by an effect that was learned from other persons."""
    known = learner.known
    came, effect = learner.came, np.zeros(len(known.treated))
    for mine in _halves(known):
        asked = known.where(mine).lesson.columns
        alone = learner.alone.share(asked)
        effect[mine] = effect_of(learner.effect(~mine), alone, asked)
    needs, person = learner.needs(known), known.lesson.person.astype(np.float64)
    # The nearer the chance lies to a half, the less noise its weight brings.
    weight = known.chance * (1 - known.chance) * known.stake
    plain = weighed((needs,), came, weight, person)
    believed = None
    if known.believed is not None:
        believed = float((weight * needs * known.believed).sum() / (weight * needs**2).sum())
    brought = toward(float(plain.weight[0]), float(plain.error[0]), believed)
    both = weighed((needs, effect), came, weight, person)
    share = min(held_back(float(both.weight[1]), float(both.error[1])), 1.0)
    beside = float((weight * needs * (came - share * effect)).sum() / (weight * needs**2).sum())
    told = {
        "brought": round(brought, 6),
        "brought_error": round(float(plain.error[0]), 6),
        "believed": None if believed is None else round(believed, 6),
        "effect_weight": round(share, 6),
        "effect_error": round(float(both.error[1]), 6),
        "spread": spread,
    }
    return Blend(brought, beside, share, spread), told


def _judged(model: Model, trial: Trial) -> dict[str, Any]:
    said = model.answer(trial.lesson.columns)
    hit, treated = trial.lesson.hit, trial.treated
    rng = np.random.default_rng(0)
    at_random = [qini(rng.random(len(hit)), hit, treated) for _ in range(_RANDOM_ORDERS)]
    weight = np.where(treated == 1, 1 / trial.chance, 1 / (1 - trial.chance))
    came = [np.average(hit[treated == arm], weights=weight[treated == arm]) for arm in (1, 0)]
    stake = trial.stake
    by_money = [
        np.average(hit[treated == arm], weights=(weight * stake)[treated == arm]) for arm in (1, 0)
    ]
    return {
        "chosen": "forest" if hasattr(model.parts[0].scorer, "trees") else "scorecard",
        "rows": {"judging": len(hit), "contacted": int(treated.sum())},
        "figures": {
            "qini": round(qini(said, hit, treated), 6),
            "qini_random_sd": round(float(np.std(at_random)), 6),
            "said": round(float(said.mean()), 6),
            "came": round(float(came[0] - came[1]), 6),
            "said_by_money": round(float(np.average(said, weights=stake)), 6),
            "came_by_money": round(float(by_money[0] - by_money[1]), 6),
            "auc_alone": _auc(model.parts[0], trial.where(treated == 0)),
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
    goal = night.scan("position").select("debtor_no", "goal_minor").collect()
    named = (
        lots.join(goal, on="debtor_no", how="inner")
        .join(people.collect(), on="debtor_no", how="inner")
        .drop("debtor_no")
    )
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
