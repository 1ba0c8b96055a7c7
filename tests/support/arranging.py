"""Random debts, budgets and payments for tests of arrangements; everything is invented."""

from __future__ import annotations

import random
from datetime import date

from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.afford import Budget, Income, OtherDebt, Outgoing
from forbear.policy.arrange.owed import Ask, LoanOwed
from forbear.policy.arrange.word import Every, IncomeKind, OutgoingKind, Target
from forbear.values.day import add_months, day_number
from forbear.values.money import Currency

TODAY = date(2026, 11, 25)
_PRODUCTS = {
    Currency.CNY: ("instalment_loan", "merchant_instalment"),
    Currency.USD: ("us_personal_loan",),
    Currency.GBP: ("uk_personal_loan",),
}


def some_loan(lot: random.Random, currency: Currency, name: str) -> LoanOwed:
    """Return what one loan owes today, with what its contract asks for later."""
    penalty = lot.choice([0, lot.randint(1, 80_000)])
    overdue = penalty + lot.choice([0, 1, lot.randint(1, 3_000_000)])
    regular = lot.choice([0, lot.randint(1, 200_000)])
    first = day_number(TODAY) + lot.randint(0, 31)
    dues = tuple((first + 30 * month, regular) for month in range(lot.randint(0, 36)) if regular)
    return LoanOwed(
        loan=name,
        product=lot.choice(_PRODUCTS[currency]),
        currency=currency,
        overdue_minor=overdue,
        penalty_minor=penalty,
        payoff_minor=overdue + sum(amount for _, amount in dues) * lot.randint(80, 100) // 100,
        dues=dues,
        contract_ppm=lot.choice([0, 60_000, 150_000, 235_000]),
        penalty_ppm=lot.choice([0, 90_000, 360_000]),
    )


def some_question(seed: int) -> tuple[list[LoanOwed], Ask]:
    """Return one to three loans, and what is asked for about them."""
    lot = random.Random(seed)
    currency = lot.choice(list(Currency))
    loans = [some_loan(lot, currency, f"L{n}") for n in range(lot.choice([1, 1, 1, 2, 3]))]
    house = open_arrangements().products
    waivable = sum(
        loan.penalty_minor - loan.penalty_minor * house[loan.product].waive_penalty_percent // 100
        for loan in loans
    )
    today = day_number(TODAY)
    ask = Ask(
        target=lot.choice(list(Target)),
        monthly_minor=lot.choice(
            [0, lot.randint(1, 10_000), lot.randint(5_000, 600_000), lot.randint(1, 4_000_000)]
        ),
        today=today,
        first_day=today + lot.randint(0, 45),
        last_day=day_number(add_months(TODAY, 60)),
        months=lot.choice([None, None, None, lot.randint(1, 22)]),
        waive_minor=lot.choice([0, 0, lot.randint(0, waivable)]),
        freeze=lot.random() < 0.2,
        every=lot.choice([Every.MONTH, Every.MONTH, Every.FORTNIGHT, Every.WEEK]),
    )
    return loans, ask


def some_budget(seed: int) -> Budget:
    """Return what a person may tell: lines, totals, or only what they can pay."""
    lot = random.Random(seed)
    every = lambda: lot.choice(list(Every))  # noqa: E731
    amount = lambda most: lot.choice([0, lot.randint(0, most)])  # noqa: E731
    total = lot.random() < 0.3
    incomes = tuple(
        Income(lot.choice(list(IncomeKind)), amount(600_000), every())
        for _ in range(lot.randint(1, 3))
    )
    outgoings = tuple(
        Outgoing(kind, amount(150_000), every())
        for kind in lot.sample(list(OutgoingKind), lot.randint(0, 8))
    )
    debts = tuple(
        OtherDebt(amount(200_000), every(), lot.choice([None, amount(5_000_000)]))
        for _ in range(lot.choice([0, 0, 1, 3]))
    )
    only_said = lot.random() < 0.15
    return Budget(
        currency=Currency.CNY,
        incomes=() if total or only_said else incomes,
        outgoings=() if total else outgoings,
        debts=debts,
        adults=lot.randint(1, 4),
        children=lot.randint(0, 4),
        income_month_minor=amount(2_000_000) if total and not only_said else None,
        outgoing_month_minor=amount(900_000) if total else None,
        can_pay_month_minor=lot.randint(0, 800_000) if only_said or lot.random() < 0.4 else None,
    )
