"""What a person can pay, by hand-reckoned examples."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.contexts.rulebook.library import open_living
from forbear.policy.arrange.afford import (
    Budget,
    Income,
    InvalidBudget,
    OtherDebt,
    Outgoing,
    afford,
)
from forbear.policy.arrange.living import Protected, load_living
from forbear.policy.arrange.word import (
    CautionCode,
    Every,
    IncomeKind,
    OutgoingKind,
    StepCode,
)
from forbear.policy.reading import InvalidRule
from forbear.values.code import Jurisdiction
from forbear.values.money import Currency

LIVING = Protected(
    150_000, Currency.CNY, frozenset({OutgoingKind.FOOD, OutgoingKind.UTILITIES}), "P", "a table"
)


def reckon(*, owed: int = 1_000_000, keep_back: int = 10, **told: object):
    return afford(
        Budget(Currency.CNY, **told), LIVING, owed_minor=owed, keep_back_percent=keep_back
    )


def steps(found) -> list[tuple[str, int]]:
    return [(step.code.value, step.change_minor) for step in found.steps]


class TestSteps:
    def test_go_from_income_to_what_is_left(self):
        found = reckon(
            incomes=(Income(IncomeKind.WAGE, 500_000),),
            outgoings=(
                Outgoing(OutgoingKind.FOOD, 90_000),
                Outgoing(OutgoingKind.HOUSING, 200_000),
            ),
        )

        assert steps(found) == [
            ("INCOME", 500_000),
            ("LIVING", -150_000),
            ("OUTGOINGS", -200_000),
            ("KEPT_BACK", -15_000),
        ]
        assert found.monthly_minor == 135_000

    def test_turn_weeks_and_fortnights_into_months_for_the_persons_good(self):
        found = reckon(
            keep_back=0,
            incomes=(Income(IncomeKind.WAGE, 100_001, Every.FORTNIGHT),),
            outgoings=(Outgoing(OutgoingKind.FOOD, 40_000, Every.WEEK),),
        )

        # 26 fortnights over 12 months rounded down, 52 weeks rounded up.
        assert steps(found)[:2] == [("INCOME", 216_668), ("LIVING", -173_334)]

    def test_take_what_is_told_for_living_where_it_is_more_than_is_protected(self):
        found = reckon(income_month_minor=500_000, outgoing_month_minor=240_000)

        assert steps(found)[1] == ("LIVING", -240_000)
        assert CautionCode.LIVING_RAISED not in {each.code for each in found.cautions}

    def test_leave_other_lenders_their_share_by_what_is_owed(self):
        found = reckon(
            keep_back=0,
            owed=1_000_000,
            income_month_minor=250_000,
            debts=(OtherDebt(90_000, owed_minor=3_000_000),),
        )

        # Three quarters of 1,000.00 would be theirs, and they ask for 900.00.
        assert steps(found)[-1] == ("OTHER_DEBTS", -75_000)
        assert found.monthly_minor == 25_000

    def test_pay_other_lenders_first_where_what_is_owed_to_them_is_not_known(self):
        found = reckon(
            keep_back=0, income_month_minor=250_000, debts=(OtherDebt(90_000), OtherDebt(1))
        )

        assert found.monthly_minor == 9_999
        assert CautionCode.OTHERS_WHOLE in {each.code for each in found.cautions}


class TestNothing:
    @pytest.mark.parametrize("income", [0, 149_999, 150_000])
    def test_is_affordable_from_what_living_takes(self, income):
        found = reckon(income_month_minor=income)

        assert found.monthly_minor == 0
        assert found.leads_to_hardship
        assert found.cautions[-1].code is CautionCode.NOTHING_AFFORDABLE
        assert "hardship" in found.cautions[-1].en


class TestOnlyTheirWord:
    def test_counts_and_is_marked(self):
        found = reckon(can_pay_month_minor=30_000)

        assert (found.monthly_minor, found.checked) == (30_000, False)
        assert steps(found) == [("SAID", 30_000)]

    def test_counts_where_it_is_less_than_is_left(self):
        found = reckon(income_month_minor=500_000, can_pay_month_minor=30_000)

        assert (found.monthly_minor, found.steps[-1].code) == (30_000, StepCode.SAID)

    def test_never_reaches_into_what_is_protected(self):
        found = reckon(income_month_minor=160_000, can_pay_month_minor=90_000, keep_back=0)

        assert found.monthly_minor == 10_000
        assert CautionCode.SAID_MORE in {each.code for each in found.cautions}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "can_pay_month_minor"),
        ({"income_month_minor": -1}, "income_month_minor"),
        ({"incomes": (Income(IncomeKind.WAGE, 10**12),)}, "incomes"),
        ({"income_month_minor": 1, "debts": (OtherDebt(-5),)}, "debts"),
        ({"income_month_minor": 1, "adults": 0}, "adults"),
        ({"income_month_minor": 1, "children": 99}, "adults"),
        (
            {"income_month_minor": 1, "incomes": (Income(IncomeKind.WAGE, 1),)},
            "income_month_minor",
        ),
    ],
)
def test_a_budget_that_cannot_be_is_refused_and_named(told, field):
    with pytest.raises(InvalidBudget) as refused:
        Budget(Currency.CNY, **told)

    assert refused.value.data["field"] == field
    assert refused.value.remedy
    assert refused.value.message_zh != refused.value.message


def test_a_budget_in_another_currency_is_refused():
    with pytest.raises(InvalidBudget, match="cost of living"):
        afford(
            Budget(Currency.USD, income_month_minor=1), LIVING, owed_minor=1, keep_back_percent=0
        )


class TestProtectedLiving:
    def test_grows_with_the_household_and_differs_by_region(self):
        living = open_living()
        day = date(2026, 11, 25)
        costs = [
            living.protected(Jurisdiction.CN, region, adults=adults, children=children, on=day)
            for region, adults, children in (("43", 1, 0), ("43", 2, 1), ("31", 1, 0))
        ]

        assert costs[0].floor_minor < costs[2].floor_minor < costs[1].floor_minor
        assert {each.basis for each in costs} == {"unverified"}

    def test_may_be_raised_by_a_house_and_never_lowered(self):
        table = """
jurisdiction: CN
currency: CNY
sentence: {en: a, zh: b}
covers: [FOOD]
values:
  - {effective: 2026-01-01, verified: 2026-01-01, basis: P, source: a table,
     everywhere: {person: PERSON, adult: 10, child: 5}}
"""
        base = {"cn.yaml": table.replace("PERSON", "100")}
        raised = load_living(base, {"cn.yaml": table.replace("PERSON", "140")})

        found = raised.protected(Jurisdiction.CN, None, adults=2, children=2, on=date(2026, 5, 1))
        assert found.floor_minor == 160
        with pytest.raises(InvalidRule, match="lower the floor"):
            load_living(base, {"cn.yaml": table.replace("PERSON", "99")})
