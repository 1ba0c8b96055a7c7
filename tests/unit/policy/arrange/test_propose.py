"""What can be offered, by hand-reckoned examples; the sums of random ones are a property test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.owed import Ask, CannotAsk, LoanOwed
from forbear.policy.arrange.propose import proposals
from forbear.policy.arrange.word import LeftOut, PlanKind, Target
from forbear.values.day import add_months, day_number
from forbear.values.money import Currency

TERMS = open_arrangements()
TODAY = day_number(date(2026, 11, 25))
FIRST = date(2026, 12, 31)
ASK = Ask(Target.PAYOFF, 30_000, TODAY, day_number(FIRST), day_number(date(2031, 11, 25)))
LOAN = LoanOwed("L-1", "instalment_loan", Currency.CNY, 80_000, 0, 100_000, (), 120_000, 180_000)


def offered(loan: LoanOwed = LOAN, **ask: object):
    return proposals([loan], TERMS, replace(ASK, **ask))


def amounts(made) -> list[int]:
    return [each.amount_minor for each in made.instalments]


class TestEqual:
    def test_takes_as_few_months_as_can_be_afforded_and_rounds_in_the_last(self):
        made = offered().proposals[0]

        assert (made.kind, amounts(made)) == (PlanKind.EQUAL, [25_000, 25_000, 25_000, 25_000])

    def test_ends_with_what_is_left(self):
        made = offered(LOAN._replace(payoff_minor=100_001)).proposals[0]

        assert amounts(made) == [25_100, 25_100, 25_100, 24_701]

    def test_takes_as_many_months_as_are_wanted(self):
        assert amounts(offered(months=10).proposals[0]) == [10_000] * 10

    def test_keeps_its_day_of_the_month(self):
        made = offered(months=3, monthly_minor=50_000).proposals[0]

        days = [day_number(add_months(FIRST, month)) for month in range(3)]
        assert [each.due_day for each in made.instalments] == days


class TestOthers:
    def test_begin_lower_or_later(self):
        found = {made.kind: made for made in offered(months=7).proposals}

        stepped, later = found[PlanKind.STEPPED], found[PlanKind.PAUSE_FIRST]
        assert amounts(stepped)[0] < amounts(stepped)[3] <= amounts(stepped)[-2]
        assert later.instalments[0].due_day == day_number(add_months(FIRST, 2))
        assert {made.total_minor for made in found.values()} == {100_000}


class TestArrears:
    def test_are_paid_beside_the_contracts_own_instalments(self):
        dues = tuple((day_number(date(2026, 12, 10)) + 30 * n, 10_000) for n in range(12))
        made = offered(LOAN._replace(dues=dues), target=Target.ARREARS).proposals[0]

        assert (made.owed_minor, made.regular_minor) == (80_000, 40_000)
        assert made.total_minor == 120_000

    def test_cannot_be_paid_from_less_than_the_contract_asks_for(self):
        dues = tuple((day_number(date(2026, 12, 10)) + 30 * n, 30_000) for n in range(72))
        found = offered(LOAN._replace(dues=dues), target=Target.ARREARS)

        assert found.proposals == ()
        assert dict(found.left_out)[PlanKind.EQUAL] is LeftOut.BELOW_REGULAR
        assert found.needed_minor is not None
        assert found.needed_minor > 30_000


class TestCharges:
    def test_are_simple_agreed_and_never_let_the_debt_grow(self):
        american = LOAN._replace(product="us_personal_loan", currency=Currency.USD)
        made = offered(american, months=4).proposals[0]

        # 12 % a year on what is left, day by day: 36, 31, 28 and 31 days.
        assert not made.frozen
        assert made.instalments[0].charge_minor == 1_183
        assert made.total_minor == 100_000 + made.charge_minor
        assert dict(offered(american).left_out)[PlanKind.PAUSE_FIRST] is LeftOut.NOT_FROZEN

    def test_are_none_where_somebody_lets_them_stand_still(self):
        american = LOAN._replace(product="us_personal_loan", currency=Currency.USD)

        assert offered(american, freeze=True).proposals[0].charge_minor == 0


class TestWaivers:
    LATE = LOAN._replace(penalty_minor=20_000)

    def test_are_the_houses_part_and_then_what_is_asked_for(self):
        assert offered(self.LATE).proposals[0].waived_minor == 10_000
        assert offered(self.LATE, waive_minor=4_000).proposals[0].waived_minor == 14_000

    def test_are_never_more_than_the_penalty(self):
        with pytest.raises(CannotAsk, match="waive_minor"):
            offered(self.LATE, waive_minor=10_001)


class TestQuestions:
    @pytest.mark.parametrize(
        ("loans", "ask", "field"),
        [
            ([], {}, "loans"),
            ([LOAN, LOAN], {}, "loans"),
            ([LOAN, LOAN._replace(loan="L-2", currency=Currency.GBP)], {}, "loans"),
            ([LOAN._replace(product="unheard_of")], {}, "target"),
            (
                [LOAN._replace(product="revolving_credit")],
                {"target": Target.ARREARS},
                "target",
            ),
            ([LOAN], {"first_day": TODAY - 1}, "first_date"),
            ([LOAN], {"first_day": TODAY + 46}, "first_date"),
            ([LOAN], {"months": 0}, "months"),
            ([LOAN], {"months": 10**12}, "months"),
            ([LOAN], {"monthly_minor": -1}, "monthly_minor"),
            ([LOAN], {"waive_minor": -1}, "waive_minor"),
        ],
    )
    def test_that_cannot_be_are_refused_and_named(self, loans, ask, field):
        with pytest.raises(CannotAsk) as refused:
            proposals(loans, TERMS, replace(ASK, **ask))

        assert refused.value.data["field"] == field
        assert refused.value.remedy
        assert refused.value.message_zh != refused.value.message

    def test_that_lead_nowhere_say_what_would_do(self):
        found = offered(LOAN._replace(payoff_minor=10_000_000), monthly_minor=10_000)

        assert {why for _, why in found.left_out} == {LeftOut.TOO_LONG}
        assert found.needed_minor == 169_500
