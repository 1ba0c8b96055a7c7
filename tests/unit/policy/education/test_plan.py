"""When debts end and what that costs adds up, in every order and to the minor unit."""

from __future__ import annotations

from fractions import Fraction

import pytest

from forbear.policy.education.month import Month
from forbear.policy.education.plan import (
    DEBTS_MAX,
    Debt,
    InvalidPlan,
    Order,
    PaidOff,
    pay_off,
)
from tests.property.reference.education import plan_slowly

DEAR, SMALL = Order


def test_a_debt_without_interest_ends_when_it_is_divided_up():
    plan = pay_off([Debt(100_000, 0, 30_000)], order=DEAR)

    assert plan.debts == (PaidOff(months=4, interest_minor=0),)
    assert plan.left_minor == (100_000, 70_000, 40_000, 10_000, 0)


def test_interest_comes_before_the_payment():
    # 10,000.00 at 12 % a year bears 100.00 in the month; all of it is then paid.
    plan = pay_off([Debt(1_000_000, 1_200, 2_000_000)], order=DEAR)

    assert (plan.months, plan.interest_minor, plan.paid_minor) == (1, 10_000, 1_010_000)


def test_what_is_told_is_rounded_once_and_half_up():
    # 0.50 at 12 % a year bears half a minor unit.
    assert pay_off([Debt(50, 1_200, 100)], order=DEAR).interest_minor == 1
    assert pay_off([Debt(49, 1_200, 100)], order=DEAR).interest_minor == 0


def test_the_dearest_first_costs_less_and_the_smallest_first_is_done_with_one_sooner():
    debts = [Debt(2_000_000, 2_400, 50_000), Debt(300_000, 600, 10_000)]
    dear, small = (pay_off(debts, order=each, extra_minor=40_000) for each in Order)

    assert dear.interest_minor < small.interest_minor
    assert small.debts[1].months < dear.debts[1].months
    assert dear.debts[0].months < small.debts[0].months
    assert dear.monthly_minor == small.monthly_minor == 100_000


def test_what_a_debt_no_longer_needs_goes_to_the_next():
    debts = [Debt(10_000, 0, 5_000), Debt(100_000, 0, 10_000)]

    plan = pay_off(debts, order=SMALL)

    # 15,000 a month from first to last: 110,000 take eight months, not ten.
    assert [each.months for each in plan.debts] == [2, 8]


def test_a_minimum_below_the_interest_never_ends_and_says_so():
    debt = Debt(1_000_000, 3_600, 30_000)

    assert debt.first_interest_minor == 30_000
    assert debt.stands_still
    assert pay_off([debt], order=DEAR) is None
    assert not Debt(1_000_000, 3_600, 30_001).stands_still
    assert pay_off([debt], order=DEAR, extra_minor=20_000) is not None


def test_a_sum_paid_at_once_is_paid_before_any_interest():
    debt = Debt(100_000, 1_200, 10_000)

    assert pay_off([debt], order=DEAR, once_minor=100_000).interest_minor == 0
    assert pay_off([debt], order=DEAR, once_minor=100_000).months == 0
    without, with_it = (pay_off([debt], order=DEAR, once_minor=each) for each in (0, 50_000))
    assert with_it.interest_minor < without.interest_minor


def test_another_rate_is_another_cost():
    costs = [
        pay_off([Debt(1_000_000, rate, 40_000)], order=DEAR).interest_minor
        for rate in (0, 600, 1_200, 2_400)
    ]

    assert costs[0] == 0
    assert costs == sorted(set(costs))


def test_nothing_owed_is_nothing_to_pay():
    plan = pay_off([], order=DEAR)

    assert (plan.months, plan.paid_minor, plan.left_minor) == (0, 0, (0,))


@pytest.mark.parametrize("bad", [(-1, 0, 0), (1, -1, 0), (1, 0, -1), (10**10, 0, 0), (1, 10**6, 0)])
def test_figures_out_of_bounds_are_refused_in_both_languages(bad):
    with pytest.raises(InvalidPlan) as refused:
        Debt(*bad)

    assert refused.value.remedy
    assert refused.value.data["message_zh"]


def test_too_many_debts_are_refused():
    with pytest.raises(InvalidPlan):
        pay_off([Debt(1, 0, 1)] * (DEBTS_MAX + 1), order=DEAR)


def test_a_month_tells_what_is_left():
    assert Month(500_000, 350_000, 80_000).left_minor == 70_000
    assert Month(300_000, 350_000).after_needs_minor == -50_000


@pytest.mark.parametrize("order", Order)
def test_a_plan_is_what_a_slow_reckoning_in_fractions_says(order):
    debts = [Debt(123_457, 1_799, 4_321), Debt(98_765, 2_350, 3_333), Debt(50_001, 0, 1_000)]

    plan = pay_off(debts, order=order, extra_minor=777)
    interest, months = plan_slowly(debts, 777, order)

    assert plan.months == months
    assert abs(plan.interest_minor - interest) <= Fraction(1, 2)
