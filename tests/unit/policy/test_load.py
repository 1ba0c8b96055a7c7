"""Rule files are checked word by word, and a house may only tighten."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.contexts.rulebook.library import open_library
from forbear.policy.kind import KINDS, Kind
from forbear.policy.load import load_rules
from forbear.policy.pack import load_library
from forbear.policy.reading import InvalidRule
from forbear.policy.rule import Basis
from forbear.policy.tighten import LooserThanLaw
from forbear.values.code import Jurisdiction

LAW = """
id: law.hours
kind: contact_window
jurisdiction: CN
sentence: {en: No calls at night., zh: 夜间不打电话。}
channels: [VOICE]
values:
  - effective: 2025-01-01
    verified: 2025-02-01
    basis: S
    parameters: {opens: "08:00", closes: "22:00", unless_consent: NIGHT}
    source: {title: A law, article: "1"}
"""
HOUSE = (
    LAW.replace("law.hours", "house.hours")
    .replace("basis: S", "basis: unverified")
    .replace("channels:", "tightens: law.hours\nchannels:")
)


class TestLoading:
    def test_shipped_rules_load_with_text_in_both_languages_and_a_source(self):
        library = open_library()

        assert {rule.jurisdiction for rule in library.rules} == set(Jurisdiction)
        for rule in library.rules:
            assert rule.text_en
            assert any("\u4e00" <= c <= "\u9fff" for c in rule.text_zh)
            assert rule.source.title
            assert rule.house or rule.basis is not Basis.UNVERIFIED

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("kind: contact_window", "kind: curfew", "hours.yaml:3, kind: 'curfew' is not known"),
            ("CN", "FR", "hours.yaml:4, jurisdiction: 'FR'"),
            ('opens: "08:00", ', "", "values[0].parameters.opens: is missing"),
            ('"08:00"', '"8"', "is not a time of day"),
            ('"22:00"', '"07:00"', "closes: is not after opens"),
            ("channels: [VOICE]", "channels: [FAX]", "channels: 'FAX'"),
            ("basis: S", "basis: unverified", "is unverified, which cannot be law"),
            ("basis: S", "basis: Q", "basis: 'Q' is not known"),
            (
                "effective: 2025-01-01",
                "effective: soon",
                "hours.yaml:8, values[0].effective: 'soon' is not a date",
            ),
            (
                "sentence: {en: No calls at night., zh: 夜间不打电话。}",
                "sentence: {en: x}",
                "sentence.zh: is missing",
            ),
            ("values:", "values: [", "is not YAML"),
        ],
    )
    def test_a_fault_names_file_field_and_remedy(self, old, new, said):
        assert old in LAW
        with pytest.raises(InvalidRule) as caught:
            load_rules({"hours.yaml": LAW.replace(old, new)}, house=False)

        assert said in caught.value.message
        assert caught.value.remedy

    @pytest.mark.parametrize(
        ("old", "new", "line", "field", "said"),
        [
            (
                "    verified",
                "    ends: 2025-06-01\n    verified",
                14,
                "values[1].effective",
                "leaves the days from 2025-06-01 to 2026-06-01 without a value",
            ),
            (
                "    verified",
                "    ends: 2026-07-01\n    verified",
                14,
                "values[1].effective",
                "overlaps the value before it, which ends on 2026-07-01",
            ),
            ("2026-06-01", "2024-06-01", 13, "values[1].effective", "is not after 2025-01-01"),
            ("2026-06-01", "2025-01-01", 13, "values[1].effective", "is not after 2025-01-01"),
        ],
    )
    def test_values_follow_each_other_without_gap_or_overlap(self, old, new, line, field, said):
        later = LAW + LAW.split("values:\n")[1].replace("2025-01-01", "2026-06-01")
        changed = later.replace(old, new, 1)
        assert changed != later

        with pytest.raises(InvalidRule) as caught:
            load_rules({"hours.yaml": changed}, house=False)

        assert said in caught.value.message
        assert caught.value.message.startswith(f"hours.yaml:{line}, {field}: ")
        assert caught.value.remedy
        assert (caught.value.data["file"], caught.value.data["line"]) == ("hours.yaml", line)

    @pytest.mark.parametrize(
        "drop", ["title: A law, ", '    source: {title: A law, article: "1"}\n']
    )
    def test_a_rule_without_a_source_is_refused(self, drop):
        assert drop in LAW
        with pytest.raises(InvalidRule, match=r"hours.yaml:\d+, values\[0\].source.*is missing"):
            load_rules({"hours.yaml": LAW.replace(drop, "")}, house=False)

    def test_a_rule_of_the_house_may_not_take_the_name_of_a_law(self):
        own = HOUSE.replace("house.hours", "law.hours")

        with pytest.raises(InvalidRule, match=r"own.yaml:9: law.hours is a rule of the law"):
            load_library({"law.yaml": LAW}, {"own.yaml": own})

    def test_one_name_stands_in_one_file(self):
        with pytest.raises(InvalidRule, match=r"b.yaml:8: .* already stands in a.yaml:8"):
            load_rules({"a.yaml": LAW, "b.yaml": LAW}, house=False)

    @pytest.mark.parametrize(
        ("parameters", "tighter"),
        [
            ('{opens: "09:00", closes: "21:00"}', True),
            ('{opens: "08:00", closes: "22:00", unless_consent: NIGHT}', True),
            ('{opens: "07:00", closes: "22:00"}', False),
            ('{opens: "08:00", closes: "23:00"}', False),
            ('{opens: "08:00", closes: "22:00", unless_consent: CHANNEL}', False),
        ],
    )
    def test_a_house_may_only_tighten(self, parameters, tighter):
        given = '{opens: "08:00", closes: "22:00", unless_consent: NIGHT}'
        house = {"own.yaml": HOUSE.replace(given, parameters)}

        if tighter:
            assert load_library({"law.yaml": LAW}, house).rules
        else:
            with pytest.raises(
                LooserThanLaw, match=r"own.yaml:9.*the house says \[hours .*the law \[hours"
            ):
                load_library({"law.yaml": LAW}, house)

    def test_tightening_a_law_that_does_not_exist_is_refused(self):
        with pytest.raises(InvalidRule, match="which no law file defines"):
            load_library({}, {"own.yaml": HOUSE})

    def test_the_value_in_force_on_a_day_is_taken(self):
        later = LAW + LAW.split("values:")[1].replace("2025-01-01", "2026-06-01").replace(
            "22:00", "20:00"
        )
        library = load_library({"law.yaml": later}, {})

        def closes(day: date) -> list[int]:
            rules = library.pack(Jurisdiction.CN, as_of=day).rules
            return [rule.parameters.week[0][1] for rule in rules]

        assert closes(date(2024, 1, 1)) == []
        assert closes(date(2026, 5, 31)) == [22 * 60]
        assert closes(date(2026, 6, 1)) == [20 * 60]

    def test_every_kind_has_one_meaning(self):
        assert set(KINDS) == set(Kind)
