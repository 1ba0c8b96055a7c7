"""Does a gain follow the need, and an effect only as far as lots bear it out?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.engine.risk.blend import Blend, drawn, held_back, sureness, toward, weighed
from forbear.engine.risk.forest import Forest, Tree
from forbear.engine.risk.model import Form, ModelInvalid, Part, model_as_text, model_of
from forbear.values.code import Channel
from tests.support.insight import gain, scorecard

SHARES = st.floats(0, 1)
COLUMNS = [np.array([0.0, 4.0, np.nan]), np.array([0.2, np.nan, 3.0]), np.array([5.0, 50.0, 20.0]),
           np.array([1.0, 0.0, 4.0]), np.array([0.1, 0.9, 0.5])]  # fmt: skip


def of_need(blend: Blend, *, parts: int):
    alone, with_it = Part(scorecard(-1.0)), Part(scorecard(-0.5))
    told = gain(Channel.SMS, added=0.1)
    return replace(told, form=Form.NEED, parts=(alone, with_it)[:parts], blend=blend)


class TestBlend:
    @settings(max_examples=50, deadline=None)
    @given(SHARES, st.floats(-1, 1), st.floats(0, 0.3), st.floats(0, 1), st.floats(1, 5))
    def test_stays_within_its_bounds_and_never_below_nothing(
        self, alone, effect, brought, weight, spread
    ):
        blend = Blend(brought, brought, weight, spread)

        said = blend.answer(np.array([alone]), np.array([effect]))[0]

        plain = brought * (1 - alone)
        assert plain / spread - 1e-12 <= said <= plain * spread + 1e-12

    def test_is_the_plain_need_without_an_effect(self):
        said = Blend(0.05).answer(np.array([0.0, 0.5, 1.0]), None)

        assert said.tolist() == [0.05, 0.025, 0.0]

    @pytest.mark.parametrize("wrong", [(-0.1,), (0.1, 0.1, -1.0), (0.1, 0.1, 0.1, 0.5),
                                       (float("nan"),)])  # fmt: skip
    def test_refuses_what_makes_no_sense(self, wrong):
        with pytest.raises(ValueError, match="no sense"):
            Blend(*wrong)


class TestWeights:
    def test_are_found_with_errors_that_count_a_person_once(self):
        rng = np.random.default_rng(4)
        person = np.repeat(np.arange(4_000.0), 5)
        part = np.repeat(rng.random(4_000), 5)
        noise = np.repeat(rng.normal(size=4_000), 5)

        found = weighed((part,), 0.5 * part + noise, np.ones(20_000), person)
        alone = weighed((part,), 0.5 * part + noise, np.ones(20_000), np.arange(20_000.0))

        assert abs(found.weight[0] - 0.5) < 4 * found.error[0]
        assert found.error[0] == pytest.approx(alone.error[0] * np.sqrt(5), rel=0.01)

    @settings(max_examples=50, deadline=None)
    @given(st.floats(-1, 1), st.floats(0.001, 1))
    def test_are_held_back_the_more_the_less_sure(self, weight, error):
        held = held_back(weight, error)

        assert 0 <= held <= max(weight, 0)
        assert held_back(weight, 2 * error) <= held
        if weight <= error:
            assert held == 0

    @settings(max_examples=50, deadline=None)
    @given(st.floats(0, 1), st.floats(0.001, 1), st.floats(0.001, 1))
    def test_are_drawn_toward_what_was_believed(self, weight, error, believed):
        found = toward(weight, error, believed)

        assert min(weight, believed) - 1e-9 <= found <= max(weight, believed) + 1e-9
        assert toward(weight, error, None) == weight

    @settings(max_examples=50, deadline=None)
    @given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.001, 1))
    def test_are_moved_to_what_some_rows_say_as_far_as_that_is_surely_other(
        self, weight, apart, error
    ):
        found = drawn(weight, apart, error)

        assert min(weight, apart) - 1e-9 <= found <= max(weight, apart) + 1e-9
        assert abs(drawn(weight, apart, 2 * error) - weight) <= abs(found - weight) + 1e-9
        if abs(apart - weight) <= error:
            assert found == weight

    @settings(max_examples=50, deadline=None)
    @given(st.floats(-1, 1), st.floats(0.001, 1))
    def test_count_beside_a_belief_the_more_the_surer_they_are(self, weight, error):
        found = sureness(weight, error)

        assert 0 <= found < 1
        assert sureness(weight, 2 * error) <= found
        assert sureness(error, error) == 0.5

    def test_never_count_where_nothing_was_found(self):
        assert sureness(0.0, 0.1) == sureness(-0.2, 0.1) == 0.0


class TestFile:
    @pytest.mark.parametrize("parts", [1, 2])
    def test_is_read_as_it_was_written(self, parts):
        model = of_need(Blend(0.06, 0.05, 0.4, 3.0), parts=parts)

        read = model_of(model_as_text(model), place="here")

        assert read == model
        assert (read.answer(COLUMNS) == model.answer(COLUMNS)).all()

    def test_says_of_a_share_what_it_says_of_an_effect_for_whoever_never_pays_alone(self):
        told, tree = of_need(Blend(0.06, 0.0, 1.0, 5.0), parts=2), Tree(
            (0,), (2.0,), (True,), (-1,), (-2,), (0.03, 0.09), (10.0, 10.0)
        )  # fmt: skip
        parts = (told.parts[0], Part(Forest((tree,), len(COLUMNS))))

        share = replace(told, form=Form.SHARE, parts=parts)
        read = model_of(model_as_text(share), place="here")

        needs = 1 - parts[0].share(COLUMNS)
        assert read == share
        assert read.answer(COLUMNS) == pytest.approx(needs * [0.03, 0.09, 0.03])

    def test_is_refused_without_its_blend(self):
        with pytest.raises(ModelInvalid, match="blend"):
            model_of(model_as_text(replace(of_need(Blend(0.1), parts=1), blend=None)), place="here")

    def test_gives_as_reason_what_speaks_against_paying_alone(self):
        model = of_need(Blend(0.06), parts=1)

        gains, chance = model.answer(COLUMNS), model.parts[0].share(COLUMNS)

        assert (np.argsort(gains) == np.argsort(-chance)).all()
        assert model.reasons(COLUMNS) != replace(model, form=Form.PROBABILITY, blend=None).reasons(
            COLUMNS
        )
