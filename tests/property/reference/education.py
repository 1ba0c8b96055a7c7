"""A plan of payment, reckoned slowly in fractions, month by month and debt by debt."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from forbear.policy.education.plan import Debt, Order


def plan_slowly(debts: Sequence[Debt], extra_minor: int, order: Order) -> tuple[Fraction, int]:
    """Return the interest of a plan that ends, and the months it takes."""
    left = [Fraction(each.left_minor) for each in debts]
    monthly = sum(each.minimum_minor for each in debts) + extra_minor
    paid, months = Fraction(), 0
    by = sorted(range(len(debts)), key=lambda at: _key(debts[at], order))
    while any(left):
        months += 1
        pairs = list(zip(left, debts, strict=True))
        left = [amount + amount * debt.annual_rate_bp / 10_000 / 12 for amount, debt in pairs]
        rest = Fraction(monthly)
        for at, least in [
            *((at, debts[at].minimum_minor) for at in by),
            *((at, None) for at in by),
        ]:
            given = min(left[at], rest, rest if least is None else Fraction(least))
            left[at], rest = left[at] - given, rest - given
        paid += monthly - rest
    return paid - sum(each.left_minor for each in debts), months


def _key(debt: Debt, order: Order) -> tuple[int, int]:
    if order is Order.DEAREST_FIRST:
        return -debt.annual_rate_bp, debt.left_minor
    return debt.left_minor, -debt.annual_rate_bp
