"""When is each debt paid, and what does it cost, if so much is paid each month in some order?

Each month interest comes first: what is left times the yearly rate over twelve. Then every debt
gets its minimum, or what is left of it, and the rest of the month's sum goes to the first debt in
the order, then to the next. The month's sum stays the same until the last month. All of it is
reckoned in whole numbers without rounding; only what is told is rounded, once, half up, so paying
the dearest first never comes out dearer, not by one minor unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forbear.values.code import Code
from forbear.values.errors import InvalidInput
from forbear.values.money import AMOUNT_MINOR_MAX, Rounding, divide

DEBTS_MAX = 8
MONTHS_MAX = 600
"""Fifty years: a plan that takes longer is told as one that does not end."""
RATE_BP_MAX = 100_000
_PER = 12 * 10_000
"""A month's interest is ``left * rate_bp / _PER``."""


class InvalidPlan(InvalidInput):
    """What was said of debts and payments cannot be reckoned with."""

    code = "INVALID_PLAN"


class Order(Code):
    """Which debt gets what is left after the minimums."""

    DEAREST_FIRST = "DEAREST_FIRST"
    """The highest rate first, also called avalanche; it costs the least."""
    SMALLEST_FIRST = "SMALLEST_FIRST"
    """The smallest debt first, also called snowball; one is done with sooner."""


@dataclass(frozen=True, slots=True)
class Debt:
    """One debt: what is left in minor units, the yearly rate, the least to pay each month.

    Raises:
        InvalidPlan: a figure is negative or out of bounds.
    """

    left_minor: int
    annual_rate_bp: int
    minimum_minor: int

    def __post_init__(self) -> None:
        for name, most in (
            ("left_minor", AMOUNT_MINOR_MAX),
            ("annual_rate_bp", RATE_BP_MAX),
            ("minimum_minor", AMOUNT_MINOR_MAX),
        ):
            _bounded(name, getattr(self, name), most)

    @property
    def first_interest_minor(self) -> int:
        """The interest of the first month, rounded half up."""
        return divide(self.left_minor * self.annual_rate_bp, _PER, Rounding.HALF_UP)

    @property
    def stands_still(self) -> bool:
        """The minimum does not even cover the interest: it alone never ends the debt."""
        return self.left_minor > 0 and (
            self.minimum_minor * _PER <= self.left_minor * self.annual_rate_bp
        )


@dataclass(frozen=True, slots=True)
class PaidOff:
    """How one debt ends: after so many months, with so much interest."""

    months: int
    interest_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How all debts end. ``paid_minor`` is what was left at first and ``interest_minor``.

    ``debts`` stand in the order in which they were given, and their interest sums up to the whole.
    ``left_minor``: what is left of all of them today, after what is paid at once, then after each
    month.
    """

    order: Order
    monthly_minor: int
    months: int
    interest_minor: int
    paid_minor: int
    debts: tuple[PaidOff, ...]
    left_minor: tuple[int, ...]


def pay_off(
    debts: Sequence[Debt], *, order: Order, extra_minor: int = 0, once_minor: int = 0
) -> Plan | None:
    """Return how debts end if the minimums and ``extra_minor`` are paid each month.

    ``once_minor`` is paid beforehand, today. None: the debts do not end within ``MONTHS_MAX``.

    Raises:
        InvalidPlan: there are too many debts, or an amount is out of bounds.
    """
    if len(debts) > DEBTS_MAX:
        raise InvalidPlan(
            f"There are {len(debts)} debts.",
            remedy=f"Give {DEBTS_MAX} at most; add up what is alike.",
            message_zh=f"共有 {len(debts)} 笔欠款。",
            remedy_zh=f"最多 {DEBTS_MAX} 笔；请合并同类项。",
        )
    for name, amount in (("extra_minor", extra_minor), ("once_minor", once_minor)):
        _bounded(name, amount, AMOUNT_MINOR_MAX)
    reckoning = _Reckoning(debts, order, extra_minor)
    reckoning.pay(once_minor, minimums=False)
    reckoning.note()
    while reckoning.owes and reckoning.months < MONTHS_MAX:
        reckoning.a_month()
    return None if reckoning.owes else reckoning.told()


class _Reckoning:
    """Every figure is a whole number of minor units over ``scale``, which grows each month."""

    def __init__(self, debts: Sequence[Debt], order: Order, extra_minor: int) -> None:
        self.debts, self.order = debts, order
        self.queue = sorted(range(len(debts)), key=lambda at: _rank(debts[at], order, at))
        self.monthly = sum(debt.minimum_minor for debt in debts) + extra_minor
        self.scale, self.months = 1, 0
        self.left = [debt.left_minor for debt in debts]
        self.paid = [0] * len(debts)
        self.ended: list[int] = [0] * len(debts)
        self.line: list[int] = []

    @property
    def owes(self) -> bool:
        return any(self.left)

    def a_month(self) -> None:
        self.months += 1
        self.scale *= _PER
        self.paid = [paid * _PER for paid in self.paid]
        pairs = zip(self.left, self.debts, strict=True)
        self.left = [left * (_PER + debt.annual_rate_bp) for left, debt in pairs]
        self.pay(self.monthly, minimums=True)
        self.note()

    def note(self) -> None:
        self.line.append(divide(sum(self.left), self.scale, Rounding.HALF_UP))

    def pay(self, amount_minor: int, *, minimums: bool) -> None:
        """Pay an amount: first each minimum, then along the order."""
        rest = amount_minor * self.scale
        if minimums:
            for at, debt in enumerate(self.debts):
                rest -= self._to(at, min(rest, debt.minimum_minor * self.scale))
        for at in self.queue:
            rest -= self._to(at, rest)

    def _to(self, at: int, amount: int) -> int:
        given = min(amount, self.left[at])
        if given:
            self.left[at] -= given
            self.paid[at] += given
            self.ended[at] = self.months
        return given

    def told(self) -> Plan:
        """Return what is told, with the one rounding; parts sum up to the whole."""
        interest = [
            paid - debt.left_minor * self.scale
            for paid, debt in zip(self.paid, self.debts, strict=True)
        ]
        whole = divide(sum(interest), self.scale, Rounding.HALF_UP)
        parts = [divide(each, self.scale, Rounding.DOWN) for each in interest]
        # Whose part was cut most gets the minor units that the cuts left over, one each.
        by_cut = sorted(range(len(parts)), key=lambda at: (-(interest[at] % self.scale), at))
        for at in by_cut[: whole - sum(parts)]:
            parts[at] += 1
        return Plan(
            order=self.order,
            monthly_minor=self.monthly,
            months=self.months,
            interest_minor=whole,
            paid_minor=sum(debt.left_minor for debt in self.debts) + whole,
            debts=tuple(PaidOff(end, part) for end, part in zip(self.ended, parts, strict=True)),
            left_minor=tuple(self.line),
        )


def _rank(debt: Debt, order: Order, at: int) -> tuple[int, int, int]:
    if order is Order.DEAREST_FIRST:
        return (-debt.annual_rate_bp, debt.left_minor, at)
    return (debt.left_minor, -debt.annual_rate_bp, at)


def _bounded(name: str, amount: int, most: int) -> None:
    if not 0 <= amount <= most:
        raise InvalidPlan(
            f"{name} is negative or out of bounds.",
            remedy=f"Give a whole number from 0 to {most}.",
            message_zh=f"{name} 为负或超出范围。",
            remedy_zh=f"请填写 0 至 {most} 的整数。",
            field=name,
        )
