"""Write the manual of the rules: a page a rule, a page a kind, the coverage of collected facts.

Called by tools/reference.py; pages are generated and never edited by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from forbear.contexts.rulebook.library import Shelved
from forbear.policy.case import Case
from forbear.policy.coverage import Row
from forbear.policy.diff import scope_shown
from forbear.policy.kind import KINDS, Kind, Question
from forbear.policy.rule import Basis, Rule
from forbear.policy.shown import shown
from forbear.values.code import Jurisdiction

_LAW = {
    Jurisdiction.CN: ("China", "中国"),
    Jurisdiction.US: ("United States", "美国"),
    Jurisdiction.UK: ("United Kingdom", "英国"),
}
_BASIS = {
    Basis.PRIMARY: ("read in the primary text", "已读原文"),
    Basis.SECONDARY: ("read in a secondary text", "已读二手文本"),
    Basis.UNVERIFIED: ("unverified: a house rule", "未核实：内部规则"),
}
_QUESTION = {
    Question.CONTACT: ("May this contact happen now?", "现在可以这样联系吗？"),
    Question.DETAIL: ("May the debt be spoken of now?", "现在可以谈及债务吗？"),
    Question.WORDING: ("May these words be used?", "可以使用这样的措辞吗？"),
    Question.DEED: ("May the lender do this now?", "现在可以实施该行为吗？"),
    Question.PRICE: ("Is this price within the cap?", "价格在上限之内吗？"),
    Question.CLOCK: ("When is it due, over or to be deleted?", "何时到期、届满或删除？"),
}


def pages(shelved: Shelved) -> dict[str, str]:
    """Return every page of the manual by its path below docs/reference."""
    found = {"rules.md": _joined(_index(shelved)), "coverage.md": _joined(_coverage(shelved))}
    by_rule: dict[str, list[Rule]] = {}
    for rule in shelved.library.rules:
        by_rule.setdefault(rule.id, []).append(rule)
    for name, dated in by_rule.items():
        cases = [case for case in shelved.cases if case.rule == name]
        found[_path(dated[-1])] = _joined(_rule(dated, cases))
    for kind in Kind:
        found[f"kinds/{kind.value}.md"] = _joined(_kind(kind, shelved))
    return found


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _path(rule: Rule) -> str:
    return f"rules/{rule.jurisdiction.value.lower()}/{rule.id}.md"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _index(shelved: Shelved) -> Iterator[str]:
    yield "# Rules 规则\n"
    yield (
        "Each rule has a page with its values, source, dates and worked cases. Basis: P is a "
        "primary text that was read, S a secondary one, unverified a house rule. Engineering, not "
        "legal advice: have your lawyer read the sources. What is and is not carried by a rule: "
        "[coverage](coverage.md). How to add one: [add a rule](../how-to/add-a-rule.md).\n"
    )
    yield "## Kinds 规则类型\n"
    yield "| kind | question | 问题 |\n|---|---|---|"
    for kind, (question, _, _) in KINDS.items():
        en, zh = _QUESTION[question]
        yield f"| [`{kind.value}`](kinds/{kind.value}.md) | {en} | {zh} |"
    for law, (en, zh) in _LAW.items():
        latest = {rule.id: rule for rule in shelved.library.rules if rule.jurisdiction is law}
        yield f"\n## {en} {zh}\n"
        yield "| rule | kind | sentence | 规则 | basis |\n|---|---|---|---|---|"
        for rule in sorted(latest.values(), key=lambda r: (r.house, r.id)):
            yield (
                f"| [`{rule.id}`]({_path(rule)}) | {rule.kind.value} | {_cell(rule.text_en)} | "
                f"{_cell(rule.text_zh)} | {rule.basis.value} |"
            )
    oldest = min(rule.verified for rule in shelved.library.rules)
    yield f"\nThe oldest verification is of {oldest}."


def _rule(dated: list[Rule], cases: list[Case]) -> Iterator[str]:
    rule = dated[-1]
    yield f"# {rule.id}\n"
    yield f"{rule.text_en}\n\n{rule.text_zh}\n"
    if rule.note_en:
        yield f"> {rule.note_en}\n>\n> {rule.note_zh}\n"
    yield "| | |\n|---|---|"
    yield f"| kind 类型 | [`{rule.kind.value}`](../../kinds/{rule.kind.value}.md) |"
    yield f"| effect 效力 | {rule.effect.value} |"
    yield f"| origin 来源 | {'house 内部规则' if rule.house else 'law 法律'} |"
    if rule.rows:
        yield f"| facts 事实 | {', '.join(rule.rows)} ([coverage](../../coverage.md)) |"
    if rule.tightens:
        yield f"| tightens 加严 | {', '.join(f'`{name}`' for name in rule.tightens)} |"
    for name, value in scope_shown(rule.scope).items():
        yield f"| {name} | {_cell(value)} |"
    yield "\n## Values 取值\n"
    yield "| from 起 | to 止 | values | source 依据 | basis | published 公布 | verified 核对 |"
    yield "|---|---|---|---|---|---|---|"
    for each in dated:
        values = "<br>".join(f"{name}: {value}" for name, value in shown(each.parameters).items())
        basis = _BASIS[each.basis]
        address = f"<br>{each.source.address}" if each.source.address else ""
        yield (
            f"| {each.effective} | {each.ends or ''} | {_cell(values) or '—'} | "
            f"{_cell(str(each.source))}{_cell(address)} | {each.basis.value}: {basis[0]} "
            f"{basis[1]} | {each.published or ''} | {each.verified} |"
        )
    yield "\n## Worked cases 示例\n"
    yield from _cases(cases)


def _cases(cases: list[Case]) -> Iterator[str]:
    yield "| case | 示例 | given | then |\n|---|---|---|---|"
    for case in cases:
        yield (
            f"| {_cell(case.name_en)} | {_cell(case.name_zh)} | `{_cell(_given(case))}` | "
            f"{_then(case)} |"
        )


def _then(case: Case) -> str:
    until = case.read.value.get("until")
    return f"{case.then}<br>until {until}" if until else case.then


def _given(case: Case) -> str:
    given: Any = _plain(case.read.value.get("given", {}))
    if "as_of" in case.read.value:
        given = {"as_of": case.read.value["as_of"], **given}
    text = yaml.safe_dump(given, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.strip().removeprefix("{").removesuffix("}").replace("`", "'")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _kind(kind: Kind, shelved: Shelved) -> Iterator[str]:
    question, en, zh = KINDS[kind]
    own = {rule.id: rule for rule in shelved.library.rules if rule.kind is kind}
    yield f"# {kind.value}\n"
    yield f"*{_QUESTION[question][0]} {_QUESTION[question][1]}*\n"
    yield f"{en}\n\n{zh}\n"
    if question is Question.CONTACT:
        yield (
            "Executed for one contact (`policy/ask/contact.py`) and, where it binds collecting "
            "contacts, for a whole book (`policy/mask.py`); a property test holds both against a "
            "slow third.\n"
        )
    yield "## Test table 测试表\n"
    yield "Run by `tests/spec/test_cases.py`.\n"
    yield "| rule | values | case | 示例 | given | then |\n|---|---|---|---|---|---|"
    for case in shelved.cases:
        if case.rule in own:
            rule = own[case.rule]
            values = "<br>".join(f"{n}: {v}" for n, v in shown(rule.parameters).items())
            yield (
                f"| [`{rule.id}`](../{_path(rule)}) | {_cell(values)} | {_cell(case.name_en)} | "
                f"{_cell(case.name_zh)} | `{_cell(_given(case))}` | {_then(case)} |"
            )


def _coverage(shelved: Shelved) -> Iterator[str]:
    yield "# Coverage 覆盖\n"
    yield (
        "Every collected fact of collection law, how sure it is, and the rules that carry it or "
        "the reason why none does. P: read in the primary text. S: read in a secondary text. S-: "
        "one weak source, or sources that disagree. G: general knowledge. Only P and S may be law; "
        "the others are house rules, labelled unverified, or left out.\n"
    )
    for law, (en, zh) in _LAW.items():
        yield f"## {en} {zh}\n"
        yield "| row | sure | rules, or why not | 规则或不设规则的原因 |\n|---|---|---|---|"
        for row in shelved.coverage:
            if row.jurisdiction is law:
                yield _covered(row, shelved)
        yield ""


def _covered(row: Row, shelved: Shelved) -> str:
    latest = {rule.id: rule for rule in shelved.library.rules}
    links = [f"[`{name}`]({_path(latest[name])})" for name in row.rules]
    en = ", ".join(links) + (f" {row.why_en}" if row.why_en else "")
    zh = row.why_zh or "<br>".join(latest[name].text_zh for name in row.rules)
    return f"| {row.name} | {row.sure.value} | {_cell(en.strip())} | {_cell(zh)} |"
