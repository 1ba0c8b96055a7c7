"""How does a lender want models learned, and what does it ask of them? Data of the house policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from forbear.contexts.nightly.insight.grow import Growth
from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.engine.risk.judge import Bounds
from forbear.engine.risk.outcome import Target
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput

_PPM = 1_000_000
_GAIN_WEIGHT_MAX_PPM = 875_000
"""What was measured never counts alone."""
_COMPLAINT_MINOR_MAX = 10**9
"""Times a share in millionths it stays below 2**53, where every engine is exact."""


class ModelSettingsInvalid(InvalidInput):
    """The settings for models do not keep their contract."""

    code = "MODEL_SETTINGS_INVALID"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model should keep; shares, not parts per million."""

    auc_min: Mapping[Target, float]
    calibration_error_max: float
    stability_max: float
    group_rows_min: int
    group_calibration_gap_max: float
    group_auc_gap_max: float


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """From which probability on, how long before the due day, and by which channels."""

    from_ppm: int
    due_days: int
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Everything that learning, choosing and watching models needs to know."""

    days: int
    rows_min: int
    hits_min: int
    growth: Growth
    contact_growth: Growth
    """Of what a contact brings, good and bad, which chance nearly hides."""
    scorecard_may_lose: float
    limits: Limits
    gain_horizon_days: int
    gain_rows_min: int
    gain_spread: float
    """A person's gain lies within so many times what is brought of the plain need, and its inverse.
    """
    stability_warn: float
    calibration_error_warn: float
    early_warning: EarlyWarning
    bounds: Bounds


def open_model_settings() -> ModelSettings:
    """Read the shipped house policy's ``models.yaml``.

    Raises:
        ModelSettingsInvalid: it is missing, or something in it is.
    """
    return model_settings(policy_texts(HOUSE).get("models.yaml", ""))


def model_settings(text: str) -> ModelSettings:
    """Read and check the text of a ``models.yaml``.

    Raises:
        ModelSettingsInvalid: something in it is missing or out of bounds.
    """
    try:
        told = yaml.safe_load(text)
        return _settings(told)
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ModelSettingsInvalid(
            f"models.yaml: {error}",
            remedy="Compare it with the demo lender's file.",
            message_zh=f"models.yaml：{error}",
            remedy_zh="请对照示例机构的文件。",
        ) from error


def _settings(told: Mapping[str, Any]) -> ModelSettings:
    learning, limits, gain = told["learning"], told["limits"], told["gain"]
    watch, warning = told["watch"], told["early_warning"]
    return ModelSettings(
        days=_whole(learning, "days", low=1, high=36),
        rows_min=_whole(learning, "rows_min", low=10),
        hits_min=_whole(learning, "hits_min", low=2),
        growth=_growth(learning),
        contact_growth=_growth(told["contact_growth"]),
        scorecard_may_lose=_share(told["choice"], "scorecard_may_lose_ppm"),
        limits=Limits(
            auc_min={Target(name): ppm / _PPM for name, ppm in limits["auc_min_ppm"].items()},
            calibration_error_max=_share(limits, "calibration_error_max_ppm"),
            stability_max=_share(limits, "stability_max_ppm"),
            group_rows_min=_whole(limits, "group_rows_min", low=1),
            group_calibration_gap_max=_share(limits, "group_calibration_gap_max_ppm"),
            group_auc_gap_max=_share(limits, "group_auc_gap_max_ppm"),
        ),
        gain_horizon_days=_whole(gain, "horizon_days", low=1, high=90),
        gain_rows_min=_whole(gain, "rows_min", low=10),
        gain_spread=_whole(gain, "spread_max_ppm", low=_PPM, high=20 * _PPM) / _PPM,
        stability_warn=_share(watch, "stability_warn_ppm"),
        calibration_error_warn=_share(watch, "calibration_error_warn_ppm"),
        early_warning=EarlyWarning(
            from_ppm=_whole(warning, "from_ppm", low=0, high=_PPM),
            due_days=_whole(warning, "due_days", low=0, high=60),
            channels=tuple(Channel(name) for name in warning["channels"]),
        ),
        bounds=_bounds(told["agenda"]),
    )


def _growth(node: Mapping[str, Any]) -> Growth:
    return Growth(
        leaves=_whole(node, "leaves", low=2, high=64),
        rounds=_whole(node, "rounds_max", low=1, high=5_000),
        learning_rate=_share(node, "learning_rate_ppm"),
        rows_in_leaf_min=_whole(node, "rows_in_leaf_min", low=1),
        features_share=_share(node, "features_ppm"),
        rows_share=_share(node, "rows_ppm"),
        ridge=float(_whole(node, "ridge", low=0)),
    )


def _bounds(node: Mapping[str, Any]) -> Bounds:
    times_max = 20 * _PPM

    def pair(name: str) -> tuple[int, int]:
        low = _whole(node, f"{name}_times_min_ppm", low=0, high=_PPM)
        return low, _whole(node, f"{name}_times_max_ppm", low=_PPM, high=times_max)

    return Bounds(
        warned_ppm=pair("warned"),
        need_ppm=pair("need"),
        reach_ppm=pair("reach"),
        gain_rise_max_ppm=_whole(node, "gain_rise_max_ppm", low=_PPM, high=times_max),
        roll_worth_ppm=_whole(node, "roll_worth_ppm", low=0, high=_PPM),
        gain_weight_max_ppm=_whole(node, "gain_weight_max_ppm", low=0, high=_GAIN_WEIGHT_MAX_PPM),
        complaint_minor=_whole(node, "complaint_minor", low=0, high=_COMPLAINT_MINOR_MAX),
        complaint_max_ppm=_whole(node, "complaint_max_ppm", low=0, high=_PPM),
    )


def _whole(node: Mapping[str, Any], name: str, *, low: int, high: int = 2**31) -> int:
    value = node[name]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}")
    return value


def _share(node: Mapping[str, Any], name: str) -> float:
    return _whole(node, name, low=0, high=_PPM) / _PPM
