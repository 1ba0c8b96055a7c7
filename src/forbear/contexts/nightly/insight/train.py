"""How does a lesson become a model with its card: learned, calibrated, judged, chosen?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forbear.contexts.nightly.insight.complaint import channels_told
from forbear.contexts.nightly.insight.grow import Growth, Rows, grow
from forbear.contexts.nightly.insight.hours import hours_told
from forbear.contexts.nightly.insight.lesson import (
    CHANNEL_GROUP,
    HOUR_EN,
    HOUR_ZH,
    Dealt,
    Lesson,
)
from forbear.contexts.nightly.insight.settings import Limits, ModelSettings
from forbear.engine.risk.because import contributions
from forbear.engine.risk.calibration import calibrate
from forbear.engine.risk.feature import BY_NAME, HOUR_FEATURE
from forbear.engine.risk.measure import (
    auc,
    bands,
    brier,
    by_group,
    calibration_error,
    ks,
    stability,
)
from forbear.engine.risk.model import Form, Input, Model, Part
from forbear.engine.risk.outcome import Target
from forbear.engine.risk.scorecard_fit import fit_scorecard
from forbear.values.code import Channel

_USUAL_ROWS = 5_000
_CHOSEN_SHARE = 0.1
_MOVED_MAX = 0.25


@dataclass(frozen=True)
class Learned:
    """Two parts that learned the same, and what each is worth on rows that neither has seen."""

    scorecard: Part
    forest: Part | None
    figures: dict[str, dict[str, Any]]
    chosen: str
    """``scorecard`` or ``forest``."""

    @property
    def part(self) -> Part:
        """The part that was chosen."""
        return self.forest if self.chosen == "forest" and self.forest else self.scorecard


def learn(
    dealt: Dealt,
    *,
    worse: Sequence[int],
    growth: Growth | None,
    may_lose: float,
    may_move: float = _MOVED_MAX,
) -> Learned:
    """Learn the readable scorecard and, with ``growth``, a forest beside it; choose one.

    The scorecard is chosen unless the forest's AUC is better by more than ``may_lose`` on rows
    that calibrate, and its answers there have moved no further than ``may_move`` (population
    stability index) from those it learned from: a forest does not know the world beyond its
    thresholds. Judging rows choose nothing, so that what they say of the model is fair.
    """
    learning, calibrating = dealt.learning, dealt.calibrating
    scorers: dict[str, Any] = {
        "scorecard": fit_scorecard(learning.columns, learning.hit, worse=worse)
    }
    if growth is not None:
        scorers["forest"] = grow(
            Rows(learning.columns, learning.hit),
            worse=worse,
            growth=growth,
            check=Rows(calibrating.columns, calibrating.hit),
        )
    parts, figures, ranks = {}, {}, {}
    for name, scorer in scorers.items():
        score = scorer.score(calibrating.columns)
        ranks[name] = auc(score, calibrating.hit)
        parts[name] = Part(scorer, calibrate(score, calibrating.hit))
        figures[name] = judged(parts[name], dealt)
    better = ranks.get("forest", 0.0) - ranks["scorecard"]
    steady = growth is not None and _moved(scorers["forest"], dealt) <= may_move
    chosen = "forest" if better > may_lose and steady else "scorecard"
    return Learned(parts["scorecard"], parts.get("forest"), figures, chosen)


def _moved(scorer: Any, dealt: Dealt) -> float:
    before, after = (scorer.score(rows.columns) for rows in (dealt.learning, dealt.calibrating))
    return stability(before, after)


def judged(part: Part, dealt: Dealt) -> dict[str, Any]:
    """Return what a part is worth on the judging rows."""
    rows = dealt.judging
    share = part.share(rows.columns)
    return {
        "auc": _short(auc(share, rows.hit)),
        "ks": _short(ks(share, rows.hit)),
        "brier": _short(brier(share, rows.hit)),
        "calibration_error": _short(calibration_error(share, rows.hit)),
        "stability": _short(stability(part.share(dealt.learning.columns), share)),
    }


def model_from(
    learned: Learned, dealt: Dealt, *, name: str, version: int, target: Target,
    channel: Channel | None, settings: ModelSettings, about: Mapping[str, Any],
) -> Model:  # fmt: skip
    """Put what was learned into a model, with a card that says how good and fair it is."""
    part, rows = learned.part, dealt.judging
    share = part.share(rows.columns)
    figures = learned.figures[learned.chosen]
    groups = {
        kind: [
            {"group": g.group, "rows": g.rows, "hits": g.hits, "auc": _short(g.auc),
             "said": _short(g.said), "came": _short(g.came), "chosen": _short(g.chosen)}
            for g in by_group(share, rows.hit, list(group), chosen=_CHOSEN_SHARE,
                              rows_min=settings.limits.group_rows_min)
        ]
        for kind, group in rows.groups.items()
        if kind != CHANNEL_GROUP
    }  # fmt: skip
    card = {
        **about,
        "chosen": learned.chosen,
        "figures": learned.figures,
        "rows": {"learning": dealt.learning.rows, "calibrating": dealt.calibrating.rows,
                 "judging": rows.rows},
        "share": _short(float(rows.hit.mean())),
        "bands": [
            {"rows": b.rows, "said": _short(b.said), "came": _short(b.came)}
            for b in bands(share, rows.hit)
        ],
        "groups": groups,
        "feature_parts": watched(dealt.learning),
        "score_parts": deciles(share),
        "missed": missed(target, figures, groups, settings.limits),
    }  # fmt: skip
    if target is Target.REACH:
        card["hours"] = hours_told(part, dealt)
    if target is Target.COMPLAIN:
        card["channels"] = channels_told(part, dealt)
    return Model(
        name=name,
        version=version,
        target=target,
        channel=channel,
        form=Form.PROBABILITY,
        inputs=inputs_of(part, dealt.learning),
        parts=(part,),
        data_sha256=dealt.learning.sha256(),
        card=card,
    )


def inputs_of(part: Part, lesson: Lesson, *, beside: Part | None = None) -> tuple[Input, ...]:
    """Name a model's features in words, with what each adds on average."""
    some = [column[:_USUAL_ROWS] for column in lesson.columns]
    added = contributions(part.scorer, some)
    if beside is not None:
        added = added - contributions(beside.scorer, some)
    usual = added.mean(axis=0) if len(added) else np.zeros(len(lesson.names))
    return tuple(
        Input(name, *words_of(name), _short(float(mean)))
        for name, mean in zip(lesson.names, usual, strict=True)
    )


