"""How does one read, check, compare and try out the rules?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang
from forbear.interfaces.commands.option import Home, Json
from forbear.interfaces.commands.rules_explain import explain
from forbear.interfaces.commands.rules_export import export
from forbear.interfaces.commands.rules_named import opened
from forbear.interfaces.commands.rules_replay import replay
from forbear.interfaces.commands.wording import wording
from forbear.values.code import Actor, Jurisdiction
from forbear.values.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from forbear.contexts.rulebook.library import Shelved
    from forbear.policy.can import Found
    from forbear.policy.pack import Pack
    from forbear.policy.rule import Rule

rules = typer.Typer(
    name="rules",
    no_args_is_help=True,
    help="Read, check and compare the rules, and try them on contacts.\n\n"
    "A set of rules is named by [bold]shipped[/bold] (the files), [bold]in-force[/bold] (with the "
    "own rules that two persons let count) or by a folder that is laid out like policies; "
    "[bold]@2026-01-30[/bold] after it picks the rules in force on that day.",
)

rules.add_typer(wording)

Law = Annotated[
    Jurisdiction | None, typer.Option("--jurisdiction", "-j", help="One jurisdiction only.")
]
For = Annotated[
    Actor | None, typer.Option("--actor", help="For whom the collector acts; both when left out.")
]
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today when left out.")
]


def _today() -> date:
    return datetime.now(tz=UTC).date()


def _as_of(given: datetime | None, shelved: Shelved) -> date:
    return given.date() if given else shelved.as_of or _today()


def _laws(one: Jurisdiction | None) -> list[Jurisdiction]:
    return [one] if one else list(Jurisdiction)


def _echo(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


@rules.command("list")
def list_(
    of: Annotated[str, typer.Argument(help="shipped, in-force, or a folder.")] = "shipped",
    *,
    jurisdiction: Law = None,
    actor: For = None,
    as_of: AsOf = None,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """List the rules in force on a day."""
    shelved = opened(of, home)
    day = _as_of(as_of, shelved)
    packs = [shelved.library.pack(law, as_of=day, actor=actor) for law in _laws(jurisdiction)]
    if as_json:
        _echo([{"rule": rule.id, **_described(rule)} for pack in packs for rule in pack.rules])
        return
    for pack in packs:
        typer.echo(f"{pack.jurisdiction}  {day}  {pack.sha256[:12]}")
        for rule in pack.rules:
            sentence = rule.text_zh if lang == "zh" else rule.text_en
            typer.echo(wrapped(f"{rule.id}  {sentence}", indent=2, hang=2))


def _described(rule: Rule) -> dict[str, Any]:
    from forbear.policy.diff import scope_shown
    from forbear.policy.shown import shown

    return {
        "kind": rule.kind.value,
        "jurisdiction": rule.jurisdiction.value,
        "origin": "house" if rule.house else "law",
        "effect": rule.effect.value,
        "text_en": rule.text_en,
        "text_zh": rule.text_zh,
        "scope": scope_shown(rule.scope),
        "parameters": shown(rule.parameters),
        "source": str(rule.source),
        "address": rule.source.address,
        "basis": rule.basis.value,
        "effective": rule.effective.isoformat(),
        "verified": rule.verified.isoformat(),
        "place": str(rule.place),
    }


@rules.command()
def show(
    rule_id: Annotated[str, typer.Argument(help="The rule's id, such as cn.hours.gbt.")],
    *,
    of: Annotated[str, typer.Option("--in", help="shipped, in-force, or a folder.")] = "shipped",
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Show one rule: its sentence, values, source, history and worked cases."""
    from difflib import get_close_matches

    shelved = opened(of, home)
    dated = [rule for rule in shelved.library.rules if rule.id == rule_id]
    if not dated:
        known = sorted({rule.id for rule in shelved.library.rules})
        near = get_close_matches(rule_id, known, n=3)
        raise NotFound(
            f"There is no rule {rule_id}.",
            remedy=f"Did you mean {', '.join(near)}?" if near else "See: forbear rules list",
        )
    cases = [case for case in shelved.cases if case.rule == rule_id]
    if as_json:
        told = [{"name_en": c.name_en, "name_zh": c.name_zh, "then": c.then} for c in cases]
        _echo({"rule": rule_id, "values": [_described(rule) for rule in dated], "cases": told})
        return
    for rule in dated:
        said = _described(rule)
        typer.echo(wrapped(f"{rule.id}  {rule.text_zh if lang == 'zh' else rule.text_en}", hang=2))
        note = rule.note_zh if lang == "zh" else rule.note_en
        if note:
            typer.echo(wrapped(note, indent=2, hang=2))
        for name in ("kind", "effect", "effective", "verified", "basis", "source", "place"):
            typer.echo(wrapped(f"{name}: {said[name]}", indent=2, hang=4))
        for name, value in {**said["scope"], **said["parameters"]}.items():
            typer.echo(wrapped(f"{name}: {value}", indent=2, hang=4))
    for case in cases:
        name = case.name_zh if lang == "zh" else case.name_en
        typer.echo(wrapped(f"- {name} → {case.then}", indent=2, hang=2))


