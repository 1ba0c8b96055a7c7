"""How does a month look, and how do debts end, in words, figures and one drawing?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forbear.contexts.evidence.queries import AccountNow
from forbear.interfaces.console.presenter.word import chinese, money
from forbear.interfaces.portal.context import Says
from forbear.interfaces.portal.field import plain_amount, plain_rate
from forbear.interfaces.portal.presenter.account import masked_ref
from forbear.policy.debt.steps import Row
from forbear.policy.education.month import Month
from forbear.policy.education.plan import Debt, Order, Plan, pay_off
from forbear.values.money import Currency

_MONTHS_A_YEAR = 12
CHART_WIDTH, CHART_HEIGHT = 300, 150


@dataclass(frozen=True, slots=True)
class Own:
    """One contract of whoever is in; ``typed`` as they would type it into the form."""

    name: str
    currency: Currency
    minimum_minor: int
    typed: dict[str, str]


def own_debts(account: AccountNow) -> tuple[Own, ...]:
    """Return the contracts on which something is owed, with the figures of the account."""
    found = []
    for told in (loan.told for loan in account.loans):
        owed = told["owed"]
        if owed is None or not owed["payoff_minor"]:
            continue
        minimum = _asked_a_month(told)
        typed = {
            "left": plain_amount(owed["payoff_minor"]),
            "rate": plain_rate(told["annual_rate_bp"]),
            "minimum": plain_amount(minimum),
        }
        found.append(Own(masked_ref(told["ref"]), Currency(told["currency"]), minimum, typed))
    return tuple(found)


def _asked_a_month(told: Row) -> int:
    """Return what the next instalment asks for; without one, all that is owed."""
    names = ("principal_minor", "interest_minor", "fee_minor")
    for row in told["instalments"]:
        if row["state"] == "UNDUE":
            return sum(row[name] for name in names)
    asked: int = told["owed"]["payoff_minor"]
    return asked


def result_shown(
    month: Month | None,
    debts: Sequence[Debt],
    *,
    extra_minor: int,
    once_minor: int,
    other_rate_bp: int | None,
    currency: Currency,
    today: date,
) -> dict[str, Any]:
    """Return all that follows from what was told."""
    pen = _Pen(currency, today)
    minimums = sum(each.minimum_minor for each in debts)
    shown: dict[str, Any] = {
        "month": None if month is None else pen.month(month, minimums),
        "debts": [pen.alone(number, each) for number, each in enumerate(debts, 1)],
        "orders": pen.orders(debts, extra_minor),
        "what_if": pen.what_if(debts, extra_minor, once_minor, other_rate_bp),
    }
    shown["short"] = _short(month, minimums)
    return shown


def ways_on(
    short: str, month: Month | None, debts: Sequence[Debt], own: Sequence[Own], *, inside: bool
) -> dict[str, Any]:
    """Return where to go on: help where it is short; the own arrangement for whoever is in."""
    help_near = {"address": reverse("portal:help"), "label": _("Free help near you")}
    early = reverse("portal:lesson", args=["early"])
    ways = [help_near, {"address": early, "label": _("When it helps to speak early")}]
    if inside:
        hard = {"address": reverse("portal:hard"), "label": _("Help with hardship")}
        ways = [hard, {"address": reverse("portal:time"), "label": _("I need more time")}, *ways]
    others = sum(each.minimum_minor for each in debts) - sum(each.minimum_minor for each in own)
    free = 0 if month is None else month.left_minor - max(0, others)
    return {
        "ways": ways if short or any(each.stands_still for each in debts) else [],
        "suggest": plain_amount(free) if free > 0 and own else "",
    }


def _short(month: Month | None, minimums: int) -> str:
    """Return the approved sentence about a month that does not work out; empty where it does."""
    if month is not None and month.after_needs_minor < 0:
        return Says()["budget_negative"]
    if month is not None and month.left_minor < minimums:
        return Says()["budget_short"]
    return ""


class _Pen:
    """Writes figures in the reader's language, one currency and from one day on."""

    def __init__(self, currency: Currency, today: date) -> None:
        self.currency, self.today = currency, today

    def say(self, minor: int) -> str:
        return money(minor, self.currency)

    def month(self, month: Month, minimums: int) -> dict[str, str]:
        return {
            "income": self.say(month.income_minor),
            "needs": self.say(month.needs_minor),
            "spending": self.say(month.spending_minor),
            "left": self.say(month.left_minor),
            "minimums": self.say(minimums) if minimums else "",
            "after": self.say(month.left_minor - minimums) if minimums else "",
        }

    def alone(self, number: int, debt: Debt) -> dict[str, Any]:
        """Say what becomes of one debt that is paid at its minimum."""
        plan = pay_off([debt], order=Order.DEAREST_FIRST)
        return {
            "number": number,
            "left": self.say(debt.left_minor),
            "first": self.say(debt.first_interest_minor),
            "minimum": self.say(debt.minimum_minor),
            "grows": debt.stands_still,
            **self.plan(plan),
        }

    def plan(self, plan: Plan | None) -> dict[str, Any]:
        """Say when a plan ends and what it costs; ``months`` empty: it does not end."""
        if plan is None:
            return {"months": "", "until": "", "interest": "", "paid": ""}
        return {
            "months": self.months(plan.months),
            "until": self.until(plan.months),
            "interest": self.say(plan.interest_minor),
            "paid": self.say(plan.paid_minor),
            "monthly": self.say(plan.monthly_minor),
        }

    def months(self, months: int) -> str:
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}

    def until(self, months: int) -> str:
        years, month = divmod(self.today.month - 1 + months, _MONTHS_A_YEAR)
        day = date(self.today.year + years, month + 1, 1)
        return date_format(day, "Y年n月" if chinese() else "F Y")

    def orders(self, debts: Sequence[Debt], extra_minor: int) -> dict[str, Any] | None:
        """Set the two orders side by side; null where there is but one debt."""
        if len(debts) < 2:
            return None
        dear, small = (pay_off(debts, order=each, extra_minor=extra_minor) for each in Order)
        if dear is None or small is None:
            return {"never": True}
        saves = small.interest_minor - dear.interest_minor
        return {
            "never": False,
            "monthly": self.say(dear.monthly_minor),
            "rows": [
                {"label": _("The dearest first"), "slot": 1, **self.plan(dear)},
                {"label": _("The smallest first"), "slot": 2, **self.plan(small)},
            ],
            "saves": self.say(saves) if saves else "",
            "same": dear.debts == small.debts,
            "first_done": self.months(min(each.months for each in small.debts)),
            "each": [
                {
                    "number": number,
                    "dear": self.until(one.months),
                    "small": self.until(other.months),
                }
                for number, (one, other) in enumerate(zip(dear.debts, small.debts, strict=True), 1)
            ],
            "chart": self.chart([dear, small]),
        }

    def chart(self, plans: Sequence[Plan]) -> dict[str, Any]:
        """Return lines of what is left of all debts, month by month."""
        last = max([1, *(plan.months for plan in plans)])
        top = max(1, *(max(plan.left_minor) for plan in plans))
        lines = [
            {
                "slot": slot,
                "points": " ".join(
                    f"{month * CHART_WIDTH / last:.1f},"
                    f"{CHART_HEIGHT - CHART_HEIGHT * left / top:.1f}"
                    for month, left in enumerate(plan.left_minor)
                ),
            }
            for slot, plan in enumerate(plans, 1)
        ]
        return {
            "width": CHART_WIDTH,
            "height": CHART_HEIGHT,
            "lines": lines,
            "top": self.say(top),
            "last": self.until(last),
        }

    def what_if(
        self, debts: Sequence[Debt], extra_minor: int, once_minor: int, rate_bp: int | None
    ) -> list[dict[str, Any]]:
        """Return how it ends as it is, and under each "what if", the dearest first."""
        if not debts or not (extra_minor or once_minor or rate_bp is not None):
            return []
        found: list[tuple[str, Plan | None]] = [
            (_("As it is, at the minimums"), pay_off(debts, order=Order.DEAREST_FIRST))
        ]
        if extra_minor:
            label = _("With %(amount)s more each month") % {"amount": self.say(extra_minor)}
            plan = pay_off(debts, order=Order.DEAREST_FIRST, extra_minor=extra_minor)
            found.append((label, plan))
        if once_minor:
            label = _("With %(amount)s once, today") % {"amount": self.say(once_minor)}
            plan = pay_off(debts, order=Order.DEAREST_FIRST, once_minor=once_minor)
            found.append((label, plan))
        if rate_bp is not None:
            label = _("At %(rate)s%% a year") % {"rate": plain_rate(rate_bp)}
            other = [replace(each, annual_rate_bp=rate_bp) for each in debts]
            found.append((label, pay_off(other, order=Order.DEAREST_FIRST)))
        return [{"label": label, **self.plan(plan)} for label, plan in found]
