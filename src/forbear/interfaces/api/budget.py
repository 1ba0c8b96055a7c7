"""How does a system tell what comes in and goes out each month?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from forbear.interfaces.api.field import Amount, Sent
from forbear.policy.arrange.afford import (
    LINES_MAX,
    PERSONS_MAX,
    Budget,
    Income,
    OtherDebt,
    Outgoing,
)
from forbear.policy.arrange.word import Every, IncomeKind, OutgoingKind
from forbear.values.money import Currency


class IncomeSent(Sent):
    """What comes in, and how often."""

    kind: IncomeKind
    amount_minor: Amount
    every: Every = Every.MONTH


class OutgoingSent(Sent):
    """What must go out, and how often."""

    kind: OutgoingKind
    amount_minor: Amount
    every: Every = Every.MONTH


class OtherDebtSent(Sent):
    """What another lender asks for; ``owed_minor`` null: not known."""

    asked_minor: Amount
    every: Every = Every.MONTH
    owed_minor: Amount | None = None


class BudgetSent(Sent):
    """What a person tells: lines, or totals, or only what they can pay a month.

    ``adults`` counts the person. Nothing of it is kept but what can be paid in the end.
    """

    currency: Currency
    incomes: Annotated[tuple[IncomeSent, ...], Field(max_length=LINES_MAX)] = ()
    outgoings: Annotated[tuple[OutgoingSent, ...], Field(max_length=LINES_MAX)] = ()
    debts: Annotated[tuple[OtherDebtSent, ...], Field(max_length=LINES_MAX)] = ()
    adults: Annotated[int, Field(strict=True, ge=1, le=PERSONS_MAX)] = 1
    children: Annotated[int, Field(strict=True, ge=0, le=PERSONS_MAX)] = 0
    income_month_minor: Amount | None = None
    outgoing_month_minor: Amount | None = None
    can_pay_month_minor: Amount | None = None

    def budget(self) -> Budget:
        """Return it as the rules see it.

        Raises:
            InvalidBudget: it cannot be reckoned with.
        """
        return Budget(
            currency=self.currency,
            incomes=tuple(Income(e.kind, e.amount_minor, e.every) for e in self.incomes),
            outgoings=tuple(Outgoing(e.kind, e.amount_minor, e.every) for e in self.outgoings),
            debts=tuple(OtherDebt(e.asked_minor, e.every, e.owed_minor) for e in self.debts),
            adults=self.adults,
            children=self.children,
            income_month_minor=self.income_month_minor,
            outgoing_month_minor=self.outgoing_month_minor,
            can_pay_month_minor=self.can_pay_month_minor,
        )
