"""What is a model as a file: what it says, of whom, from which features, and is it whole?

A model is one JSON document. Its checksum covers everything else in it, so that a changed digit is
found before anybody is contacted by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.engine.risk.because import chosen, contributions
from forbear.engine.risk.blend import Blend, blend_as_data, blend_of
from forbear.engine.risk.calibration import Calibration, calibration_as_data, calibration_of
from forbear.engine.risk.forest import Forest, forest_as_data, forest_of
from forbear.engine.risk.logistic import probability
from forbear.engine.risk.outcome import Target
from forbear.engine.risk.scorecard import Scorecard, scorecard_as_data, scorecard_of
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput

Reals = NDArray[np.float64]

FORMAT = "forbear-model"
FORMAT_VERSION = 1


class ModelInvalid(InvalidInput):
    """A model file cannot be used."""

    code = "MODEL_INVALID"


class Form(StrEnum):
    """How a model's parts make its answer."""

    PROBABILITY = "PROBABILITY"
    """One part, calibrated."""
    DIFFERENCE = "DIFFERENCE"
    """Two parts: the probability with the contact less the one without."""
    EFFECT = "EFFECT"
    """One part that says directly by how much a contact changes the probability."""
    NEED = "NEED"
    """What a contact brings of whoever does not pay alone: a part for paying alone, and perhaps one
    for the measured effect, put together by ``blend``. A second scorecard is the probability with
    the contact, and the effect is what that adds; a forest is the effect itself."""
    SHARE = "SHARE"
    """The same, and a forest is the share of the need that a contact brings of this very person."""


_BLENDED = (Form.NEED, Form.SHARE)


@dataclass(frozen=True)
class Part:
    """A scorer, and how its score becomes a probability (None: by the logistic curve)."""

    scorer: Scorecard | Forest
    calibration: Calibration | None = None

    def share(self, columns: Sequence[Reals], *, workers: int = 1) -> Reals:
        """Return each row's probability."""
        score = self.scorer.score(columns, workers=workers)
        return probability(score) if self.calibration is None else self.calibration.share_of(score)


@dataclass(frozen=True, slots=True)
class Input:
    """A feature as the model knew it: its name, its words, and what it adds on average."""

    name: str
    en: str
    zh: str
    usual: float = 0.0


@dataclass(frozen=True)
class Model:
    """A model of one target, for one channel where the target asks for one."""

    name: str
    version: int
    target: Target
    channel: Channel | None
    form: Form
    inputs: tuple[Input, ...]
    parts: tuple[Part, ...]
    data_sha256: str
    card: Mapping[str, Any]
    """Figures and limits for people: what it was learned from, how good it is, whom it may fail."""
    blend: Blend | None = None
    """For NEED and SHARE alone."""

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features, in order."""
        return tuple(one.name for one in self.inputs)

    def answer(self, columns: Sequence[Reals], *, workers: int = 1) -> Reals:
        """Return each row's probability, or by how much a contact changes it."""
        match self.form:
            case Form.PROBABILITY:
                return self.parts[0].share(columns, workers=workers)
            case Form.DIFFERENCE:
                with_it, without = (part.share(columns, workers=workers) for part in self.parts)
                return with_it - without
            case Form.EFFECT:
                said = self.parts[0].scorer.score(columns, workers=workers)
                calibration = self.parts[0].calibration
                return said if calibration is None else calibration.share_of(said)
            case Form.NEED | Form.SHARE:
                return self._of_need(columns, workers=workers)

    def _of_need(self, columns: Sequence[Reals], *, workers: int) -> Reals:
        assert self.blend is not None  # reading has seen to it
        alone = self.parts[0].share(columns, workers=workers)
        if len(self.parts) == 1:
            return self.blend.answer(alone, None)
        effect = effect_of(self.parts[1], alone, columns, form=self.form, workers=workers)
        return self.blend.answer(alone, effect)

    def reasons(self, columns: Sequence[Reals]) -> list[tuple[int, ...]]:
        """Return for each row the positions of the inputs that say most of its answer."""
        added = contributions(self.parts[0].scorer, columns)
        usual = np.array([one.usual for one in self.inputs])
        if self.form in _BLENDED:
            return chosen(-added, -usual)  # what speaks against paying alone is the need
        if self.form is Form.DIFFERENCE:
            added = added - contributions(self.parts[1].scorer, columns)
        return chosen(added, usual)


def effect_of(
    part: Part, alone: Reals, columns: Sequence[Reals], *, form: Form, workers: int = 1
) -> Reals:
    """Return the effect that the second part of a NEED or SHARE says, beside who pays alone."""
    if isinstance(part.scorer, Scorecard):
        return part.share(columns, workers=workers) - alone
    said = part.scorer.score(columns, workers=workers)
    return said * (1.0 - alone) if form is Form.SHARE else said


