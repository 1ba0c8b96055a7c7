"""What can a person pay each month, and how does that come about, step by step?

From what comes in goes what living takes, and never less than what is protected; then what must go
out otherwise; then a part kept back for what nobody foresees; then a fair share for other lenders.
What the person says they can pay counts where it is less. Amounts are minor units a month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from forbear.policy.arrange.living import Protected
from forbear.policy.arrange.word import (
    CautionCode,
    Every,
    IncomeKind,
    OutgoingKind,
    StepCode,
)
from forbear.values.errors import InvalidInput
from forbear.values.money import AMOUNT_MINOR_MAX, Currency, Rounding, divide, format_minor

LINES_MAX, PERSONS_MAX = 60, 20
# How many of them fall into a year, over the months of one.
_A_YEAR = {Every.MONTH: 12, Every.FORTNIGHT: 26, Every.WEEK: 52}
_MONTHS_A_YEAR = 12
_PERCENT = 100


class InvalidBudget(InvalidInput):
    """What was said about income and outgoings cannot be reckoned with."""

    code = "INVALID_BUDGET"


class Income(NamedTuple):
    """What comes in."""

    kind: IncomeKind
    amount_minor: int
    every: Every = Every.MONTH


class Outgoing(NamedTuple):
    """What must go out."""

    kind: OutgoingKind
    amount_minor: int
    every: Every = Every.MONTH


class OtherDebt(NamedTuple):
    """What another lender asks for; ``owed_minor`` None: not known."""

    asked_minor: int
    every: Every = Every.MONTH
    owed_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a person tells. Every part may be left out, but not all that brings money.

    ``income_month_minor`` and ``outgoing_month_minor`` are totals of whoever gives no lines.
    ``can_pay_month_minor``: what the person says they can pay. ``adults`` counts the person.

    Raises:
        InvalidBudget: an amount is negative or out of bounds, a total stands beside its lines,
            there are too many lines or persons, or nothing says what can be paid.
    """

    currency: Currency
    incomes: tuple[Income, ...] = ()
    outgoings: tuple[Outgoing, ...] = ()
    debts: tuple[OtherDebt, ...] = ()
    adults: int = 1
    children: int = 0
    income_month_minor: int | None = None
    outgoing_month_minor: int | None = None
    can_pay_month_minor: int | None = None

    def __post_init__(self) -> None:
        amounts = {
            "incomes": [line.amount_minor for line in self.incomes],
            "outgoings": [line.amount_minor for line in self.outgoings],
            "debts": [
                amount for debt in self.debts for amount in (debt.asked_minor, debt.owed_minor or 0)
            ],
            "income_month_minor": [self.income_month_minor or 0],
            "outgoing_month_minor": [self.outgoing_month_minor or 0],
            "can_pay_month_minor": [self.can_pay_month_minor or 0],
        }
        for name, found in amounts.items():
            if any(not 0 <= amount <= AMOUNT_MINOR_MAX for amount in found):
                raise _invalid(name, _BOUNDS)
            if len(found) > 2 * LINES_MAX:
                raise _invalid(name, _MANY)
        if not (1 <= self.adults <= PERSONS_MAX and 0 <= self.children <= PERSONS_MAX):
            raise _invalid("adults", _PERSONS)
        if self.incomes and self.income_month_minor is not None:
            raise _invalid("income_month_minor", _TWICE)
        if self.outgoings and self.outgoing_month_minor is not None:
            raise _invalid("outgoing_month_minor", _TWICE)
        if not self.tells_income and self.can_pay_month_minor is None:
            raise _invalid("can_pay_month_minor", _NOTHING)

    @property
    def tells_income(self) -> bool:
        """Something says what comes in."""
        return bool(self.incomes) or self.income_month_minor is not None


class _Words(NamedTuple):
    en: str
    zh: str
    remedy: str
    remedy_zh: str


