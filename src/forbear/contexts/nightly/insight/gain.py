"""What has a contact by a channel changed, learned only from what was drawn by lot?

Of whoever does not pay alone a contact brings a share. How large it is on average, a channel's own
lots tell; for whom it is larger, the lots of all channels tell together, since whoever is moved by
one reminder is mostly moved by another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.contexts.nightly.insight.grow import Growth, Rows, grow
from forbear.contexts.nightly.insight.lesson import Dealt, deal
from forbear.contexts.nightly.insight.settings import ModelSettings
from forbear.contexts.nightly.insight.train import deciles, inputs_of, watched
from forbear.contexts.nightly.insight.trial import Reals, Trial
from forbear.engine.risk.blend import Blend, Weighed, drawn, held_back, sureness, toward, weighed
from forbear.engine.risk.calibration import calibrate
from forbear.engine.risk.logistic import probability
from forbear.engine.risk.measure import auc
from forbear.engine.risk.model import Form, Model, Part, effect_of
from forbear.engine.risk.outcome import Target
from forbear.engine.risk.scorecard_fit import fit_scorecard
from forbear.engine.risk.uplift import qini, transformed
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput

_RANDOM_ORDERS = 20
_EFFECT_LEAVES, _EFFECT_PARTS = 4, 15
_MAY_LOSE = 0.002


def learn_gain(
    trial: Trial, channel: Channel, *, name: str, version: int, settings: ModelSettings,
    growth: Growth | None, about: dict[str, Any], beside: Sequence[Trial] = (),
) -> Model:  # fmt: skip
    """Learn what a contact by the channel adds.

    First who pays by themselves, from whoever was left alone: that is told by many, while an effect
    drowns in chance. Then, from the channel's own lots, which share of the rest a contact brings.
    Then for whom it is more or less: from its lots and those of other channels (``beside``), each
    in units of its own, and only as far as persons it was not learned from bear that out.

    Raises:
        InvalidInput: too few were contacted by it, or left alone.
    """
    _enough(trial, channel, least=settings.gain_rows_min)
    hands = _deal(trial)
    lesson = hands["learning"].lesson
    others = [_known(_deal(each)) for each in beside] if growth is not None else []
    learner = _Learner(hands, growth, others)
    blend, told = _blended(learner, spread=settings.gain_spread)
    parts = (learner.alone, learner.effect()) if blend.effect else (learner.alone,)
    model = Model(
        name=name, version=version, target=Target.GAIN, channel=channel, form=learner.form,
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


@dataclass(frozen=True)
class _Lots:
    """A channel's lots, and what others than a row's own half of the persons say of it."""

    known: Trial
    came: Reals
    """What is left of the outcome; weighed by the logged chance it is on average the effect."""
    needs: Reals
    """The chance of not paying alone."""

    @property
    def weight(self) -> Reals:
        """How much a row tells: the nearer its chance lies to a half, the less noise it brings."""
        return self.known.chance * (1 - self.known.chance)

    def told(self, *parts: Reals, by_stake: bool = False) -> Weighed:
        """Find the weights of parts in what came; ``by_stake``: as the money counts."""
        weight = self.weight * self.known.stake if by_stake else self.weight
        return weighed(parts, self.came, weight, self.known.lesson.person.astype(np.float64))


class _Learner:
    """Learns the parts of a gain: who pays alone, what is to be expected, and for whom it is more.

    Whatever is said of a known person to weigh the parts was learned from the other half of them.
    """

    def __init__(
        self, hands: dict[str, Trial], growth: Growth | None, beside: Sequence[Trial]
    ) -> None:
        self.growth = growth
        self.form = Form.NEED if growth is None else Form.SHARE
        self.alone = self._arm(hands["learning"], hands["calibrating"], treated=0.0)
        known = _known(hands)
        self._by_half = [
            self._arm(*(hands[h].where(_half(hands[h], 1 - half)) for h in _KNOWN), treated=0.0)
            for half in (0, 1)
        ]
        self.own = self._lots(known)
        self.pool = [(self.own, 1.0), *self._in_own_unit(self._lots(each) for each in beside)]

    def _lots(self, known: Trial) -> _Lots:
        came, needs = np.zeros((2, len(known.treated)))
        for half, alone in enumerate(self._by_half):
            mine = _half(known, half)
            asked = known.where(mine)
            came[mine] = self._rest(asked, known.where(~mine))
            needs[mine] = 1.0 - alone.share(asked.lesson.columns)
        return _Lots(known, came, needs)

    def _in_own_unit(self, others: Iterator[_Lots]) -> Iterator[tuple[_Lots, float]]:
        """Yield the lots of other channels with how many times they bring what this one does."""
        mine = _brought(self.own)
        for lots in others:
            theirs = _brought(lots)
            if min(mine, theirs) > 0:
                yield lots, theirs / mine

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

    def effect(self, half: int | None = None) -> Part:
        """Learn from one half of the known persons, or all, for whom a contact does more.

        A forest of the share of the need, or the scorecard of those who were contacted.
        """
        if self.growth is None:
            trial = self.own.known
            trial = trial if half is None else trial.where(_half(trial, half))
            return self._arm(trial, trial, treated=1.0)
        columns, share, weight = [], [], []
        for lots, times in self.pool:
            some = np.ones(len(lots.came), bool) if half is None else _half(lots.known, half)
            needs = np.maximum(lots.needs[some], _NEED_MIN)
            columns.append([each[some] for each in lots.known.lesson.columns])
            share.append(lots.came[some] / (times * needs))
            # A row tells of a share as much as its need, and its channel's strength, lets it.
            weight.append(lots.weight[some] * (times * needs) ** 2)
        rows = Rows(
            [np.concatenate(each) for each in zip(*columns, strict=True)],
            np.concatenate(share),
            np.concatenate(weight) / np.concatenate(weight).mean(),
        )
        # A single effect drowns in chance; only leaves of many persons tell a few per cent apart.
        parts = _EFFECT_PARTS * len(self.pool)
        broad = replace(
            self.growth,
            leaves=min(self.growth.leaves, _EFFECT_LEAVES),
            rows_in_leaf_min=max(self.growth.rows_in_leaf_min, len(rows.hit) // parts),
        )
        level = [0] * len(rows.columns)
        return Part(grow(rows, worse=level, growth=broad, probability=False))

    def effects(self) -> list[Reals]:
        """Return, of each of the pooled lots, the effect that the other half of persons tells."""
        halves = [self.effect(1 - half) for half in (0, 1)]
        found = []
        for lots, times in self.pool:
            said = np.zeros(len(lots.came))
            for half, part in enumerate(halves):
                mine = _half(lots.known, half)
                alone, columns = 1.0 - lots.needs[mine], lots.known.where(mine).lesson.columns
                said[mine] = times * effect_of(part, alone, columns, form=self.form)
            found.append(said)
        return found

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


_KNOWN = ("learning", "calibrating")
_NEED_MIN = 0.005
"""Of whoever surely pays alone no lot tells a share."""


def _known(hands: dict[str, Trial]) -> Trial:
    return _together(*(hands[hand] for hand in _KNOWN))


def _brought(lots: _Lots) -> float:
    """Return which share of the need a contact brings, as far as chance leaves anything of it."""
    found = lots.told(lots.needs)
    return held_back(float(found.weight[0]), float(found.error[0]))


def _half(trial: Trial, half: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (trial.lesson.person.astype(np.uint64) >> np.uint64(20)) % np.uint64(
        2
    ) == half
    return found


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
    """Put need and effect together, each row by an effect that was learned from other persons.

    First for whom a contact does how many times as much as for the mean, within ``spread``; then
    how much that is for this channel: its own lots say it, moved to what they say by the money at
    stake as far as that is surely other.
    """
    own, effects = learner.own, learner.effects()
    weight, needs = own.weight, own.needs
    share, share_error = _share(learner, effects)
    mean = float((weight * needs * effects[0]).sum() / (weight * needs**2).sum())
    share = share if mean > 0 else 0.0
    shape = Blend(1.0, 1.0 - share, share / mean if share else 0.0, spread)
    said = shape.answer(1.0 - needs, effects[0])
    plain, by_money = (own.told(said, by_stake=money) for money in (False, True))
    level, error = float(plain.weight[0]), float(plain.error[0])
    # Of two estimates the surer tells how far chance moves them apart (Hausman, 1978).
    apart = float(np.sqrt(abs(float(by_money.error[0]) ** 2 - error**2)))
    level = drawn(level, float(by_money.weight[0]), apart)
    believed = None
    if own.known.believed is not None:
        believed = float((weight * said * own.known.believed).sum() / (weight * said**2).sum())
    brought = toward(level, error, believed)
    told = {
        "brought": round(brought, 6),
        "brought_error": round(error, 6),
        "brought_by_money": round(float(by_money.weight[0]), 6),
        "believed": None if believed is None else round(believed, 6),
        "effect_weight": round(share, 6),
        "effect_error": round(share_error, 6),
        "channels": len(learner.pool),
        "sure": round(sureness(level, error), 6),
        "spread": spread,
    }
    return Blend(brought, brought * shape.need, brought * shape.effect, spread), told


def _share(learner: _Learner, effects: Sequence[Reals]) -> tuple[float, float]:
    """Return how far the effect counts, with its error; not at all if chance may have made it."""
    own = learner.own.told(learner.own.needs, effects[0])
    share, error = held_back(float(own.weight[1]), float(own.error[1])), float(own.error[1])
    if len(learner.pool) > 1:
        pooled = _pooled(learner, effects)
        all_share, error = float(pooled.weight[-1]), float(pooled.error[-1])
        share = drawn(held_back(all_share, error), float(own.weight[1]), float(own.error[1]))
    return min(max(share, 0.0), 1.0), error


def _pooled(learner: _Learner, effects: Sequence[Reals]) -> Weighed:
    """Weigh the effect on all lots, beside a need of each channel's own."""
    rows = [len(said) for said in effects]
    ends = np.cumsum(rows)
    needs = [np.zeros(ends[-1]) for _ in rows]
    for number, (lots, _times) in enumerate(learner.pool):
        needs[number][ends[number] - rows[number] : ends[number]] = lots.needs
    lots_only = [lots for lots, _times in learner.pool]
    return weighed(
        (*needs, np.concatenate(effects)),
        np.concatenate([lots.came for lots in lots_only]),
        np.concatenate([lots.weight for lots in lots_only]),
        np.concatenate([lots.known.lesson.person for lots in lots_only]).astype(np.float64),
    )


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
