"""What is owed that an arrangement is to cover, and which bounds does the question have?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple, Protocol

from forbear.policy.arrange.terms import ProductOffer, Terms
from forbear.policy.arrange.word import Every, Target, Treatment
from forbear.values.day import add_months, day_number, from_day_number
from forbear.values.errors import InvalidInput
from forbear.values.money import Currency

_PPM = 1_000_000
_PERCENT = 100
_MONTHS_A_YEAR = 12
A_YEAR = {Every.MONTH: _MONTHS_A_YEAR, Every.FORTNIGHT: 26, Every.WEEK: 52}
_STEP_DAYS = {Every.FORTNIGHT: 14, Every.WEEK: 7}


class CannotAsk(InvalidInput):
    """An arrangement cannot be asked for in this way."""

    code = "CANNOT_ARRANGE"


class LoanOwed(NamedTuple):
    """What one loan owes today. Amounts in minor units, days as numbers.

    ``penalty_minor`` is within ``overdue_minor``, that within ``payoff_minor``. ``dues``: what its
    contract asks for from today on, by day, less what is paid. ``penalty_ppm``: what lateness costs
    a year.
    """

    loan: str
    product: str
    currency: Currency
    overdue_minor: int
    penalty_minor: int
    payoff_minor: int
    dues: tuple[tuple[int, int], ...]
    contract_ppm: int
    penalty_ppm: int

    def owed_minor(self, target: Target) -> int:
        """Return what is owed up to a target."""
        return self.overdue_minor if target is Target.ARREARS else self.payoff_minor


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for. ``last_day``: the last on which an instalment may lie, by law.

    ``every``: how far apart the instalments lie. ``months``: how many instalments are wanted,
    whatever lies between them; None: as few as can be afforded. ``waive_minor``:
    what is to be given up of the penalty beside what the house gives up by itself. ``freeze``:
    nothing more is to be added, whatever the product says.
    """

    target: Target
    monthly_minor: int
    today: int
    first_day: int
    last_day: int
    months: int | None = None
    waive_minor: int = 0
    freeze: bool = False
    every: Every = Every.MONTH

    @property
    def level_minor(self) -> int:
        """The most that one instalment may be: over a year never more than is affordable."""
        return self.monthly_minor * _MONTHS_A_YEAR // A_YEAR[self.every]

    def monthly_of(self, level_minor: int) -> int:
        """Return the least a month of which one instalment may be so much."""
        return -(-level_minor * A_YEAR[self.every] // _MONTHS_A_YEAR)


class _Row(Protocol):
    @property
    def due_day(self) -> int: ...

    @property
    def left_minor(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Pot:
    """All loans of one arrangement together, laid out by the days of its instalments.

    ``balance_minor``: what is to be paid off, less what is given up. ``regular_minor``: by place in
    ``due_days``, what the contracts ask for since the day before. ``rate_ppm`` is 0 where nothing
    accrues; ``spared_ppm`` what lateness would have cost.
    """

    currency: Currency
    today: int
    due_days: tuple[int, ...]
    balance_minor: int
    waived_minor: int
    regular_minor: tuple[int, ...]
    frozen: bool
    rate_ppm: int
    spared_ppm: int
    year_days: int
    round_to_minor: int
    least_minor: int
    by_loan: tuple[tuple[str, int, tuple[tuple[int, int], ...]], ...]
    waived_by_loan: tuple[int, ...]

    def places(self, months: int) -> int:
        """Return how many instalments lie within so many months of the first."""
        end = day_number(add_months(from_day_number(self.due_days[0]), months))
        return bisect_left(self.due_days, end)

    def charge(self, left_minor: int, place: int) -> int:
        """Return what accrues on an amount up to an instalment, rounded down."""
        since = self.due_days[place - 1] if place else self.today
        return left_minor * self.rate_ppm * (self.due_days[place] - since) // self._scale

    def spared(self, rows: Sequence[_Row]) -> int:
        """Return about what lateness would have cost meanwhile, beyond what accrues."""
        if not self.frozen:
            return 0
        total, since, left = 0, self.today, self.balance_minor
        for row in rows:
            total += left * self.spared_ppm * (row.due_day - since) // self._scale
            since, left = row.due_day, min(self.balance_minor, row.left_minor)
        return total

    @property
    def _scale(self) -> int:
        return _PPM * self.year_days

    def shares(self, last_day: int, charge_minor: int) -> Iterator[tuple[str, int, int]]:
        """Yield what of the whole goes to each loan, and what is given up of its penalty.

        What accrues goes to the first.
        """
        for place, (loan, balance, dues) in enumerate(self.by_loan):
            regular = sum(amount for day, amount in dues if day <= last_day)
            yield (
                loan,
                balance + regular + (0 if place else charge_minor),
                self.waived_by_loan[place],
            )


def pot_of(owed: Sequence[LoanOwed], terms: Terms, ask: Ask) -> Pot:
    """Lay out what an arrangement would cover.

    Raises:
        CannotAsk: no loan or too many; currencies are mixed; the product is not arranged, or not up
            to there; the first day or the number of months is out of bounds; more is to be given
            up than there is penalty.
    """
    offers = _offers(owed, terms, ask)
    currency = owed[0].currency
    _check_days(terms, ask)
    days = _due_days(min(offer.months_max for offer in offers), ask)
    frozen = ask.freeze or any(offer.treatment is Treatment.FROZEN for offer in offers)
    waived = _waived(owed, offers, ask)
    by_loan = tuple(
        (
            loan.loan,
            loan.owed_minor(ask.target) - given,
            loan.dues if ask.target is Target.ARREARS else (),
        )
        for loan, given in zip(owed, waived, strict=True)
    )
    # Of several loans the mildest rate counts for all: one arrangement has one rate.
    rates = [
        loan.contract_ppm if offer.rate_ppm is None else offer.rate_ppm
        for loan, offer in zip(owed, offers, strict=True)
    ]
    return Pot(
        currency=currency,
        today=ask.today,
        due_days=days,
        balance_minor=sum(balance for _, balance, _ in by_loan),
        waived_minor=sum(waived),
        regular_minor=_regular(by_loan, days),
        frozen=frozen,
        rate_ppm=0 if frozen else min(rates),
        spared_ppm=min(loan.penalty_ppm for loan in owed),
        year_days=terms.year_days,
        round_to_minor=terms.round_to_minor[currency],
        least_minor=terms.least_minor[currency],
        by_loan=by_loan,
        waived_by_loan=tuple(waived),
    )


def _offers(owed: Sequence[LoanOwed], terms: Terms, ask: Ask) -> list[ProductOffer]:
    if not 0 < len(owed) <= terms.loans_max or len({loan.loan for loan in owed}) < len(owed):
        raise _cannot(
            "loans",
            f"an arrangement covers 1 to {terms.loans_max} different loans",
            f"一项安排可涵盖 1 至 {terms.loans_max} 笔不同借款",
            "Name each loan once.",
            "每笔借款只填一次。",
        )
    if len({loan.currency for loan in owed}) > 1:
        raise _cannot(
            "loans",
            "their currencies differ",
            "币种不同",
            "Make one arrangement for each currency.",
            "请按币种分别安排。",
        )
    found = []
    for loan in owed:
        offer = terms.products.get(loan.product)
        if offer is None or ask.target not in offer.targets:
            raise _cannot(
                "target",
                f"loans of {loan.product} are not arranged up to {ask.target.value}",
                f"产品 {loan.product} 不提供 {ask.target.value} 类安排",
                "Ask for the other target, or speak with a colleague.",
                "请改选另一种目标，或与工作人员联系。",
            )
        found.append(offer)
    return found


def _check_days(terms: Terms, ask: Ask) -> None:
    if not ask.today <= ask.first_day <= ask.today + terms.first_days_max:
        raise _cannot(
            "first_date",
            f"the first instalment lies today or within {terms.first_days_max} days",
            f"首期须在今天起 {terms.first_days_max} 天内",
            "Choose another first day.",
            "请另选首期日期。",
        )
    if not ask.monthly_minor >= 0:
        raise _cannot(
            "monthly_minor",
            "is negative",
            "为负",
            "Give an amount from 0.",
            "请填写不小于 0 的金额。",
        )


def _days(months_max: int, ask: Ask) -> Iterator[int]:
    """Yield the days of instalments, within so many months of the first."""
    first = from_day_number(ask.first_day)
    if ask.every is Every.MONTH:
        for month in range(months_max):
            yield day_number(add_months(first, month))
    else:
        yield from range(
            ask.first_day, day_number(add_months(first, months_max)), _STEP_DAYS[ask.every]
        )


def _due_days(months_max: int, ask: Ask) -> tuple[int, ...]:
    found = list(takewhile(lambda day: day <= ask.last_day, _days(months_max, ask)))
    if ask.months is not None and not 1 <= ask.months <= len(found):
        raise _cannot(
            "months",
            f"an arrangement has 1 to {len(found)} instalments here",
            f"此处可安排 1 至 {len(found)} 期",
            f"Ask for at most {len(found)}, or leave months out.",
            f"请填写不超过 {len(found)} 期，或不填。",
        )
    if not found:
        raise _cannot(
            "first_date",
            "no instalment fits before the last day that is allowed",
            "在允许的最后日期之前无法安排任何一期",
            "Choose an earlier first day.",
            "请选择更早的首期日期。",
        )
    return tuple(found)


def _waived(owed: Sequence[LoanOwed], offers: Sequence[ProductOffer], ask: Ask) -> list[int]:
    """Return what is given up of each loan's penalty: the house's part, then what is asked for."""
    house = [
        loan.penalty_minor * offer.waive_penalty_percent // _PERCENT
        for loan, offer in zip(owed, offers, strict=True)
    ]
    rest = ask.waive_minor
    found = []
    for loan, given in zip(owed, house, strict=True):
        more = min(rest, loan.penalty_minor - given)
        rest -= max(0, more)
        found.append(given + max(0, more))
    if rest or ask.waive_minor < 0:
        raise _cannot(
            "waive_minor",
            "more is to be given up than there is penalty",
            "减免金额超过未付罚息",
            "Only penalty that is unpaid can be given up.",
            "只能减免未付的罚息。",
        )
    return found


def _regular(
    by_loan: Sequence[tuple[str, int, tuple[tuple[int, int], ...]]], days: Sequence[int]
) -> tuple[int, ...]:
    found = [0] * len(days)
    dues = sorted(due for _, _, loan_dues in by_loan for due in loan_dues)
    place = 0
    for day, amount in dues:
        while place < len(days) and days[place] < day:
            place += 1
        if place == len(days):
            break
        found[place] += amount
    return tuple(found)


def _cannot(name: str, en: str, zh: str, remedy: str, remedy_zh: str) -> CannotAsk:
    return CannotAsk(
        f"{name}: {en}.",
        remedy=remedy,
        message_zh=f"{name}：{zh}。",
        remedy_zh=remedy_zh,
        field=name,
    )
