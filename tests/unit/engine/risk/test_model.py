"""Is a model's file the model, and is whatever is not whole refused in words?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from forbear.engine.risk.calibration import Calibration
from forbear.engine.risk.model import (
    Form,
    Input,
    Model,
    ModelInvalid,
    Part,
    checksum_of,
    model_as_text,
    model_of,
)
from forbear.engine.risk.outcome import Target
from forbear.engine.risk.scorecard import Binning, Scorecard
from forbear.values.code import Channel
from tests.unit.engine.risk.test_forest import made

CARD = Scorecard((Binning((1.0,), (0, 40, 5)), Binning((), (0, 0))), -2.0, 20.0)
INPUTS = (Input("late", "late", "晚还", 0.5), Input("age", "age", "年数"))
KNOTS = Calibration((-2.0, 0.0), (0.1, 0.6))


def model(**changed) -> Model:
    facts = {
        "name": "late30", "version": 3, "target": Target.LATE30, "channel": None,
        "form": Form.PROBABILITY, "inputs": INPUTS, "parts": (Part(CARD, KNOTS),),
        "data_sha256": "0" * 64, "card": {"auc": 0.8},
    }  # fmt: skip
    return Model(**{**facts, **changed})


def read(text: str) -> Model:
    return model_of(text, place="late30-3.json")


class TestFile:
    def test_comes_back_as_it_was(self):
        forest, _ = made(2)
        five = tuple(Input(f"f{n}", f"f{n}", f"f{n}") for n in range(5))
        gain = model(
            target=Target.GAIN, channel=Channel.SMS, form=Form.DIFFERENCE, inputs=five,
            parts=(Part(forest), Part(forest, KNOTS)),
        )  # fmt: skip
        for one in (model(), gain):
            text = model_as_text(one)
            assert model_as_text(read(text)) == text
            assert read(text).target is one.target
            assert len(checksum_of(text)) == 64

    def test_is_refused_when_a_digit_was_changed(self):
        text = model_as_text(model()).replace('"version": 3', '"version": 4')

        with pytest.raises(ModelInvalid, match="checksum"):
            read(text)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "not JSON"),
            ("[]", "not a model"),
            ('{"format": "forbear-model", "format_version": 99}', "another version"),
        ],
    )
    def test_is_refused_when_it_is_something_else(self, text, why):
        with pytest.raises(ModelInvalid, match=why) as raised:
            read(text)
        assert raised.value.message_zh != raised.value.message

    @pytest.mark.parametrize(
        "changed",
        [
            {"channel": Channel.SMS},
            {"form": Form.EFFECT},
            {"form": Form.DIFFERENCE},
            {"inputs": INPUTS[:1]},
        ],
    )
    def test_is_refused_when_its_parts_do_not_belong_together(self, changed):
        with pytest.raises(ModelInvalid, match="makes no sense"):
            read(model_as_text(model(**changed)))

    def test_is_plain_json_that_others_can_read(self):
        assert json.loads(model_as_text(model()))["card"] == {"auc": 0.8}


class TestAnswer:
    columns = (np.array([0.0, 5.0, np.nan]), np.array([1.0, 2.0, 3.0]))

    def test_is_the_calibrated_probability(self):
        # Scores -2, 0 and -1.75 lie on the line from (-2, 0.1) to (0, 0.6).
        assert np.allclose(model().answer(self.columns), [0.1, 0.6, 0.1625])

    def test_is_a_difference_where_two_parts_are_told_apart(self):
        level = Part(CARD, Calibration((0.0,), (0.05,)))
        gain = model(
            target=Target.GAIN, channel=Channel.SMS, form=Form.DIFFERENCE,
            parts=(Part(CARD, KNOTS), level),
        )  # fmt: skip

        assert np.allclose(gain.answer(self.columns), [0.05, 0.55, 0.1125])

    def test_gives_the_input_that_sets_a_person_apart(self):
        assert model().reasons(self.columns) == [(), (0,), ()]
