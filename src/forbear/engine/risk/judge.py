"""What do the models that count say of each person tonight, and how is that put into words?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forbear.engine.risk.feature import FEATURES
from forbear.engine.risk.model import Model
from forbear.engine.risk.outcome import EARLY_WARNINGS, Target, concerned
from forbear.values.code import AgendaOutcome, Channel

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]

NONE = -1
PPM = 1_000_000
GAIN_CHANNELS = tuple(channel for channel in Channel if channel is not Channel.VISIT)
SAID: dict[Target, str] = {
    target: f"{target.value.lower()}_ppm"
    for target in Target
    if target not in (Target.REACH, Target.GAIN)
}


def gain_column(channel: Channel) -> str:
    """Return the column of ``risk`` that says what a contact by a channel adds."""
    return f"gain_{channel.value.lower()}_ppm"


@dataclass(frozen=True, slots=True)
class Warned:
    """Who is reminded a little earlier: from which probability, how early, by which channels."""

    from_ppm: int
    due_days: int
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class Insight:
    """The models that the night uses, and how it heeds early warnings."""

    models: tuple[Model, ...]
    warned: Warned

    def model(self, target: Target, channel: Channel | None = None) -> Model | None:
        """Return the model of a target; None when none counts."""
        for model in self.models:
            if model.target is target and model.channel is channel:
                return model
        return None


def usable(models: Sequence[Model]) -> tuple[Model, ...]:
    """Return those models whose features the night has."""
    names = {feature.name for feature in FEATURES}
    return tuple(model for model in models if set(model.features) <= names)


def judge(said: Mapping[str, Reals], insight: Insight) -> dict[str, Integers]:
    """Ask every model; ``said`` holds the columns of ``feature``, missing as NaN.

    Returns the columns of OUTPUT["risk"], in the order of the persons. A gain below nothing counts
    as nothing: whom a contact would rather harm is not worth it.
    """
    numbers = said["debtor_no"].astype(np.int64)
    unpaid, coming = said["unpaid_count"] > 0, said["left_count"] > 0
    found = {name: np.full(len(numbers), NONE) for name in risk_columns()}
    found["debtor_no"] = numbers
    for model in insight.models:
        if model.target is Target.REACH:
            continue
        those = concerned(model.target, unpaid=unpaid, coming=coming)
        answer = model.answer([said[name][those] for name in model.features])
        name = gain_column(model.channel) if model.channel else SAID[model.target]
        found[name][those] = np.floor(np.clip(answer, 0.0, 1.0) * PPM)
    return found


def risk_columns() -> tuple[str, ...]:
    """Return the columns of ``risk``, in order."""
    return ("debtor_no", *SAID.values(), *(gain_column(channel) for channel in GAIN_CHANNELS))


def cite(
    said: Mapping[str, Reals],
    chosen: Mapping[str, Integers],
    insight: Insight,
    sentences: Mapping[str, Mapping[str, str]],
) -> dict[str, list[object]]:
    """Say for everybody on the agenda which model spoke and which facts said most of it.

    ``chosen`` has the assignment's debtor_no and outcome, and the chosen option's channel;
    ``sentences`` by language the words ``because``, ``because_plain``, ``fact``, ``unknown``,
    ``and``. Only persons of whom a model spoke have a row: the columns of OUTPUT["because"].
    """
    found: dict[str, list[object]] = {name: [] for name in _BECAUSE}
    planned = np.isin(
        chosen["outcome"], [AgendaOutcome.PLANNED.number, AgendaOutcome.EXPLORED.number]
    )
    planned = planned & np.isin(chosen["debtor_no"], said["debtor_no"])
    place = {int(number): at for at, number in enumerate(said["debtor_no"])}
    for model in _speakers(insight):
        mine = planned & (chosen["channel"] == model.channel.number) if model.channel else planned
        rows = np.array([place[int(n)] for n in chosen["debtor_no"][mine]], dtype=np.int64)
        if model.channel is None:
            # Before something is late, a warning speaks; where a gain is known, it says all.
            known = [m.channel.number for m in _speakers(insight) if m.channel]
            free = ~np.isin(chosen["channel"][mine], known)
            rows = rows[free & ~(said["unpaid_count"][rows] > 0)]
        columns = [said[name][rows] for name in model.features]
        for at, inputs in zip(rows, model.reasons(columns), strict=True):
            _add(found, model, {name: said[name][at] for name in said}, inputs, sentences)
    order = np.argsort(np.array(found["debtor_no"], dtype=np.int64), kind="stable")
    return {name: [values[n] for n in order] for name, values in found.items()}


_BECAUSE = ("debtor_no", "model", "text_en", "text_zh")


def _speakers(insight: Insight) -> list[Model]:
    """Return the models whose answers the agenda weighs."""
    gains = [m for m in insight.models if m.target is Target.GAIN]
    warnings = [m for target in EARLY_WARNINGS if (m := insight.model(target)) is not None]
    return [*gains, *warnings[:1]]


def _add(
    found: dict[str, list[object]],
    model: Model,
    person: Mapping[str, float],
    inputs: tuple[int, ...],
    sentences: Mapping[str, Mapping[str, str]],
) -> None:
    name = f"{model.name} {model.version}"
    found["debtor_no"].append(int(person["debtor_no"]))
    found["model"].append(name)
    for locale, words in sentences.items():
        facts = [
            words["fact"].format(
                about=getattr(model.inputs[at], locale),
                value=_written(person[model.inputs[at].name], words),
            )
            for at in inputs
        ]
        sentence = words["because" if facts else "because_plain"]
        found[f"text_{locale}"].append(sentence.format(model=name, facts=words["and"].join(facts)))


def _written(value: float, words: Mapping[str, str]) -> str:
    if np.isnan(value):
        return words["unknown"]
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"
