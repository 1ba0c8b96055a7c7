"""Whatever somebody owes: all adds up, the dearest first costs least, more is never worse."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.policy.education.plan import DEBTS_MAX, MONTHS_MAX, Debt, Order, pay_off
from tests.property.reference.education import plan_slowly

DEBTS = st.lists(
    st.builds(
        Debt,
        left_minor=st.integers(0, 2_000_000),
        annual_rate_bp=st.one_of(st.just(0), st.integers(1, 4_800)),
        minimum_minor=st.integers(0, 120_000),
    ),
    max_size=DEBTS_MAX,
)
EXTRA = st.integers(0, 200_000)
ORDER = st.sampled_from(Order)


@settings(max_examples=120)
@given(DEBTS, EXTRA, EXTRA, ORDER)
def test_what_is_paid_is_what_was_left_and_the_interest(debts, extra, once, order):
    plan = pay_off(debts, order=order, extra_minor=extra, once_minor=once)
    if plan is None:
        return
    principal = sum(each.left_minor for each in debts)

    assert plan.months <= MONTHS_MAX
    assert plan.paid_minor == principal + plan.interest_minor
    assert plan.interest_minor == sum(each.interest_minor for each in plan.debts)
    assert plan.left_minor[-1] == 0
    assert len(plan.left_minor) == plan.months + 1
    # All that was paid: the months' sums, the last of them only in part.
    most = plan.monthly_minor * plan.months + once
    assert most - plan.monthly_minor - once <= plan.paid_minor <= most or plan.months == 0


@settings(max_examples=200)
@given(DEBTS, EXTRA, EXTRA)
def test_the_dearest_first_never_costs_more_than_the_smallest_first(debts, extra, once):
    dear, small = (
        pay_off(debts, order=each, extra_minor=extra, once_minor=once)
        for each in (Order.DEAREST_FIRST, Order.SMALLEST_FIRST)
    )

    assert dear is not None or small is None
    if dear and small:
        assert dear.interest_minor <= small.interest_minor
        assert dear.months <= small.months


@settings(max_examples=120)
@given(DEBTS, EXTRA, st.integers(1, 50_000), ORDER)
def test_to_pay_more_is_never_worse(debts, extra, more, order):
    less, greater = (pay_off(debts, order=order, extra_minor=e) for e in (extra, extra + more))

    assert less is None or greater is not None
    if less and greater:
        assert greater.interest_minor <= less.interest_minor
        pairs = zip(greater.debts, less.debts, strict=True)
        assert all(one.months <= other.months for one, other in pairs)


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(
            Debt,
            left_minor=st.integers(0, 500_000),
            annual_rate_bp=st.integers(0, 4_800),
            minimum_minor=st.integers(25_000, 120_000),
        ),
        max_size=4,
    ),
    EXTRA,
    ORDER,
)
def test_every_payment_adds_up_as_a_slow_reckoning_says(debts, extra, order):
    plan = pay_off(debts, order=order, extra_minor=extra)
    interest, months = plan_slowly(debts, extra, order)

    assert plan.months == months
    assert abs(plan.interest_minor - interest) <= 0.5