_BOUNDS = _Words(
    "is negative or out of bounds",
    "为负或超出范围",
    f"Give minor units from 0 to {AMOUNT_MINOR_MAX}.",
    f"请填写 0 至 {AMOUNT_MINOR_MAX} 的最小货币单位。",
)
_MANY = _Words(
    "has too many lines",
    "条目过多",
    f"Give {LINES_MAX} lines at most; add up what is alike.",
    f"最多 {LINES_MAX} 条；请合并同类项。",
)
_PERSONS = _Words(
    "is no household",
    "家庭人数不合理",
    f"Count the person: 1 to {PERSONS_MAX} adults, 0 to {PERSONS_MAX} children.",
    f"请计入本人：成人 1 至 {PERSONS_MAX} 人，儿童 0 至 {PERSONS_MAX} 人。",
)
_TWICE = _Words(
    "stands beside the lines it would sum up",
    "不能与明细同时填写",
    "Give the lines or the total.",
    "请填写明细或合计之一。",
)
_NOTHING = _Words(
    "is missing, and so is all income",
    "未填写，且没有任何收入信息",
    "Say what comes in, or what can be paid a month.",
    "请填写收入，或每月能还多少。",
)


def _invalid(name: str, words: _Words) -> InvalidBudget:
    return InvalidBudget(
        f"{name}: {words.en}.",
        remedy=words.remedy,
        message_zh=f"{name}：{words.zh}。",
        remedy_zh=words.remedy_zh,
        field=name,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``change_minor`` is added to what the step before left; ``left_minor`` is left."""

    code: StepCode
    change_minor: int
    left_minor: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What is to be borne in mind."""

    code: CautionCode
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Afforded:
    """What a person can pay a month, and why. The changes of the steps sum up to it."""

    monthly_minor: int
    currency: Currency
    steps: tuple[Step, ...]
    cautions: tuple[Caution, ...]

    @property
    def leads_to_hardship(self) -> bool:
        """Nothing is affordable: what helps is no arrangement."""
        return self.monthly_minor == 0

    @property
    def checked(self) -> bool:
        """It rests on more than the person's own word."""
        return all(each.code is not CautionCode.NOT_CHECKED for each in self.cautions)


@dataclass(slots=True)
class _Reckoning:
    currency: Currency
    left: int = 0
    steps: list[Step] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)

    def step(self, code: StepCode, change: int, en: str, zh: str) -> None:
        self.left += change
        self.steps.append(Step(code, change, self.left, en, zh))

    def caution(self, code: CautionCode, en: str, zh: str) -> None:
        self.cautions.append(Caution(code, en, zh))

    def money(self, minor: int) -> str:
        return format_minor(minor, self.currency.value)


def a_month(amount_minor: int, every: Every, rounding: Rounding) -> int:
    """Return an amount a month.

    >>> a_month(10_000, Every.WEEK, Rounding.DOWN), a_month(10_000, Every.WEEK, Rounding.UP)
    (43333, 43334)
    """
    return divide(amount_minor * _A_YEAR[every], _MONTHS_A_YEAR, rounding)


def afford(
    budget: Budget, protected: Protected, *, owed_minor: int, keep_back_percent: int
) -> Afforded:
    """Reckon what can be paid a month towards ``owed_minor``; never below nothing.

    Raises:
        InvalidBudget: the budget is in another currency than the cost of living.
    """
    if budget.currency is not protected.currency:
        raise InvalidBudget(
            f"The budget is in {budget.currency}, the cost of living in {protected.currency}.",
            remedy=f"Give amounts in {protected.currency}.",
            message_zh=f"收支以 {budget.currency} 填写，而生活费以 {protected.currency} 计。",
            remedy_zh=f"请以 {protected.currency} 填写。",
            field="currency",
        )
    at = _Reckoning(budget.currency)
    if budget.tells_income:
        _income(at, budget)
        _living(at, budget, protected)
        if at.left > 0:
            _keep_back(at, keep_back_percent)
            _others(at, budget.debts, owed_minor)
        if at.left < 0:
            at.step(
                StepCode.NOTHING_LEFT,
                -at.left,
                "Less than nothing is left.",
                "收入不足以支付开支。",
            )
    _said(at, budget)
    if at.left == 0:
        at.caution(
            CautionCode.NOTHING_AFFORDABLE,
            "Nothing can be paid without giving up what living takes. Offer help with hardship.",
            "在保障基本生活的前提下没有可还款的余额，请提供困难帮助。",
        )
    return Afforded(at.left, budget.currency, tuple(at.steps), tuple(at.cautions))