@rules.command()
def check(
    of: Annotated[str, typer.Argument(help="shipped, in-force, or a folder.")] = "shipped",
    *,
    as_of: AsOf = None,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Look through a set of rules: form, sources, cases, gaps, idle rules, old verifications."""
    from forbear.policy.check import Severity
    from forbear.policy.check import check as look_through

    shelved = opened(of, home)
    day = _as_of(as_of, shelved)
    remarks = look_through(
        shelved.library, cases=shelved.cases, coverage=shelved.coverage, as_of=day
    )
    errors = sum(remark.severity is Severity.ERROR for remark in remarks)
    if as_json:
        _echo({"as_of": day.isoformat(), "remarks": [remark.as_dict() for remark in remarks]})
    else:
        for remark in remarks:
            zh = lang == "zh"
            typer.echo(
                wrapped(
                    f"{_SEVERITY[remark.severity.value][zh]} {remark.place}: "
                    f"{remark.text_zh if zh else remark.text_en}",
                    hang=2,
                )
            )
            typer.echo(
                wrapped(f"→ {remark.remedy_zh if zh else remark.remedy_en}", indent=2, hang=2)
            )
        typer.echo(_checked(shelved, day, len(remarks), errors, lang=lang))
    if errors:
        raise typer.Exit(InvalidInput.exit_code)


_SEVERITY = {
    "error": ("error", "错误"),
    "warning": ("warning", "警告"),
    "note": ("note", "提示"),
}


def _checked(shelved: Shelved, day: date, remarks: int, errors: int, *, lang: str) -> str:
    count = len({rule.id for rule in shelved.library.rules})
    if lang == "zh":
        return (
            f"截至 {day}：{count} 条规则、{len(shelved.cases)} 个示例，"
            f"{errors} 个错误，{remarks - errors} 条其他提示。"
        )
    return (
        f"As of {day}: {count} rules, {len(shelved.cases)} worked cases, {errors} errors, "
        f"{remarks - errors} other remarks."
    )


@rules.command()
def diff(
    before: Annotated[str, typer.Argument(help="Such as shipped@2025-12-31.")],
    after: Annotated[str, typer.Argument(help="Such as in-force, or a folder.")],
    *,
    jurisdiction: Law = None,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Say in words what changes from one set of rules to another."""
    found = []
    for one, two in _pairs(before, after, jurisdiction, home):
        from forbear.policy.diff import diff as compare

        found += [(one.jurisdiction, each) for each in compare(one, two)]
    if as_json:
        _echo([{"jurisdiction": law.value, **each.as_dict()} for law, each in found])
        return
    for law, each in found:
        sentence = each.sentence_zh if lang == "zh" else each.sentence_en
        typer.echo(wrapped(f"{law}  {sentence}", hang=4))
    if not found:
        typer.echo("没有差异。" if lang == "zh" else "Nothing differs.")


def _pairs(
    before: str, after: str, law: Jurisdiction | None, home: Path
) -> list[tuple[Pack, Pack]]:
    one, two = opened(before, home), opened(after, home)
    days = _as_of(None, one), _as_of(None, two)
    return [
        (one.library.pack(each, as_of=days[0]), two.library.pack(each, as_of=days[1]))
        for each in _laws(law)
    ]


@rules.command("can?")
def can(
    allows: Annotated[str, typer.Argument(help="The set that should allow.")],
    refuses: Annotated[str, typer.Argument(help="The set that should refuse.")],
    *,
    jurisdiction: Law = None,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Is there any contact that the first set allows and the second refuses?"""
    from forbear.policy.can import can as search

    answers = []
    for one, two in _pairs(allows, refuses, jurisdiction, home):
        searched = search(one, two)
        answer: dict[str, Any] = {
            "jurisdiction": one.jurisdiction.value,
            "found": searched.found is not None,
            "proven": searched.proven,
            "situations": searched.situations,
            "at_a_time": searched.at_a_time,
        }
        if searched.found is not None:
            answer |= _example(searched.found)
        answers.append(answer)
    if as_json:
        _echo(answers)
        return
    for answer in answers:
        typer.echo(wrapped(_can_said(answer, lang=lang), hang=4))


def _example(found: Found) -> dict[str, Any]:
    facts = found.situation.facts
    return {
        "channel": facts.channel.value,
        "at": found.situation.now.isoformat(),
        "twists": list(found.twists),
        "refused_by": [
            {"rule": f.rule_id, "text_en": f.about.text_en, "text_zh": f.about.text_zh}
            for f in found.refused.refusals
        ],
    }


def _can_said(answer: dict[str, Any], *, lang: str) -> str:
    law, zh = answer["jurisdiction"], lang == "zh"
    if answer["found"]:
        rule = answer["refused_by"][0]
        twists = ", ".join(answer["twists"]) or ("an ordinary contact", "普通联系")[zh]
        contact = f"{answer['channel']} {answer['at']} ({twists})"
        if zh:
            return f"{law}  有：{contact}。后者由 {rule['rule']} 拒绝：{rule['text_zh']}"
        return f"{law}  Yes: {contact}. The second refuses by {rule['rule']}: {rule['text_en']}"
    if answer["proven"]:
        if zh:
            return f"{law}  没有：后者的每条规则都已包含在前者之中。"
        return f"{law}  No: every rule of the second is contained in one of the first."
    number, at_a_time = f"{answer['situations']:,}", answer["at_a_time"]
    if zh:
        return f"{law}  在规则边界的 {number} 种情形（每次至多 {at_a_time} 处变化）中没有找到。"
    return (
        f"{law}  None found among {number} situations at the rules' boundaries, "
        f"up to {at_a_time} changes at a time."
    )


rules.command()(explain)
rules.command()(replay)
rules.command()(export)
