"""Why is a person contacted today, or why not, and what exactly is owed?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.console import table
from forbear.values.money import format_minor

if TYPE_CHECKING:
    from forbear.contexts.nightly.explain import Explained

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "loans": "What is owed", "loan": "loan", "state": "state", "days": "days past due",
        "principal": "principal", "interest": "interest", "fee": "fee", "penalty": "penalty",
        "overdue": "to become current", "payoff": "pay-off", "next": "next due",
        "ways": "Ways of contact and what the rules say", "point": "contact point",
        "channel": "channel", "slot": "slot", "answer": "answer", "why": "why",
        "until": "may change at", "allowed": "allowed", "refused": "refused",
        "options": "Ways that were weighed", "team": "team", "value": "expected good",
        "chance": "chance", "chosen": "chosen", "decision": "Today",
        "sum": "principal + interest + fee + penalty = to become current",
    },
    "zh": {
        "loans": "所欠款项", "loan": "借款", "state": "状态", "days": "逾期天数",
        "principal": "本金", "interest": "利息", "fee": "费用", "penalty": "罚息",
        "overdue": "补足逾期", "payoff": "全部结清", "next": "下期应还",
        "ways": "联系方式与规则的回答", "point": "联系方式编号", "channel": "渠道", "slot": "时段",
        "answer": "回答", "why": "原因", "until": "可能变化的时间", "allowed": "允许",
        "refused": "不允许", "options": "比较过的方式", "team": "团队", "value": "预期益处",
        "chance": "把握", "chosen": "选中", "decision": "今天",
        "sum": "本金 + 利息 + 费用 + 罚息 = 补足逾期",
    },
}


def explain(
    person: Annotated[str, typer.Argument(help="The person's debtor_id.")],
    *,
    home: Annotated[
        Path, typer.Option(envvar="FORBEAR_HOME", help="The workspace folder.")
    ] = Path("forbear-home"),
    night: Annotated[
        str | None, typer.Option(help="The night's id; the latest when left out.")
    ] = None,
    lang: Annotated[str, typer.Option(help="en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Show what a person owes, which rules were asked, and why the agenda decided so."""
    from forbear.contexts.nightly.explain import explain_person
    from forbear.contexts.nightly.workspace import Workspace
    from forbear.values.errors import InvalidInput

    if lang not in _WORDS:
        raise InvalidInput(f"--lang {lang} is not known.", remedy="Use en or zh.")
    found = explain_person(person, workspace=Workspace(home), night_id=night)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, default=str))
        return
    _show(found, lang)


def _show(found: Explained, lang: str) -> None:
    words = _WORDS[lang]
    typer.echo(f"{found.debtor_id} · {found.as_of} · {found.night_id}")
    table(words["loans"], [words[w] for w in (
        "loan", "state", "days", "principal", "interest", "fee", "penalty", "overdue", "payoff",
        "next")], [_loan(each) for each in found.loans], right=2)
    typer.echo(words["sum"])
    table(words["ways"], [words[w] for w in ("point", "channel", "slot", "answer", "why", "until")],
          [_way(each, words, lang) for each in found.ways], right=9)
    table(words["options"], [words[w] for w in (
        "point", "channel", "slot", "team", "value", "chance", "chosen")],
        [_option(each) for each in found.options], right=4)
    typer.echo(f"{words['decision']}: {found.reason[f'text_{lang}']}")


def _loan(loan: dict[str, Any]) -> list[str]:
    currency = loan["currency"]
    amounts = [format_minor(loan[name]) for name in (
        "overdue_principal_minor", "overdue_interest_minor", "overdue_fee_minor", "penalty_minor",
        "overdue_minor", "payoff_minor")]
    following = "—" if loan["next_due_date"] is None else (
        f"{loan['next_due_date']} {format_minor(loan['next_due_minor'])}")
    return [f"{loan['loan_id']} ({loan['product']}, {currency})",
            f"{loan['state']} {loan['bucket']}", str(loan["days_past_due"]), *amounts, following]


def _way(way: dict[str, Any], words: dict[str, str], lang: str) -> list[str]:
    refusals = [f for f in way["findings"] if not f["allows"]]
    why = "; ".join(f"{f[f'text_{lang}']} [{f['source']}]" for f in refusals)
    return [way["contact_point_id"], way["channel"], way["slot"],
            words["allowed"] if way["allowed"] else words["refused"], why or "—",
            way["changes_at"] or "—"]


def _option(option: dict[str, Any]) -> list[str]:
    return [option["contact_point_id"], option["channel"], option["slot"], option["team"],
            format_minor(option["value_minor"]), f"{option['chance_ppm'] / 10_000:.1f} %",
            "●" if option["chosen"] else ""]
