"""Random debts, budgets and payments: arrangements add up, keep their bounds, and are kept alike
in whatever order the payments become known."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from forbear.contexts.rulebook.library import open_arrangements, open_living
from forbear.policy.arrange.afford import afford
from forbear.policy.arrange.match import Agreed, Paid, keep
from forbear.policy.arrange.owed import CannotAsk
from forbear.policy.arrange.propose import proposals
from forbear.policy.arrange.word import Every, Keeping, Target
from forbear.values.code import Jurisdiction
from tests.property.reference.arrangement import keep_slowly
from tests.support.arranging import TODAY, some_budget, some_question

DAY_CASES, NIGHT_CASES = 1_000, 10_000
TERMS = open_arrangements()
A_YEAR = {Every.MONTH: 12, Every.FORTNIGHT: 26, Every.WEEK: 52}
STEP = {Every.FORTNIGHT: 14, Every.WEEK: 7}
MOST = {Every.MONTH: 60, Every.FORTNIGHT: 131, Every.WEEK: 262}


def hold_proposals(seed: int) -> int:
    """Hold everything that is offered for one question against the question; return how much."""
    owed, ask = some_question(seed)
    try:
        offered = proposals(owed, TERMS, ask)
    except CannotAsk as refused:
        assert refused.data["field"] in {"months", "target"}, seed
        return 0
    assert offered == proposals(owed, TERMS, ask), seed
    penalty = sum(loan.penalty_minor for loan in owed)
    for made in offered.proposals:
        target = [
            loan.overdue_minor if ask.target is Target.ARREARS else loan.payoff_minor
            for loan in owed
        ]
        amounts = [each.amount_minor for each in made.instalments]
        assert made.owed_minor == sum(target), seed
        assert sum(amounts) == made.total_minor, seed
        asked_meanwhile = sum(
            amount
            for loan in owed
            for day, amount in loan.dues
            if ask.target is Target.ARREARS and day <= made.last_day
        )
        assert made.regular_minor == asked_meanwhile, seed
        assert (
            made.total_minor
            == made.owed_minor - made.waived_minor + made.regular_minor + made.charge_minor
        ), seed
        assert sum(share.amount_minor for share in made.shares) == made.total_minor, seed
        assert ask.waive_minor <= made.waived_minor <= penalty, seed
        assert sum(share.waived_minor for share in made.shares) == made.waived_minor, seed
        assert all(share.waived_minor >= 0 for share in made.shares), seed
        # A year has 12 months, 26 fortnights, 52 weeks: never more in one than is affordable.
        assert max(amounts) * A_YEAR[ask.every] <= 12 * ask.monthly_minor, seed
        days = [each.due_day for each in made.instalments]
        apart = {b - a for a, b in pairwise(days)}
        assert ask.every is Every.MONTH or apart <= {STEP[ask.every]}, seed
        assert min(amounts) > 0, seed
        assert all(each >= TERMS.least_minor[made.currency] for each in amounts[:-1]), seed
        assert made.charge_minor == 0 or not made.frozen, seed
        assert ask.first_day <= made.instalments[0].due_day, seed
        assert made.last_day <= ask.last_day, seed
        assert len(amounts) <= (ask.months or MOST[ask.every]), seed
        left = [each.left_minor for each in made.instalments]
        assert left[-1] == 0, seed
        if not made.frozen:
            owed_then = made.owed_minor - made.waived_minor
            assert [owed_then, *left] == sorted([owed_then, *left], reverse=True), seed
    if offered.needed_minor is not None:
        enough = replace(ask, monthly_minor=offered.needed_minor)
        assert proposals(owed, TERMS, enough).proposals, seed
        step = -(-TERMS.round_to_minor[owed[0].currency] * A_YEAR[ask.every] // 12)
        short = replace(ask, monthly_minor=offered.needed_minor - step)
        assert short.monthly_minor < 0 or not proposals(owed, TERMS, short).proposals, seed
    return len(offered.proposals)


def test_every_arrangement_adds_up_and_keeps_its_bounds():
    assert sum(hold_proposals(seed) for seed in range(DAY_CASES)) > DAY_CASES // 2


@pytest.mark.nightly
def test_every_arrangement_adds_up_and_keeps_its_bounds_ten_thousand_times():
    assert sum(hold_proposals(seed) for seed in range(NIGHT_CASES)) > NIGHT_CASES // 2


def test_what_is_affordable_adds_up_and_leaves_what_is_protected():
    for seed in range(DAY_CASES):
        budget = some_budget(seed)
        protected = open_living().protected(
            Jurisdiction.CN, None, adults=budget.adults, children=budget.children, on=TODAY
        )
        found = afford(budget, protected, owed_minor=500_000, keep_back_percent=10)
        assert found.monthly_minor >= 0, seed
        assert sum(step.change_minor for step in found.steps) == found.monthly_minor, seed
        assert found.steps[-1].left_minor == found.monthly_minor, seed
        assert found.leads_to_hardship == (found.monthly_minor == 0), seed
        if budget.tells_income:
            income = found.steps[0].change_minor
            assert found.monthly_minor <= max(0, income - protected.floor_minor), seed
        if budget.can_pay_month_minor is not None:
            assert found.monthly_minor <= budget.can_pay_month_minor, seed


def some_kept(seed: int) -> tuple[list[Agreed], list[Paid], int]:
    """Return instalments, payments and a day on which to look."""
    lot = random.Random(seed)
    day, agreed = 100 + lot.randint(0, 20), []
    for _ in range(lot.randint(1, 8)):
        amount = lot.randint(1, 12)
        agreed.append(Agreed(day, amount, lot.choice([0, 0, lot.randint(0, amount)])))
        day += lot.choice([1, 7, 30, 31])
    payments = [
        Paid(lot.randint(80, day + 40), lot.randint(1, 14)) for _ in range(lot.randint(0, 9))
    ]
    if lot.random() < 0.4:
        # As agreed, or nearly.
        payments = [Paid(each.due_day + lot.randint(-9, 6), each.amount_minor) for each in agreed]
    return agreed, payments, lot.randint(100, day + 60)


def test_is_kept_alike_in_every_order_and_by_a_slow_twin():
    seen = set()
    for seed in range(DAY_CASES * 3):
        agreed, payments, as_of = some_kept(seed)
        rules = {"signed_day": 100, "grace_days": seed % 4, "broken_after_days": 4 + seed % 20}
        found = keep(agreed, payments, **rules, as_of_day=as_of)
        seen.add(found.state)
        assert found == keep_slowly(agreed, payments, **rules, as_of_day=as_of), seed
        shuffled = random.Random(-seed).sample(payments, len(payments))
        assert keep(agreed, shuffled, **rules, as_of_day=as_of) == found, seed
    assert seen == set(Keeping)


def test_a_day_later_never_unsays_what_was_broken_or_completed():
    for seed in range(DAY_CASES // 2):
        agreed, payments, as_of = some_kept(seed)
        rules = {"signed_day": 100, "grace_days": 2, "broken_after_days": 9}
        ended = {Keeping.BROKEN, Keeping.COMPLETED}
        first = keep(agreed, payments, **rules, as_of_day=as_of)
        later = keep(agreed, payments, **rules, as_of_day=as_of + 400)
        if first.state in ended:
            assert later.state is first.state, seed
        assert later.state in ended, seed
