"""What do the models that count say of each person tonight, and how is that put into words?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forbear.engine.risk.feature import FEATURES, HOUR_FEATURE
from forbear.engine.risk.hours import SLOTS_MAX, code_of, percent_of, weight_of
from forbear.engine.risk.model import Model
from forbear.engine.risk.outcome import EARLY_WARNINGS, OF_CONTACTS, Target, concerned
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


REACH_CHANNELS = tuple(channel for channel in GAIN_CHANNELS if channel is not Channel.LETTER)


def reach_column(channel: Channel) -> str:
    """Return the column of ``risk`` that says how likely the person answers a channel."""
    return f"reach_{channel.value.lower()}_ppm"


def hours_column(channel: Channel) -> str:
    """Return the column of ``risk`` that says when in the day the person answers a channel."""
    return f"hours_{channel.value.lower()}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far what was measured may move the house's tables, in parts per million.

    Pairs are the least and the most times that a table's chance may become: of whoever was warned
    of, by need, and by how likely the person answers. ``gain_rise_max_ppm`` is the most that a
    measured gain may raise it, ``gain_weight_max_ppm`` the most that it weighs beside it.
    ``roll_worth_ppm``: how much more an amount is worth that surely grows older than one that
    surely does not. ``complaint_minor``: what one complaint costs, in the reporting currency;
    ``complaint_max_ppm``: the likeliest that one is taken to be after a contact.
    """

    warned_ppm: tuple[int, int]
    need_ppm: tuple[int, int]
    reach_ppm: tuple[int, int]
    gain_rise_max_ppm: int
    roll_worth_ppm: int
    gain_weight_max_ppm: int
    complaint_minor: int
    complaint_max_ppm: int


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
    bounds: Bounds
    hours: tuple[float, ...] = (12.0,)
    """The middle of each slot, in hours of the person's day; at them a call's answer is asked."""
    slot_ppm: tuple[int, ...] = ()
    """What the house believes of each slot; none: hours are not told apart."""

    def model(self, target: Target, channel: Channel | None = None) -> Model | None:
        """Return the model of a target; None when none counts."""
        for model in self.models:
            if model.target is target and model.channel is channel:
                return model
        return None


def usable(models: Sequence[Model]) -> tuple[Model, ...]:
    """Return those models whose features the night has."""
    names = {feature.name for feature in FEATURES}
    return tuple(
        model
        for model in models
        if set(model.features) - ({HOUR_FEATURE} if model.target is Target.REACH else set())
        <= names
    )


def judge(
    said: Mapping[str, Reals], insight: Insight, *, near: NDArray[np.bool_]
) -> dict[str, Integers]:
    """Ask every model; ``said`` holds the columns of ``feature``, missing as NaN.

    What comes of a contact is asked only of whom one may be about today: of ``near``, one a person.

    Returns the columns of OUTPUT["risk"], in the order of the persons. A gain below nothing counts
    as nothing: whom a contact would rather harm is not worth it.
    """
    numbers = said["debtor_no"].astype(np.int64)
    unpaid, coming = said["unpaid_count"] > 0, said["left_count"] > 0
    found = {name: np.full(len(numbers), NONE, dtype=np.int64) for name in risk_columns()}
    found["debtor_no"] = numbers
    theirs: dict[Target, _Theirs] = {}
    for model in insight.models:
        if model.target not in theirs:
            asked = concerned(model.target, unpaid=unpaid, coming=coming)
            about = asked & near if model.target in OF_CONTACTS else asked
            theirs[model.target] = _Theirs(said, about)
        here = theirs[model.target]
        those, rows = here.those, here.rows
        if model.target is Target.REACH and model.channel is not None:
            by_slot = _by_slot(model, here, insight.hours)
            answer = sum(by_slot, np.zeros(rows)) / max(len(by_slot), 1)
            weight = weight_of(model)
            if weight > 0 and len(by_slot) == len(insight.slot_ppm) <= SLOTS_MAX:
                code = code_of(by_slot, insight.slot_ppm, weight=weight)
                found[hours_column(model.channel)][those] = code
        else:
            answer = model.answer([here[name] for name in model.features])
        found[_column_of(model)][those] = np.floor(np.clip(answer, 0.0, 1.0) * PPM)
    return found


