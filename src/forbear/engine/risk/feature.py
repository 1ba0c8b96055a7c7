"""Which features does a model know, what do they mean, in which unit, and what if one is missing?

Left out on purpose: whatever carries no day (state of a loan, quality of a number, vulnerability),
who the person is (region, language, sex, age), and holds, for trouble that somebody told us of is
not to be held against them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """One column: what it says, in which unit, what missing means, and where sense points.

    ``worse`` is 1 where more of it never makes lateness less likely, -1 where it never makes it
    more likely, 0 where either may be.
    """

    name: str
    unit: str
    en: str
    zh: str
    null: str | None = None
    worse: int = 0


FEATURES: tuple[Feature, ...] = (
    Feature("loans_open", "loans", "number of open loans", "未结清借款笔数"),
    Feature(
        "age_days", "days", "time since the first loan", "首笔借款至今天数", "no loan begun", -1
    ),
    Feature("newest_days", "days", "time since the newest loan", "最近一笔借款至今天数", "no loan"),
    Feature("rate_bp", "basis points", "highest contract rate", "最高合同年利率", "no open loan"),
    Feature(
        "left_share", "share", "share of the schedule still to pay", "剩余待还比例", "no open loan"
    ),
    Feature("late_days", "days", "days since the oldest unpaid due day", "最早未还到期日至今天数",
            worse=1),
    Feature("unpaid_count", "instalments", "instalments due and unpaid", "到期未还期数", worse=1),
    Feature(
        "due_half_year", "instalments", "instalments due in the last half year", "近半年到期期数"
    ),
    Feature(
        "late_half_year", "instalments", "instalments paid late or not in the last half year",
        "近半年晚还或未还期数", worse=1,
    ),
    Feature(
        "late_quarter", "instalments", "instalments paid late or not in the last three months",
        "近三个月晚还或未还期数", worse=1,
    ),
    Feature(
        "late_share", "share", "share of the last half year's instalments paid late or not",
        "近半年晚还或未还占比", "nothing fell due", 1,
    ),
    Feature(
        "delay_mean", "days", "how late the last half year's instalments were, on average",
        "近半年平均晚还天数", "nothing fell due", 1,
    ),
    Feature(
        "delay_max", "days", "the longest delay of the last half year", "近半年最长晚还天数",
        "nothing fell due", 1,
    ),
    Feature(
        "ahead_mean", "days", "how early instalments were paid in the last half year, on average",
        "近半年平均提前还款天数", "none was paid", -1,
    ),
    Feature(
        "since_late_days", "days", "time since an instalment was last late", "距最近一次晚还天数",
        "never in a year", -1,
    ),
    Feature(
        "since_paid_days", "days", "time since the last payment", "距最近一次还款天数",
        "never paid", 1,
    ),
    Feature("paid_quarter", "payments", "payments in the last three months", "近三个月还款次数"),
    Feature(
        "reversed_half_year", "payments", "payments that bounced in the last half year",
        "近半年冲正次数", worse=1,
    ),
    Feature("next_due_days", "days", "time until the next due day", "距下一到期日天数", "none"),
    Feature(
        "next_share", "share", "the next instalment beside the usual one", "下一期与平均每期之比",
        "none",
    ),
    Feature("left_count", "instalments", "instalments still to come", "剩余期数"),
    Feature("contacts_month", "contacts", "contacts in the last month", "近一月联系次数"),
    Feature(
        "reached_month", "contacts", "contacts in the last month in which the person answered",
        "近一月本人应答次数", worse=-1,
    ),
    Feature(
        "unanswered_month", "calls", "calls in the last month that nobody answered",
        "近一月未接来电次数", worse=1,
    ),
    Feature(
        "since_reached_days", "days", "time since the person last answered", "距上次本人应答天数",
        "not in a month",
    ),
    Feature("wrote_month", "contacts", "times the person got in touch", "近一月主动联系次数"),
    Feature("points", "points", "ways to reach the person", "本人联系方式数量"),
)  # fmt: skip
BY_NAME = {feature.name: feature for feature in FEATURES}
HOUR_FEATURE = "local_hour"
"""Beside them, of a contact: the hour of the person's day. Only who answers is asked by it."""