def _income(at: _Reckoning, budget: Budget) -> None:
    lines = [a_month(line.amount_minor, line.every, Rounding.DOWN) for line in budget.incomes]
    at.step(
        StepCode.INCOME,
        budget.income_month_minor if budget.income_month_minor is not None else sum(lines),
        "What comes in a month.",
        "每月收入。",
    )


def _living(at: _Reckoning, budget: Budget, protected: Protected) -> None:
    told, other = 0, 0
    for line in budget.outgoings:
        amount = a_month(line.amount_minor, line.every, Rounding.UP)
        if line.kind in protected.covers:
            told += amount
        else:
            other += amount
    told += budget.outgoing_month_minor or 0
    floor = protected.floor_minor
    living = max(told, floor)
    if told < floor:
        at.step(
            StepCode.LIVING,
            -living,
            f"Living, as protected here for this household: {at.money(floor)} a month.",
            f"基本生活费，按本地标准为该家庭保留：每月 {at.money(floor)}。",
        )
        at.caution(
            CautionCode.LIVING_RAISED,
            f"{at.money(told)} was told for living; {at.money(floor)} is protected.",
            f"所填生活开支为 {at.money(told)}，按标准保留 {at.money(floor)}。",
        )
    else:
        at.step(StepCode.LIVING, -living, "Living, as told.", "生活开支，按本人所填。")
    if protected.basis == "unverified":
        at.caution(
            CautionCode.FLOOR_UNVERIFIED,
            "The protected cost of living is a house figure; no official text was read for it.",
            "基本生活费标准为机构自定，尚未对照官方文本核实。",
        )
    if other:
        at.step(StepCode.OUTGOINGS, -other, "What else must go out.", "其他必要支出。")


def _keep_back(at: _Reckoning, percent: int) -> None:
    kept = divide(at.left * percent, _PERCENT, Rounding.UP)
    if kept:
        at.step(
            StepCode.KEPT_BACK,
            -kept,
            f"Kept back for what nobody foresees: {percent} % of what is left.",
            f"为意外支出保留：余额的 {percent}%。",
        )


def _others(at: _Reckoning, debts: tuple[OtherDebt, ...], owed_minor: int) -> None:
    """Leave other lenders their share: by what is owed where that is known, else what they ask."""
    if not debts:
        return
    owed = [debt.owed_minor for debt in debts]
    asked = _asked(debts)
    if all(each is not None for each in owed) and owed_minor > 0:
        whole = owed_minor + sum(each or 0 for each in owed)
        share = divide(at.left * owed_minor, whole, Rounding.DOWN)
        # Nobody's share is more than they ask for.
        others = min(at.left - share, asked)
        at.step(
            StepCode.OTHER_DEBTS,
            -others,
            "Other lenders' fair share, by what is owed to each.",
            "其他债权人的合理份额，按各自欠款比例。",
        )
        return
    at.step(
        StepCode.OTHER_DEBTS,
        -min(asked, at.left),
        "What other lenders ask for.",
        "其他债权人每月应还。",
    )
    at.caution(
        CautionCode.OTHERS_WHOLE,
        "What is owed to other lenders is not known, so they are paid first.",
        "尚不清楚其他债权人的欠款总额，故先扣除其每月应还。",
    )


def _asked(debts: Iterable[OtherDebt]) -> int:
    return sum(a_month(debt.asked_minor, debt.every, Rounding.UP) for debt in debts)


def _said(at: _Reckoning, budget: Budget) -> None:
    said = budget.can_pay_month_minor
    if said is None:
        return
    if not budget.tells_income:
        at.step(StepCode.SAID, said, "What the person says they can pay.", "本人表示每月能还。")
        at.caution(
            CautionCode.NOT_CHECKED,
            "Nothing but the person's own word says what they can pay.",
            "仅依据本人表示，未核对收支。",
        )
    elif said < at.left:
        at.step(
            StepCode.SAID,
            said - at.left,
            "The person says they can pay less; that counts.",
            "本人表示能还的更少，以此为准。",
        )
    elif said > at.left:
        at.caution(
            CautionCode.SAID_MORE,
            f"{at.money(said)} was said; living leaves {at.money(at.left)}, and that counts.",
            f"本人表示能还 {at.money(said)}，但保障生活后余 {at.money(at.left)}，以后者为准。",
        )