class _Theirs(dict[str, Reals]):
    """What is said of some of the persons, a column at a time, each cut once."""

    def __init__(self, said: Mapping[str, Reals], those: NDArray[np.bool_]) -> None:
        super().__init__()
        self.said, self.those, self.rows = said, those, int(those.sum())

    def __missing__(self, name: str) -> Reals:
        self[name] = self.said[name][self.those]
        return self[name]


def gain_eighths(model: Model, bounds: Bounds) -> int:
    """Return what a measured gain weighs beside the house's table, in eighths, from 0 to 7.

    As sure as its card says that it is; a half where the card does not say.
    """
    sure = float(dict(model.card.get("blend") or {}).get("sure", 0.5))
    return min(int(min(sure, bounds.gain_weight_max_ppm / PPM) * 8), 7)


def complaint_times_ppm(model: Model) -> dict[Channel, int]:
    """Return how much more often a contact by each channel is complained of than by the usual one.

    In parts per million, as its card says; channels that it does not name count as the usual one.
    """
    told = dict(model.card.get("channels") or {})
    return {
        channel: round(float(told[channel.value]["times"]) * PPM)
        for channel in GAIN_CHANNELS
        if channel.value in told
    }


def _by_slot(model: Model, here: _Theirs, hours: Sequence[float]) -> list[Reals]:
    """Return how likely each person answers at the hour of each of the day's slots."""
    found = []
    for hour in hours:
        now = np.full(here.rows, float(hour))
        asked = [now if name == HOUR_FEATURE else here[name] for name in model.features]
        found.append(model.answer(asked))
    return found


def _column_of(model: Model) -> str:
    if model.channel is None:
        return SAID[model.target]
    named = reach_column if model.target is Target.REACH else gain_column
    return named(model.channel)


def risk_columns() -> tuple[str, ...]:
    """Return the columns of ``risk``, in order."""
    reach = (reach_column(channel) for channel in REACH_CHANNELS)
    hours = (hours_column(channel) for channel in REACH_CHANNELS)
    gain = (gain_column(channel) for channel in GAIN_CHANNELS)
    return ("debtor_no", *SAID.values(), *reach, *hours, *gain)


class _Row(NamedTuple):
    """One person's row of many columns, of which few are read."""

    columns: Mapping[str, Reals]
    at: int

    def value(self, name: str, missing: float = np.nan) -> float:
        """Return the value of a column; ``missing`` where there is no such column."""
        return float(self.columns[name][self.at]) if name in self.columns else missing


@dataclass(frozen=True, slots=True)
class Told:
    """The columns of ``feature`` (missing as NaN) and of ``risk``, of the same persons in order."""

    said: Mapping[str, Reals]
    risk: Mapping[str, Reals]


def cite(
    told: Told,
    chosen: Mapping[str, Integers],
    insight: Insight,
    sentences: Mapping[str, Mapping[str, str]],
) -> dict[str, list[object]]:
    """Say for everybody on the agenda which model spoke and which facts said most of it.

    ``chosen`` has the assignment's debtor_no and outcome, and the chosen option's channel and slot;
    ``sentences`` by language the words of the section ``model``. Only persons of whom a model spoke
    have a row: the columns of OUTPUT["because"]. What was foretold of them ends it.
    """
    said = told.said
    found: dict[str, list[object]] = {name: [] for name in _BECAUSE}
    planned = np.isin(
        chosen["outcome"], [AgendaOutcome.PLANNED.number, AgendaOutcome.EXPLORED.number]
    )
    planned = planned & np.isin(chosen["debtor_no"], said["debtor_no"])
    place = {int(number): at for at, number in enumerate(said["debtor_no"])}
    channels, slots = chosen["channel"], chosen["slot"]
    known = [m.channel.number for m in insight.models if m.target is Target.GAIN and m.channel]
    for model in _speakers(insight):
        mine = planned & (channels == model.channel.number) if model.channel else planned
        rows = np.array([place[int(n)] for n in chosen["debtor_no"][mine]], dtype=np.int64)
        ways, when = channels[mine], slots[mine]
        if model.channel is None:
            # Where a gain is known, it says all.
            late = said["unpaid_count"][rows] > 0
            asked = told.risk[SAID[model.target]][rows] != NONE
            kept = ~np.isin(ways, known) & asked & _left_to(model, late, insight)
            rows, ways, when = rows[kept], ways[kept], when[kept]
        columns = [said[name][rows] for name in model.features]
        for at, way, slot, inputs in zip(rows, ways, when, model.reasons(columns), strict=True):
            person, risk = _Row(said, at), _Row(told.risk, at)
            foretold = (
                _foretold(risk, int(way))
                | _complains(risk, int(way), insight)
                | _at_hour(risk, int(way), int(slot))
            )
            _add(found, model, person, inputs, foretold, sentences)
    order = np.argsort(np.array(found["debtor_no"], dtype=np.int64), kind="stable")
    return {name: [values[n] for n in order] for name, values in found.items()}


