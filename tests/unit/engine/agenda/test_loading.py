"""Are mistakes in the agenda's settings and words found and named?"""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import policy_texts
from forbear.engine.agenda import load_settings, load_words
from forbear.engine.agenda.loading import AgendaSettingsInvalid
from forbear.engine.agenda.words import AgendaWordsInvalid
from forbear.values.code import Channel
from tests.support.agenda_house import DEMO, TEXTS

REASONS = policy_texts("messages/reasons")


def _changed(name: str, old: str, new: str) -> dict[str, str]:
    assert old in TEXTS[name]
    return {**TEXTS, name: TEXTS[name].replace(old, new, 1)}


class TestLoadSettings:
    def test_reads_the_demo_lender(self):
        assert [slot.name for slot in DEMO.slots] == ["morning", "afternoon", "evening"]
        assert DEMO.slots[0].seconds == 3 * 3600
        assert DEMO.terms(Channel.VOICE).seconds == 300
        assert DEMO.team_number("shantou") == 3
        assert DEMO.team_number("atlantis") is None

    def test_every_mainland_province_has_a_local_team(self):
        served = {province for team in DEMO.teams for province in team.provinces}

        assert {"11", "15", "31", "44", "50", "54", "61", "65"} <= served
        assert len([province for province in served if province.isdigit()]) == 31

    @pytest.mark.parametrize(
        ("name", "old", "new", "message"),
        [
            (
                "agenda.yaml",
                "hold_out_ppm: 20000",
                "hold_out_ppm: 2000000",
                "agenda.yaml: lots: hold_out_ppm: 2000000 lies outside 0 to 1000000",
            ),
            (
                "agenda.yaml",
                "due_soon_days: 3",
                "due_soon_days: 3.5",
                "agenda.yaml: candidates: due_soon_days: a whole number is expected",
            ),
            (
                "agenda.yaml",
                "start_minute: 540",
                "start_minute: 940",
                "agenda.yaml: slots[0]: the slot ends before it starts",
            ),
            (
                "agenda.yaml",
                "name: afternoon",
                "name: morning",
                "agenda.yaml: slots: morning stands twice",
            ),
            (
                "agenda.yaml",
                "GBP: 9200000",
                "EUR: 9200000",
                "agenda.yaml: reporting: rates_ppm: GBP is missing",
            ),
            (
                "agenda.yaml",
                "currency: CNY",
                "currency: XAU",
                "agenda.yaml: reporting: XAU is not known",
            ),
            (
                "agenda.yaml",
                "  BOT: {cost_minor",
                "  FAX: {cost_minor",
                "agenda.yaml: channels: FAX: FAX is not known",
            ),
            (
                "agenda.yaml",
                "seconds: 300, budget: null",
                "seconds: 300, budget: 5",
                "agenda.yaml: channels: VOICE: both seats and a budget limit it",
            ),
            (
                "teams.yaml",
                "seats: [16, 20, 12]",
                "seats: [16, 20]",
                "teams.yaml: teams[0]: seats names 2 numbers",
            ),
            (
                "teams.yaml",
                'provinces: ["51"]',
                "provinces: [51]",
                "teams.yaml: teams[0]: provinces: 51 is not a text",
            ),
            (
                "teams.yaml",
                "dialects: [MIN]",
                "dialects: [KLINGON]",
                "teams.yaml: teams[3]: KLINGON is not known",
            ),
            (
                "teams.yaml",
                "reserve: true",
                "reserve: perhaps",
                "teams.yaml: teams[9]: reserve: true or false is expected",
            ),
            ("teams.yaml", "teams:", "teams: [", "teams.yaml: not readable YAML"),
        ],
    )
    def test_names_the_place_of_a_mistake(self, name, old, new, message):
        with pytest.raises(AgendaSettingsInvalid) as caught:
            load_settings(_changed(name, old, new))

        assert caught.value.message.startswith(message)
        assert caught.value.remedy

    def test_names_a_file_that_is_missing(self):
        with pytest.raises(AgendaSettingsInvalid, match=r"teams.yaml: the file is missing"):
            load_settings({"agenda.yaml": TEXTS["agenda.yaml"]})


class TestLoadWords:
    def test_says_the_same_things_in_both_languages(self):
        english, chinese = load_words(REASONS)

        assert english.sentences.keys() == chinese.sentences.keys()
        assert all(ord(letter) < 0x2000 for text in english.sentences.values() for letter in text)

    def test_finds_a_sentence_that_asks_for_an_unknown_fact(self):
        broken = REASONS["en.yaml"].replace("{bucket}", "{salary}", 1)

        with pytest.raises(AgendaWordsInvalid, match=r"situation.overdue asks for salary"):
            load_words({**REASONS, "en.yaml": broken})

    def test_finds_a_sentence_that_is_missing(self):
        broken = REASONS["zh.yaml"].replace("  VISIT:", "  VISITS:")

        with pytest.raises(AgendaWordsInvalid, match=r"channel.VISIT is missing"):
            load_words({**REASONS, "zh.yaml": broken})
