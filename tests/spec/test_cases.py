"""Every worked case of the shipped rules holds, and every rule has one."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.contexts.rulebook.library import open_library, policy_texts
from forbear.policy.case import CaseFails, check_case, load_cases

LIBRARY = open_library()
CASES = load_cases(policy_texts("cases"))


class TestCases:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name_en}")
    def test_the_rule_says_what_the_case_expects(self, case):
        check_case(LIBRARY, case)

    def test_every_rule_has_a_case_that_refuses_or_reckons(self):
        told = {case.rule for case in CASES if case.then not in {"allowed", "not asked"}}

        assert {rule.id for rule in LIBRARY.rules} - told == set()

    def test_every_rule_that_can_refuse_has_a_case_that_allows(self):
        refused = {case.rule for case in CASES if case.then == "refused"}
        allowed = {case.rule for case in CASES if case.then == "allowed"}

        assert refused - allowed == set()

    def test_no_two_cases_of_a_rule_have_one_name(self):
        names = [(case.rule, case.name_en) for case in CASES]

        assert len(names) == len(set(names))


class TestFailing:
    def test_a_case_that_expects_the_wrong_thing_is_named_with_file_and_line(self):
        text = """cases:
  - rule: cn.hours.gbt
    name: {en: "wrong", zh: "错"}
    given: {now: "2026-11-24T12:00:00+08:00"}
    then: refused
"""
        (case,) = load_cases({"wrong.yaml": text})

        with pytest.raises(CaseFails, match=r"wrong.yaml:2: cn.hours.gbt.*expected refused"):
            check_case(LIBRARY, case)

    def test_the_calendars_reach_beyond_next_year(self):
        today = max(rule.verified for rule in LIBRARY.rules)

        assert date(today.year, 12, 31) <= date.fromordinal(
            min(c.last_day for c in LIBRARY.shelf.calendars.values()) + date(1970, 1, 1).toordinal()
        )