def _foretold(risk: _Row, way: int) -> dict[str, int]:
    """Return by the name of its words what is foretold, in percent, of what is late."""
    columns = {"cure": SAID[Target.CURE], "roll": SAID[Target.ROLL]}
    for channel in REACH_CHANNELS:
        if channel.number == way:
            columns["reach"] = reach_column(channel)
    said = {name: risk.value(column, NONE) for name, column in columns.items()}
    return {name: round(value * 100 / PPM) for name, value in said.items() if value >= 0}


def _complains(risk: _Row, way: int, insight: Insight) -> dict[str, int]:
    """Return how many of 10,000 such contacts are complained of, as far as they are a cost."""
    said, model = risk.value(SAID[Target.COMPLAIN], NONE), insight.model(Target.COMPLAIN)
    if said < 0 or model is None:
        return {}
    times = {channel.number: ppm for channel, ppm in complaint_times_ppm(model).items()}
    often = min(said * times.get(way, PPM) / PPM, insight.bounds.complaint_max_ppm)
    return {"complain": round(often * 10_000 / PPM)}


def _at_hour(risk: _Row, way: int, slot: int) -> dict[str, int]:
    """Return how often the person answers in the chosen slot, in percent of the day's mean."""
    for channel in REACH_CHANNELS:
        if channel.number == way and (code := int(risk.value(hours_column(channel), NONE))) >= 0:
            return {"hour": percent_of(code, slot)}
    return {}


_BECAUSE = ("debtor_no", "model", "text_en", "text_zh")


def _speakers(insight: Insight) -> list[Model]:
    """Return the models whose answers the agenda weighs."""
    gains = [m for m in insight.models if m.target is Target.GAIN]
    warnings = [m for target in EARLY_WARNINGS if (m := insight.model(target)) is not None]
    others = [m for target in (Target.CURE, Target.COMPLAIN) if (m := insight.model(target))]
    return [*gains, *warnings[:1], *others]


def _left_to(model: Model, late: NDArray[np.bool_], insight: Insight) -> NDArray[np.bool_]:
    """Tell of whom a model speaks where no gain is known, by whether something of theirs is late.

    Of the late how likely they pay by themselves; of the others a warning; else of complaints.
    """
    if model.target is Target.CURE:
        return late
    if model.target in EARLY_WARNINGS:
        return ~late
    warned = any(insight.model(target) for target in EARLY_WARNINGS)
    spoken: NDArray[np.bool_] = np.where(late, insight.model(Target.CURE) is not None, warned)
    return ~spoken


def _add(
    found: dict[str, list[object]],
    model: Model,
    person: _Row,
    inputs: tuple[int, ...],
    foretold: Mapping[str, int],
    sentences: Mapping[str, Mapping[str, str]],
) -> None:
    name = f"{model.name} {model.version}"
    found["debtor_no"].append(int(person.value("debtor_no")))
    found["model"].append(name)
    for locale, words in sentences.items():
        facts = [
            words["fact"].format(
                about=getattr(model.inputs[at], locale),
                value=_written(person.value(model.inputs[at].name), words),
            )
            for at in inputs
        ]
        sentence = words["because" if facts else "because_plain"]
        text = sentence.format(model=name, facts=words["and"].join(facts))
        parts = [words[about].format(share=share) for about, share in foretold.items()]
        if parts:
            text += words["foretold"].format(parts=words["and"].join(parts))
        found[f"text_{locale}"].append(text)


def _written(value: float, words: Mapping[str, str]) -> str:
    if isnan(value):
        return words["unknown"]
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"
