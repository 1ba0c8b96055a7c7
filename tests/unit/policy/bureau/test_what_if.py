"""What will be reported if it is paid so: true, calm, and without a guess?"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date

import pytest

from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.contexts.rulebook.library import open_products, pack_in_force
from forbear.policy.bureau.line import history_of, line_of
from forbear.policy.bureau.what_if import CannotAsk, Consequences, MonthToCome, consequences
from forbear.policy.debt.facts import Instalment, LoanFacts, Posting
from forbear.policy.debt.projection import PlannedPayment
from forbear.values.code import Jurisdiction, LoanState, Purpose
from forbear.values.day import day_number

TODAY = date(2026, 11, 25)
CN = open_bureaus()["CN_CREDIT"]
TERMS = open_products()["instalment_loan"]
FACTS = LoanFacts(
    loan_id="L-1",
    product="instalment_loan",
    currency="CNY",
    disbursed_day=day_number(date(2026, 8, 6)),
    principal_minor=120_000,
    annual_rate_bp=1_200,
    state=LoanState.OPEN,
    instalments=tuple(
        Instalment(day_number(date(2026, month, 6)), 40_000, 1_000, 0) for month in (9, 10, 11)
    ),
    postings=(),
    pauses=(),
)
PRESSING = re.compile(
    r"score|rating|refus|blacklist|reject|will not lend|评分|拒贷|黑名单|失信|影响贷款|后果自负",
    re.IGNORECASE,
)


def asked(*payments: PlannedPayment, months: int = 4) -> Consequences:
    pack = pack_in_force(Jurisdiction.CN, TODAY)
    told = {"said_day": None, "today": TODAY, "months": months}
    return consequences(FACTS, TERMS, CN, pack, payments, **told)


def paid(day: date, minor: int, purpose: Purpose = Purpose.SCHEDULE) -> PlannedPayment:
    return PlannedPayment(day_number(day), minor, purpose)


WHOLE = (
    paid(date(2026, 12, 5), 123_000),
    paid(date(2026, 12, 5), 10_000, Purpose.PENALTY),
)


class TestAnswer:
    def test_is_what_would_then_be_reported(self):
        plan = paid(date(2026, 12, 5), 41_000)
        then = replace(FACTS, postings=(Posting("x", plan.day, plan.day, plan.amount_minor),))
        history = history_of(then, TERMS, said_day=None)

        found = asked(plan)

        assert [each.line for each in found.months] == [
            line_of(history, CN, each.month) for each in found.months
        ]

    def test_of_nothing_gets_no_end(self):
        found = asked()

        assert [each.line.code for each in found.months] == ["3", "4", "5", "6"]
        assert {each.gone_date for each in found.months} == {None}
        assert found.sources == ()

    def test_of_paying_all_names_the_day_and_the_law(self):
        first, second, *later = asked(*WHOLE).months

        assert (first.line.code, first.gone_date) == ("3", date(2031, 12, 5))
        assert "2031-12-05" in first.words.zh
        assert second.line.code == "C"
        assert [each.line for each in later] == [None, None]
        assert [about.rule_id for about in asked(*WHOLE).sources] == ["cn.credit.keep"]

    def test_of_paying_all_but_the_penalty_does_not_say_that_it_is_over(self):
        assert asked(WHOLE[0]).months[1].line.code == "*"

    def test_names_the_day_of_the_report(self):
        assert [each.goes_date for each in asked(months=2).months] == [
            date(2026, 12, 5),
            date(2027, 1, 5),
        ]


class TestWords:
    def test_press_nobody_and_foretell_nothing(self):
        for found in (asked(), asked(*WHOLE)):
            for said in [*(each.words for each in found.months), *found.notes]:
                assert not PRESSING.search(said.en + said.zh)
                assert said.en != said.zh

    def test_hold_no_number_of_a_person(self):
        names = {field.name for kind in (Consequences, MonthToCome) for field in fields(kind)}

        assert not any("score" in name or "chance" in name for name in names)


class TestRefused:
    @pytest.mark.parametrize(
        ("payments", "months"),
        [
            ((), 0),
            ((), 61),
            ((paid(date(2026, 11, 24), 1),), 1),
            ((paid(TODAY, 1),) * 121, 1),
        ],
    )
    def test_beyond_what_can_be_answered(self, payments, months):
        with pytest.raises(CannotAsk) as refused:
            asked(*payments, months=months)

        assert refused.value.message_zh != refused.value.message
