"""Fill the tables of docs/explanation/how-a-debt-adds-up from one account that the code computes.

Called by tools/reference.py. The words of a page are written by hand; what stands between
``<!-- computed: NAME -->`` and ``<!-- end -->`` is written anew, so that no figure can go stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.debt import (
    Account,
    Instalment,
    LoanFacts,
    Pause,
    PlannedPayment,
    Posting,
    account,
    projection,
)
from forbear.policy.debt.ledger import Parts
from forbear.policy.product import load_products
from forbear.values.code import LoanState, Purpose
from forbear.values.day import day_number, from_day_number
from forbear.values.money import format_minor as money
from forbear.values.product import Component

Words = tuple[str, str]
Cells = Sequence[object]

_BLOCK = re.compile(r"(<!-- computed: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PRODUCT = load_products(policy_texts("house/demo/products"))["instalment_loan"]
_PART: dict[Component, Words] = {
    Component.FEE: ("fee", "费用"),
    Component.INTEREST: ("interest", "利息"),
    Component.PRINCIPAL: ("principal", "本金"),
}
_STATE: dict[str, Words] = {
    "PAID": ("paid", "已还清"),
    "OVERDUE": ("overdue", "逾期"),
    "UNDUE": ("not yet due", "未到期"),
    "COUNTS": ("counts", "计入"),
    "VOID": ("reversed", "已冲正"),
}
_PURPOSE: dict[Purpose, Words] = {
    Purpose.SCHEDULE: ("instalments", "分期"),
    Purpose.PENALTY: ("penalty", "罚息"),
}


def _day(month: int, day: int) -> int:
    return day_number(date(2026, month, day))


_AS_OF = _day(8, 31)
_FACTS = LoanFacts(
    loan_id="L-001",
    product="instalment_loan",
    currency="CNY",
    disbursed_day=_day(6, 1),
    principal_minor=1_200_000,
    annual_rate_bp=2_400,
    state=LoanState.OPEN,
    instalments=(
        Instalment(_day(7, 1), 400_000, 24_000, 1_000),
        Instalment(_day(8, 1), 400_000, 16_000, 1_000),
        Instalment(_day(9, 1), 400_000, 8_000, 1_000),
    ),
    postings=(
        Posting("P1", _day(7, 1), _day(7, 1), 425_000),
        Posting("P2", _day(8, 13), _day(8, 15), 150_000),
        Posting("P3", _day(8, 20), _day(8, 20), 50_000),
        Posting("R3", _day(8, 20), _day(8, 24), 50_000, reverses="P3"),
        Posting("P4", _day(8, 28), _day(8, 28), 1_000, Purpose.PENALTY),
    ),
    pauses=(Pause(_day(8, 16), _day(8, 19), _day(8, 15)),),
)


def pages(folder: Path) -> dict[str, str]:
    """Return both pages with their tables computed, by file name."""
    found = {}
    for place, name in enumerate(("how-a-debt-adds-up.md", "how-a-debt-adds-up.zh.md")):
        text = (folder / name).read_text(encoding="utf-8")
        blocks = _blocks(place)
        used = [match[2] for match in _BLOCK.finditer(text)]
        if sorted(used) != sorted(blocks):
            sys.exit(f"{name}: it must hold each of these blocks once: {', '.join(blocks)}")
        found[name] = _BLOCK.sub(lambda m, b=blocks: f"{m[1]}\n{b[m[2]]}\n\n{m[3]}", text)
    return found


def _blocks(place: int) -> dict[str, str]:
    """Return every table in one language: 0 English, 1 Chinese."""
    laid = account(_FACTS, _PRODUCT, as_of_day=_AS_OF, known_day=_AS_OF)

    def say(words: Words) -> str:
        return words[place]

    make: dict[str, Callable[[Account, Callable[[Words], str]], str]] = {
        "schedule": _schedule,
        "payments": _payments,
        "instalments": _instalments,
        "days": _days,
        "penalty": _penalty,
        "interest": _interest,
        "total": _total,
        "known": _known,
        "waiting": _waiting,
    }
    return {name: block(laid, say) for name, block in make.items()}


def _table(header: Iterable[str], rows: Iterable[Cells]) -> str:
    names = list(header)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _date(day: int) -> str:
    return from_day_number(day).isoformat()


def _percent(ppm: int) -> str:
    return f"{Decimal(ppm) / 10_000:f} %"


def _parts(parts: Parts, say: Callable[[Words], str]) -> str:
    shown = [
        f"{say(_PART[component])} {money(parts.only([component]))}"
        for component in _PRODUCT.allocation
        if parts.only([component])
    ]
    return ", ".join(shown) or "—"


def _schedule(laid: Account, say: Callable[[Words], str]) -> str:
    header = [say(("no.", "期次")), say(("due", "到期日"))]
    header += [say(_PART[component]) for component in _PRODUCT.allocation]
    return _table(
        [*header, say(("together", "合计"))],
        (
            [
                line.number,
                _date(line.due_day),
                *(money(line.asked.only([part])) for part in _PRODUCT.allocation),
                money(line.asked.total_minor),
            ]
            for line in laid.instalments
        ),
    )


def _payments(laid: Account, say: Callable[[Words], str]) -> str:
    header = (
        ("payment", "还款"),
        ("counts from", "起算日"),
        ("posted", "入账日"),
        ("amount", "金额"),
        ("booked on", "入账用途"),
        ("", ""),
    )
    return _table(
        map(say, header),
        (
            [
                line.payment_id,
                _date(line.value_day),
                _date(line.posting_day),
                money(line.amount_minor),
                say(_PURPOSE[line.purpose]),
                say(_STATE[line.state])
                + ("" if line.void_posting_day is None else f" {_date(line.void_posting_day)}"),
            ]
            for line in laid.postings
        ),
    )


def _instalments(laid: Account, say: Callable[[Words], str]) -> str:
    header = (("no.", "期次"), ("paid by", "由何还款支付"), ("unpaid", "未付"), ("", ""))
    return _table(
        map(say, header),
        (
            [
                line.number,
                "; ".join(f"{part.payment_id}: {_parts(part.parts, say)}" for part in line.paid)
                or "—",
                _parts(line.unpaid, say),
                say(_STATE[line.state]),
            ]
            for line in laid.instalments
        ),
    )


def _days(laid: Account, say: Callable[[Words], str]) -> str:
    lateness = laid.lateness
    assert lateness is not None
    return _table(
        [say(("step", "步骤")), say(("days", "天数"))],
        [
            [
                f"{_date(lateness.since_day)} → {_date(laid.as_of_day)}",
                lateness.calendar_days,
            ],
            [say(("paused days", "暂停天数")), f"− {lateness.paused_days}"],
            [
                say(("days past due (grace: {})", "逾期天数（宽限 {} 天）")).format(
                    lateness.grace_days
                ),
                f"**{lateness.days_past_due}**, {laid.standing.bucket}",
            ],
        ],
    )


def _penalty(laid: Account, say: Callable[[Words], str]) -> str:
    terms = laid.product.penalty
    rate = _percent(terms.rate_ppm(laid.facts.annual_rate_bp))
    rows: list[Cells] = []
    for line in laid.instalments:
        for span in line.penalty.spans if line.penalty else ():
            exact = Decimal(span.base_minor * span.times) / span.per / 100
            ended = f"{span.payment_id} {_date(span.until_day)}" if span.payment_id else "—"
            sum_ = f"{money(span.base_minor)} × {span.days} × {rate} ÷ {terms.year_days}"
            rows.append([line.number, ended, sum_, f"{exact:.4f}"])
        if line.penalty:
            rounded = say(("instalment {}, rounded once", "第 {} 期，一次取整"))
            amount = money(line.penalty.amount_minor)
            rows.append(["", "", rounded.format(line.number), f"**{amount}**"])
    found = laid.penalty
    rows += [
        ["", "", say(("paid for penalty", "已还罚息")), f"− {money(found.paid_minor)}"],
        ["", "", say(("penalty unpaid", "未付罚息")), f"**{money(found.unpaid_minor)}**"],
    ]
    header = (
        ("no.", "期次"),
        ("ended by", "止于"),
        ("base × days × rate ÷ days of a year", "基数 × 天数 × 年利率 ÷ 全年天数"),
        ("penalty", "罚息"),
    )
    return _table(map(say, header), rows)


def _interest(laid: Account, say: Callable[[Words], str]) -> str:
    line = laid.accrual
    assert line is not None
    header = (
        ("no.", "期次"),
        ("interest × days run ÷ days of the instalment", "利息 × 已过天数 ÷ 本期天数"),
        ("earned", "已计"),
        ("paid", "已付"),
        ("unpaid", "未付"),
    )
    share = f"{money(line.interest_minor)} × {line.days} ÷ {line.span_days}"
    amounts = (line.earned_minor, line.paid_minor, line.unpaid_minor)
    return _table(map(say, header), [[line.number, share, *map(money, amounts)]])


def _total(laid: Account, say: Callable[[Words], str]) -> str:
    payoff, found = laid.payoff, laid.standing
    rows = [
        [say(("overdue", "逾期")) + f": {say(_PART[part])}", money(payoff.overdue.only([part]))]
        for part in _PRODUCT.allocation
    ]
    rows += [
        [say(("penalty unpaid", "未付罚息")), money(payoff.penalty_minor)],
        [
            say(("**to be current again**", "**恢复正常须还**")),
            f"**{money(found.overdue_minor)}**",
        ],
        [say(("principal not yet due", "未到期本金")), money(payoff.undue_principal_minor)],
        [
            say(("interest of the running instalment", "本期已计利息")),
            money(payoff.accrued_interest_minor),
        ],
        [
            say(("**to end the loan today**", "**当日结清须还**")),
            f"**{money(found.payoff_minor)}**",
        ],
    ]
    return _table(["", laid.facts.currency], rows)


def _known(laid: Account, say: Callable[[Words], str]) -> str:
    day = _day(8, 14)
    rows = []
    for known in (day, laid.known_day):
        found = account(laid.facts, laid.product, as_of_day=day, known_day=known).standing
        rows.append(
            [
                _date(day),
                _date(known),
                money(found.overdue_principal_minor),
                money(found.penalty_minor),
                money(found.overdue_minor),
            ]
        )
    header = (
        ("as of", "截至"),
        ("as known on", "当时所知日"),
        ("overdue principal", "逾期本金"),
        ("penalty", "罚息"),
        ("to be current again", "恢复正常须还"),
    )
    return _table(map(say, header), rows)


def _waiting(laid: Account, say: Callable[[Words], str]) -> str:
    owed = laid.standing.overdue_minor - laid.standing.penalty_minor
    plans: list[tuple[Words, tuple[PlannedPayment, ...]]] = [
        (("nothing is paid", "不还款"), ()),
        (
            ("what is overdue today is paid on 2026-09-01", "2026-09-01 还清当日所列逾期"),
            (
                PlannedPayment(_day(9, 1), owed),
                PlannedPayment(_day(9, 1), laid.standing.penalty_minor, Purpose.PENALTY),
            ),
        ),
    ]
    rows: list[Cells] = []
    for words, payments in plans:
        found = projection(
            laid.facts,
            laid.product,
            as_of_day=laid.as_of_day,
            known_day=laid.known_day,
            horizon_days=(0, 30),
            payments=payments,
        )
        rows += [
            [
                say(words),
                _date(one.day),
                money(one.standing.overdue_minor),
                money(one.standing.payoff_minor),
                money(one.cost_minor),
            ]
            for one in found
        ]
    header = (
        ("if", "假设"),
        ("on", "日期"),
        ("to be current again", "恢复正常须还"),
        ("to end the loan", "结清须还"),
        ("what waiting cost", "等待的代价"),
    )
    return _table(map(say, header), rows)
