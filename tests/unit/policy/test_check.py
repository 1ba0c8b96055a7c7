"""What a library that loads may still lack is said with its place and its remedy."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.policy.check import Severity, check
from forbear.policy.pack import load_library
from tests.unit.policy.test_load import HOUSE, LAW

AS_OF = date(2026, 1, 31)
LAW = LAW.replace('article: "1"}', 'article: "1", address: example.org}').replace(
    "values:", "rows: [CN-01]\nvalues:"
)


def _remarks(law: str, house: str = "", *, as_of: date = AS_OF):
    library = load_library({"law.yaml": law}, {"own.yaml": house} if house else {})
    return {remark.code: remark for remark in check(library, cases=(), coverage=(), as_of=as_of)}


class TestCheck:
    @pytest.mark.parametrize(
        ("as_of", "warned"), [(date(2026, 2, 1), False), (date(2026, 2, 2), True)]
    )
    def test_a_rule_verified_more_than_a_year_ago_is_warned_of(self, as_of, warned):
        """It was verified on 1 February 2025."""
        found = _remarks(LAW, as_of=as_of).get("OLD_VERIFICATION")

        assert (found is not None) is warned
        if found:
            assert found.severity is Severity.WARNING
            assert found.place == "law.yaml:9"
            assert "2025-02-01, 366 days ago" in found.text_en
            assert "verified" in found.remedy_en
            assert "verified" in found.remedy_zh

    def test_a_rule_that_refuses_nothing_by_itself_is_named_with_the_one_that_does(self):
        found = _remarks(LAW, HOUSE.replace("tightens: law.hours\n", ""))["NEVER_ALONE"]

        assert found.severity is Severity.NOTE
        assert "house.hours" in found.text_en
        assert "law.hours" in found.text_en
        assert found.remedy_en

    def test_a_value_that_ended_without_another_is_warned_of(self):
        ended = LAW.replace("    verified:", "    ends: 2025-12-01\n    verified:")

        found = _remarks(ended)["ENDED"]

        assert found.severity is Severity.WARNING
        assert "no value since 2025-12-01" in found.text_en

    def test_a_law_without_an_address_is_an_error(self):
        found = _remarks(LAW.replace(", address: example.org", ""))["NO_ADDRESS"]

        assert (found.severity, found.place) == (Severity.ERROR, "law.yaml:9")

    def test_a_rule_without_a_worked_case_is_warned_of(self):
        assert _remarks(LAW)["NO_CASE"].severity is Severity.WARNING

    def test_a_law_that_rests_on_no_collected_fact_is_an_error(self):
        found = _remarks(LAW)["WEAK_LAW"]

        assert found.severity is Severity.ERROR
        assert "CN-01" in found.text_en
