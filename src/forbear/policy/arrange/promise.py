"""Is a promise to pay within its bounds, and was it kept?"""

from __future__ import annotations

from collections.abc import Iterable

from forbear.policy.arrange.match import Paid
from forbear.policy.arrange.terms import PromiseTerms
from forbear.policy.arrange.word import Promised
from forbear.values.errors import InvalidInput
from forbear.values.money import Currency, format_minor


class CannotPromise(InvalidInput):
    """A promise is outside its bounds."""

    code = "CANNOT_PROMISE"


def refuse_outside(
    amount_minor: int,
    currency: Currency,
    *,
    due_day: int,
    today: int,
    owed_minor: int,
    broken: int,
    terms: PromiseTerms,
) -> None:
    """Refuse a promise outside its bounds.

    ``owed_minor``: what would end the debts that are promised on. ``broken``: promises broken
    within the days that the terms name.

    Raises:
        CannotPromise: names the field and its bounds.
    """
    if not today <= due_day <= today + terms.days_max:
        raise _refused(
            "due_date",
            f"a promise is for today or for one of the next {terms.days_max} days",
            f"承诺日须在今天起 {terms.days_max} 天内",
            "For longer, offer an arrangement.",
            "如需更长时间，请提供还款安排。",
        )
    least = min(terms.least_minor[currency], owed_minor)
    if not 0 < least <= amount_minor <= owed_minor:
        low, high = (format_minor(each, currency.value) for each in (least, owed_minor))
        raise _refused(
            "amount_minor",
            f"a promise is for {low} to {high} here",
            f"此处承诺金额须在 {low} 至 {high} 之间",
            "Name an amount within it.",
            "请填写范围内的金额。",
        )
    if broken >= terms.broken_max:
        raise _refused(
            "due_date",
            f"{broken} promises of the last {terms.within_days} days were not kept",
            f"近 {terms.within_days} 天内有 {broken} 次承诺未履行",
            "Another promise helps nobody: work out what can be paid and offer an arrangement.",
            "再次承诺意义不大：请核算可负担金额并提供还款安排。",
        )


def kept(
    amount_minor: int,
    payments: Iterable[Paid],
    *,
    due_day: int,
    grace_days: int,
    as_of_day: int,
) -> tuple[Promised, int]:
    """Say how a promise stands at the end of a day, and what was paid of it in time.

    Kept as soon as the whole amount is there; otherwise open until its days of grace are over.
    """
    last = due_day + grace_days
    paid = sum(each.amount_minor for each in payments if each.day <= min(last, as_of_day))
    if paid >= amount_minor:
        return Promised.KEPT, paid
    if as_of_day <= last:
        return Promised.OPEN, paid
    return (Promised.PARTLY_KEPT if paid else Promised.BROKEN), paid


def _refused(name: str, en: str, zh: str, remedy: str, remedy_zh: str) -> CannotPromise:
    return CannotPromise(
        f"{name}: {en}.",
        remedy=remedy,
        message_zh=f"{name}：{zh}。",
        remedy_zh=remedy_zh,
        field=name,
    )