def words_of(name: str) -> tuple[str, str]:
    """Return a feature's words in English and Chinese."""
    if name == HOUR_FEATURE:
        return HOUR_EN, HOUR_ZH
    feature = BY_NAME.get(name)
    return (feature.en, feature.zh) if feature else (name, name)


def missed(
    target: Target, figures: Mapping[str, Any], groups: Mapping[str, Any], limits: Limits
) -> list[str]:
    """Return which of the lender's limits a model does not keep."""
    found = []
    if not figures["auc"] >= limits.auc_min.get(target, 0.0):
        found.append("auc")
    if figures["calibration_error"] > limits.calibration_error_max:
        found.append("calibration_error")
    if figures["stability"] > limits.stability_max:
        found.append("stability")
    for kind, rows in groups.items():
        for one in rows:
            if abs(one["said"] - one["came"]) > limits.group_calibration_gap_max:
                found.append(f"{kind}={one['group']}: calibration")
            if one["auc"] is not None and figures["auc"] - one["auc"] > limits.group_auc_gap_max:
                found.append(f"{kind}={one['group']}: auc")
    return found


def watched(lesson: Lesson, *, parts: int = 10) -> dict[str, dict[str, list[float]]]:
    """Return each feature's parts and their shares, beside which later days are held."""
    found = {}
    for name, values in zip(lesson.names, lesson.columns, strict=True):
        known = values[~np.isnan(values)]
        within = np.linspace(0, 1, parts + 1)[1:-1]
        cuts = np.unique(np.quantile(known, within)) if len(known) else np.zeros(0)
        found[name] = {"cuts": [float(c) for c in cuts], "shares": shares_in(values, cuts)}
    return found


def shares_in(values: np.ndarray, cuts: np.ndarray) -> list[float]:
    """Return the share of values in each part, the missing ones last."""
    place = np.searchsorted(cuts, values, side="left")
    place[np.isnan(values)] = len(cuts) + 1
    counts = np.bincount(place, minlength=len(cuts) + 2)
    return [_short(float(count) / max(len(values), 1)) for count in counts]


def deciles(share: np.ndarray) -> dict[str, list[float]]:
    """Return the parts of what was said, beside which later days are held."""
    cuts = np.unique(np.quantile(share, np.linspace(0, 1, 11)[1:-1]))
    return {"cuts": [float(c) for c in cuts], "shares": shares_in(share, cuts)}


def _short(value: float) -> Any:
    """Six digits are enough for a card; what is not known is null."""
    return None if value != value else round(float(value), 6)  # noqa: PLR0124  # not a number