# --------------------------------------------------------------------------------------------
# As a file
# --------------------------------------------------------------------------------------------


def model_as_text(model: Model) -> str:
    """Write a model; equal models give equal bytes."""
    body = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": model.name,
        "version": model.version,
        "target": model.target.value,
        "channel": model.channel.value if model.channel else None,
        "form": model.form.value,
        "data_sha256": model.data_sha256,
        "inputs": [
            {"name": i.name, "en": i.en, "zh": i.zh, "usual": i.usual} for i in model.inputs
        ],
        "parts": [_part_as_data(part) for part in model.parts],
        "card": model.card,
    }
    if model.blend is not None:
        body["blend"] = blend_as_data(model.blend)
    whole = {**body, "checksum": _checksum(body)}
    return (
        json.dumps(whole, indent=None, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"
    )


def model_of(text: str, *, place: str) -> Model:
    """Read a model and see that it is whole, of this version, and makes sense.

    Raises:
        ModelInvalid: it is not; the message says what is wrong with it.
    """
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        raise _wrong(place, "it is not JSON", "它不是 JSON") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _wrong(place, "it is not a model", "它不是模型")
    if found.get("format_version") != FORMAT_VERSION:
        raise _wrong(place, "it was written by another version", "它由其他版本写成")
    told = found.pop("checksum", None)
    if told != _checksum(found):
        raise _wrong(place, "its checksum does not fit", "校验和不符")
    try:
        return _model(found)
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(place, f"a part of it makes no sense ({error})", "内容有误") from error


def checksum_of(text: str) -> str:
    """Return the checksum that a model's text carries; it names exactly this model."""
    return str(json.loads(text)["checksum"])


def _checksum(body: Mapping[str, Any]) -> str:
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _part_as_data(part: Part) -> dict[str, Any]:
    kind = "scorecard" if isinstance(part.scorer, Scorecard) else "forest"
    scorer = (
        scorecard_as_data(part.scorer)
        if isinstance(part.scorer, Scorecard)
        else forest_as_data(part.scorer)
    )
    found = part.calibration
    return {
        "kind": kind,
        "scorer": scorer,
        "calibration": calibration_as_data(found) if found else None,
    }


def _part(data: Mapping[str, Any], *, inputs: int) -> Part:
    scorer: Scorecard | Forest
    match data["kind"]:
        case "scorecard":
            scorer = scorecard_of(data["scorer"])
            asked = len(scorer.binnings)
        case "forest":
            scorer = forest_of(data["scorer"])
            asked = scorer.features
        case kind:
            raise ValueError(f"there is no scorer {kind}")
    if asked != inputs:
        raise ValueError("a part asks for other features than the model lists")
    told = data["calibration"]
    return Part(scorer, calibration_of(told) if told else None)


_PARTS = {Form.PROBABILITY: (1,), Form.DIFFERENCE: (2,), Form.EFFECT: (1,), Form.NEED: (1, 2),
          Form.SHARE: (1, 2)}  # fmt: skip


def _model(data: Mapping[str, Any]) -> Model:
    inputs = tuple(
        Input(str(i["name"]), str(i["en"]), str(i["zh"]), float(i["usual"])) for i in data["inputs"]
    )
    parts = tuple(_part(each, inputs=len(inputs)) for each in data["parts"])
    form = Form(data["form"])
    if len(parts) not in _PARTS[form] or not inputs:
        raise ValueError("its parts do not fit its form")
    if ("blend" in data) != (form in _BLENDED):
        raise ValueError("its blend does not fit its form")
    target = Target(data["target"])
    channel = Channel(data["channel"]) if data["channel"] else None
    if (channel is not None) != (target in (Target.GAIN, Target.REACH)):
        raise ValueError("its channel does not fit its target")
    if form is not Form.PROBABILITY and target is not Target.GAIN:
        raise ValueError("its form does not fit its target")
    return Model(
        name=str(data["name"]),
        version=int(data["version"]),
        target=target,
        channel=channel,
        form=form,
        inputs=inputs,
        parts=parts,
        data_sha256=str(data["data_sha256"]),
        card=dict(data["card"]),
        blend=blend_of(data["blend"]) if form in _BLENDED else None,
    )


def _wrong(place: str, what: str, what_zh: str) -> ModelInvalid:
    return ModelInvalid(
        f"The model {place} cannot be used: {what}.",
        remedy="Train it anew, or go back to an earlier one: forbear models rollback",
        message_zh=f"模型 {place} 不能使用：{what_zh}。",
        remedy_zh="请重新训练，或回退到先前的模型：forbear models rollback",
        place=place,
    )
