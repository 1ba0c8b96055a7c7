"""How is one person's day shown at a terminal?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from forbear.contexts.nightly.report import label
from forbear.values.money import format_minor

if TYPE_CHECKING:
    from forbear.contexts.nightly.explain import Explained

_WORDS: dict[str, tuple[str, str]] = {
    "decision": ("Today", "今天"),
    "loans": ("What is owed", "所欠款项"),
    "overdue_principal_minor": ("principal", "本金"),
    "overdue_interest_minor": ("+ interest", "+ 利息"),
    "overdue_fee_minor": ("+ fee", "+ 费用"),
    "penalty_minor": ("+ penalty", "+ 罚息"),
    "overdue_minor": ("= to become current", "= 补足逾期"),
    "payoff_minor": ("to pay off the loan", "全部结清"),
    "next": ("next due", "下期应还"),
    "oldest_unpaid_date": ("oldest unpaid since", "最早未还日期"),
    "days_past_due": ("days past due", "逾期天数"),
    "bucket": ("bucket", "逾期期次"),
    "state": ("state", "状态"),
    "limitation_date": ("limitation date", "时效届满日"),
    "ways": ("Ways of contact and what the rules say", "联系方式与规则的回答"),
    "allowed": ("allowed", "允许"),
    "refused": ("refused", "不允许"),
    "until": ("may change", "可能变化于"),
    "third": (
        "These belong to contact persons, who are never contacted about the debt",
        "以下为联系人的联系方式，绝不就债务联系他们",
    ),
    "options": ("Ways that were weighed (● chosen)", "比较过的方式（● 选中）"),
    "good": ("expected good", "预期益处"),
    "chance": ("chance", "把握"),
    "matters": ("Holds, consents and contacts of the last seven days", "停催、同意与近七日联系"),
    "hold": ("hold", "停催"),
    "consent": ("consent", "同意"),
    "attempt": ("contact", "联系"),
    "OPEN": ("open", "未结清"),
    "SETTLED": ("settled", "已结清"),
    "WRITTEN_OFF": ("written off", "已核销"),
    "GIVEN": ("given", "已同意"),
    "WITHDRAWN": ("withdrawn", "已撤回"),
    "CHANNEL": ("by channel", "渠道"),
    "NIGHT": ("at night", "夜间"),
    "AUTODIAL": ("automated calls", "自动拨号"),
    "INBOUND": ("from the person", "本人发起"),
    "OUTBOUND": ("to the person", "机构发起"),
    "NOT_CONNECTED": ("not connected", "未接通"),
    "RANG": ("not answered", "无人接听"),
    "VOICEMAIL": ("voicemail", "语音信箱"),
    "ANSWERED": ("answered", "有人接听"),
    "WRONG_PERSON": ("wrong person", "非本人"),
    "RIGHT_PARTY": ("person answered", "本人接听"),
    "CONVERSATION": ("conversation", "已沟通"),
    "SENT": ("sent", "已发送"),
    "DELIVERED": ("delivered", "已送达"),
    "REPLIED": ("replied", "已回复"),
    "FAILED": ("failed", "失败"),
    "UNKNOWN": ("fate unknown", "结果不明"),
}
_BILL = (
    "overdue_principal_minor",
    "overdue_interest_minor",
    "overdue_fee_minor",
    "penalty_minor",
    "overdue_minor",
    "payoff_minor",
)
_FACTS = ("oldest_unpaid_date", "days_past_due", "bucket", "limitation_date")


def show(found: Explained, lang: str) -> None:
    """Show the decision first, then what is owed and what the rules say."""
    person = found.person
    zones = person["time_zones"]
    country = _said(person["jurisdiction"], lang)
    typer.echo(f"{found.debtor_id} · {found.as_of} · {found.night_id}")
    typer.echo(" · ".join([country, person["region"] or "—", ", ".join(zones) or "—"]))
    typer.echo(f"\n{_said('decision', lang)}: {found.reason[f'text_{lang}']}")
    _heading("loans", lang)
    for loan in found.loans:
        _loan(loan, lang)
    if found.circumstances:
        _heading("matters", lang)
        for each in found.circumstances:
            _circumstance(each, lang)
    _ways(found.ways, zones[0] if zones else "UTC", lang)
    if found.options:
        _heading("options", lang)
        for option in found.options:
            _option(option, lang)


def _said(word: str, lang: str) -> str:
    if word in _WORDS:
        return _WORDS[word][lang == "zh"]
    for words in (label.CHANNELS, label.HOLDS, label.COUNTRIES):
        if word in words:
            return str(getattr(words[word], lang))
    return str(word)


def _heading(word: str, lang: str) -> None:
    typer.echo("")
    typer.secho(_said(word, lang), bold=True)


def _line(name: str, value: str) -> None:
    from rich.cells import cell_len

    typer.echo(f"    {name}{' ' * max(1, 24 - cell_len(name))}{value:>16}")


def _loan(loan: dict[str, Any], lang: str) -> None:
    state = _said(loan["state"], lang)
    typer.echo(f"  {loan['loan_id']} · {loan['product']} · {loan['currency']} · {state}")
    for name in _BILL:
        _line(_said(name, lang), format_minor(loan[name]))
    if loan["next_due_date"] is not None:
        _line(
            _said("next", lang), f"{format_minor(loan['next_due_minor'])}  {loan['next_due_date']}"
        )
    for name in _FACTS:
        if loan[name] is not None:
            _line(_said(name, lang), str(loan[name]))


def _circumstance(each: dict[str, Any], lang: str) -> None:
    parts = [
        each[name]
        for name in ("kind", "state", "channel", "direction", "outcome")
        if each.get(name) is not None
    ]
    until = f" – {each['until']}" if each.get("until") else ""
    typer.echo(
        f"  {each['day']}{until} {_said(each['what'], lang)}: "
        + ", ".join(_said(part, lang) for part in parts)
    )


def _ways(ways: list[dict[str, Any]], zone: str, lang: str) -> None:
    _heading("ways", lang)
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for way in ways:
        if way["relation"] != "CONTACT_PERSON":
            grouped.setdefault((way["contact_point_id"], way["channel"]), []).append(way)
    for (point, channel), slots in grouped.items():
        answers = []
        for word, allowed in (("allowed", True), ("refused", False)):
            names = [way[f"slot_{lang}"] for way in slots if way["allowed"] is allowed]
            if names:
                answers.append(f"{_said(word, lang)}: {', '.join(names)}")
        typer.echo(f"  {point} {_said(channel, lang)} — {'; '.join(answers)}")
        for why in _refusals(slots, zone, lang):
            typer.echo(f"      {why}")
    others = sorted({w["contact_point_id"] for w in ways if w["relation"] == "CONTACT_PERSON"})
    if others:
        typer.echo(f"  {_said('third', lang)}: {', '.join(others)}")


def _refusals(slots: list[dict[str, Any]], zone: str, lang: str) -> list[str]:
    """Return each refusing rule once, with its source and when its answer may change."""
    said: dict[str, str] = {}
    for way in slots:
        for finding in way["findings"]:
            if way["allowed"] or finding["allows"] or finding["effect"] == "ADVISE":
                continue
            until = finding["until"]
            local = f" ({_said('until', lang)} {_local(until, zone)})" if until else ""
            said.setdefault(
                finding["rule_id"], f"{finding[f'text_{lang}']} [{finding['source']}]{local}"
            )
    return list(said.values())


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _option(option: dict[str, Any], lang: str) -> None:
    mark = "●" if option["chosen"] else " "
    typer.echo(
        f"  {mark} {_said(option['channel'], lang)}, {option[f'slot_{lang}']}, "
        f"{option[f'team_{lang}']} ({option['contact_point_id']}): {_said('good', lang)} "
        f"{format_minor(option['value_minor'])}, {_said('chance', lang)} "
        f"{option['chance_ppm'] / 10_000:.1f} %"
    )
