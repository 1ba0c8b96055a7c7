"""Is each model asked of whom it concerns, and is what it says told in words, with its facts?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forbear.engine.risk.feature import FEATURES
from forbear.engine.risk.hours import percent_of
from forbear.engine.risk.judge import NONE, PPM, Insight, Told, Warned, cite, judge, usable
from forbear.engine.risk.model import Input
from forbear.values.code import AgendaOutcome, Channel
from tests.support.insight import BOUNDS, complain, cure, gain, miss, reach, roll

WARNED = Warned(150_000, 7, (Channel.SMS,))
SENTENCES = {
    "en": {"because": "{model}: {facts}.", "because_plain": "{model}.", "fact": "{about} {value}",
           "unknown": "?", "and": "; ", "foretold": " [{parts}]", "cure": "alone {share}",
           "roll": "older {share}", "reach": "answers {share}",
           "hour": "now {share}", "complain": "complains {share}"},
    "zh": {"because": "{model}：{facts}", "because_plain": "{model}", "fact": "{about}{value}",
           "unknown": "？", "and": "、", "foretold": "[{parts}]", "cure": "自还{share}",
           "roll": "未还{share}", "reach": "应答{share}",
           "hour": "此时{share}", "complain": "投诉{share}"},
}  # fmt: skip
# One who is current, one who is late, one who has nothing more to pay.
SAID = {one.name: np.zeros(3) for one in FEATURES} | {
    "debtor_no": np.array([4.0, 5.0, 9.0]),
    "unpaid_count": np.array([0.0, 2.0, 0.0]),
    "left_count": np.array([3.0, 3.0, 0.0]),
    "late_half_year": np.array([4.0, 4.0, 0.0]),
    "ahead_mean": np.array([np.nan, 2.0, 2.0]),
}
ALL = np.array([True, True, True])
INSIGHT = Insight((gain(Channel.SMS, added=0.1), miss()), WARNED, BOUNDS)


class TestJudge:
    def test_asks_warnings_of_the_current_and_gains_of_all_who_owe(self):
        found = judge(SAID, INSIGHT, near=ALL)

        assert found["debtor_no"].tolist() == [4, 5, 9]
        assert (found["miss_ppm"] == NONE).tolist() == [False, True, True]
        assert (found["gain_sms_ppm"] == NONE).tolist() == [False, False, True]
        assert (found["gain_voice_ppm"] == NONE).all()
        expected = miss().answer([SAID[name][:1] for name in miss().features])[0]
        assert found["miss_ppm"][0] == int(expected * 1e6)

    def test_asks_what_a_contact_adds_only_where_one_may_come_about(self):
        found = judge(SAID, INSIGHT, near=np.array([False, True, True]))

        assert (found["gain_sms_ppm"] == NONE).tolist() == [True, False, True]
        assert (found["miss_ppm"] == NONE).tolist() == [False, True, True]

    def test_takes_harm_for_nothing(self):
        found = judge(SAID, Insight((gain(Channel.SMS, added=-0.2),), WARNED, BOUNDS), near=ALL)

        assert found["gain_sms_ppm"].tolist() == [0, 0, NONE]

    def test_leaves_out_models_whose_features_are_not_there(self):
        odd = replace(miss(), inputs=(*miss().inputs[1:], Input("horoscope", "stars", "星象")))

        assert [one.version for one in usable([miss(2), odd])] == [2]


class TestComplain:
    def test_is_asked_only_where_a_contact_may_come_about(self):
        insight = Insight((complain(),), WARNED, BOUNDS)

        found = judge(SAID, insight, near=np.array([False, True, True]))

        assert (found["complain_ppm"] == NONE).tolist() == [True, False, True]

    @pytest.mark.parametrize(("channel", "times"), [(Channel.VOICE, 2.0), (Channel.SMS, 1.0)])
    def test_is_told_of_the_chosen_channel(self, channel, times):
        insight = Insight((cure(), complain()), WARNED, BOUNDS)
        chosen = {
            "debtor_no": np.array([4, 5, 9]),
            "outcome": np.array([AgendaOutcome.PLANNED.number] * 3),
            "channel": np.array([channel.number] * 3),
            "slot": np.zeros(3, dtype=int),
        }
        risk = judge(SAID, insight, near=ALL)

        texts = cite(Told(SAID, risk), chosen, insight, SENTENCES)["text_en"]

        assert len(texts) == 2
        for text, said in zip(texts, risk["complain_ppm"], strict=False):
            often = min(said * times, BOUNDS.complaint_max_ppm)
            assert text.endswith(f"complains {round(often / 100)}]")

    @pytest.mark.parametrize(
        ("others", "speaks"),
        [((), [4, 5]), ((cure(),), [4]), ((miss(),), [5]), ((cure(), miss()), []),
         ((gain(Channel.SMS, added=0.1),), [])],
    )  # fmt: skip
    def test_speaks_where_no_other_model_does(self, others, speaks):
        insight = Insight((*others, complain()), WARNED, BOUNDS)
        chosen = {
            "debtor_no": np.array([4, 5, 9]),
            "outcome": np.array(
                [AgendaOutcome.PLANNED.number] * 2 + [AgendaOutcome.HELD_OUT.number]
            ),
            "channel": np.array([Channel.SMS.number] * 3),
            "slot": np.zeros(3, dtype=int),
        }

        found = cite(Told(SAID, judge(SAID, insight, near=ALL)), chosen, insight, SENTENCES)

        assert len(set(found["debtor_no"])) == len(found["debtor_no"]) == 2
        by_complaints = [
            debtor
            for debtor, model in zip(found["debtor_no"], found["model"], strict=True)
            if model == "complain 1"
        ]
        assert by_complaints == speaks


class TestReach:
    def test_is_asked_at_the_hours_of_the_slots_and_told_on_average(self):
        models = usable([reach(Channel.VOICE), cure(), roll()])
        early, late = (
            judge(SAID, Insight(models, WARNED, BOUNDS, hours), near=ALL)
            for hours in ((9.0,), (19.0,))
        )
        both = judge(SAID, Insight(models, WARNED, BOUNDS, (9.0, 19.0)), near=ALL)
        column = "reach_voice_ppm"

        assert len(models) == 3
        assert (late[column][:2] > early[column][:2]).all()
        assert abs(both[column][:2] - (late[column][:2] + early[column][:2]) / 2).max() <= 1
        # Of whom nothing is late, paying by themselves is not asked.
        assert (both["cure_ppm"] == NONE).tolist() == [True, False, True]
        assert (both["reach_sms_ppm"] == NONE).all()

    def test_tells_hours_apart_as_far_as_its_card_says(self):
        hours, believed = (9.0, 14.0, 19.0), (850_000, 900_000, 1_100_000)
        found = {}
        for weight in (0.0, 0.5, 1.0):
            models = usable([reach(Channel.VOICE, hours_weight=weight)])
            insight = Insight(models, WARNED, BOUNDS, hours, believed)
            said = judge(SAID, insight, near=ALL)["hours_voice"]
            assert said[2] == NONE  # owes nothing more
            found[weight] = [percent_of(int(said[1]), slot) for slot in range(3)]

        # Nothing known: the house's factors stand alone in the agenda.
        alone = judge(
            SAID,
            Insight(usable([reach(Channel.VOICE)]), WARNED, BOUNDS, hours, believed),
            near=ALL,
        )
        assert (alone["hours_voice"] == NONE).all()
        # All known: mornings and afternoons are alike, as the model says.
        morning, afternoon, evening = found[1.0]
        assert morning == afternoon < 100 < evening
        half = found[0.5]
        assert half[0] < half[1] < half[2]

    def test_takes_more_slots_than_a_code_holds_for_unknown(self):
        models = usable([reach(Channel.VOICE, hours_weight=1.0)])
        many = tuple(float(hour) for hour in range(8, 16))

        found = judge(SAID, Insight(models, WARNED, BOUNDS, many, (PPM,) * 8), near=ALL)

        assert (found["hours_voice"] == NONE).all()
        assert (found["reach_voice_ppm"] >= 0)[:2].all()


class TestCite:
    def cited(self, outcomes: list[AgendaOutcome], channels: list[Channel]) -> dict:
        chosen = {
            "debtor_no": np.array([4, 5, 9]),
            "outcome": np.array([one.number for one in outcomes]),
            "channel": np.array([one.number for one in channels]),
            "slot": np.zeros(3, dtype=int),
        }
        return cite(Told(SAID, judge(SAID, INSIGHT, near=ALL)), chosen, INSIGHT, SENTENCES)

    def test_names_the_gain_of_the_chosen_channel_and_its_facts(self):
        planned = [AgendaOutcome.PLANNED, AgendaOutcome.EXPLORED, AgendaOutcome.HELD_OUT]

        found = self.cited(planned, [Channel.SMS, Channel.VOICE, Channel.SMS])

        # Of the late one, called, no model spoke.
        assert found["debtor_no"] == [4]
        assert found["model"] == ["gain_sms 1"]

    def test_says_of_what_is_late_how_likely_it_is_paid_alone_and_who_answers(self):
        insight = Insight((cure(), roll(), reach(Channel.VOICE)), WARNED, BOUNDS)
        chosen = {
            "debtor_no": np.array([4, 5, 9]),
            "outcome": np.array([AgendaOutcome.PLANNED.number] * 3),
            "channel": np.array([Channel.VOICE.number] * 3),
            "slot": np.ones(3, dtype=int),
        }
        risk = judge(SAID, insight, near=ALL)

        found = cite(Told(SAID, risk), chosen, insight, SENTENCES)

        assert found["debtor_no"] == [5]
        assert found["model"] == ["cure 1"]
        shares = [round(risk[f"{name}_ppm"][1] / 1e4) for name in ("cure", "roll", "reach_voice")]
        said = "; ".join(
            f"{word} {share}"
            for word, share in zip(("alone", "older", "answers"), shares, strict=True)
        )
        assert found["text_en"][0].endswith(f" [{said}]")

    def test_says_how_often_they_answer_at_the_chosen_time_of_day(self):
        models = (cure(), reach(Channel.VOICE, hours_weight=1.0))
        insight = Insight(models, WARNED, BOUNDS, (9.0, 19.0), (PPM, PPM))
        planned = np.array([AgendaOutcome.PLANNED.number] * 3)
        risk = judge(SAID, insight, near=ALL)
        texts = []
        for slot in (0, 1):
            chosen = {"debtor_no": np.array([4, 5, 9]), "outcome": planned,
                      "channel": np.array([Channel.VOICE.number] * 3),
                      "slot": np.full(3, slot)}  # fmt: skip
            texts += cite(Told(SAID, risk), chosen, insight, SENTENCES)["text_en"]

        share = [percent_of(int(risk["hours_voice"][1]), slot) for slot in (0, 1)]
        assert share[0] < 100 < share[1]
        assert all(text.endswith(f"now {one}]") for text, one in zip(texts, share, strict=True))

    def test_names_the_warning_where_no_gain_is_known(self):
        planned = [AgendaOutcome.PLANNED] * 2 + [AgendaOutcome.PRICED_OUT]

        found = self.cited(planned, [Channel.EMAIL, Channel.EMAIL, Channel.EMAIL])

        assert found["model"] == ["miss 1"]
        (text,) = found["text_en"]
        assert text.startswith("miss 1: instalments paid late or not in the last half year 4")
        assert "近半年晚还或未还期数4" in found["text_zh"][0]
