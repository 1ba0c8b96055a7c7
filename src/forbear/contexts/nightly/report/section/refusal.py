"""Which rules refuse contact, how often, and on what ground?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.contexts.nightly.report.label import BASES, CHANNELS, COUNTRIES, HOLDS, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, original, tag
from forbear.contexts.nightly.report.number import count, share
from forbear.contexts.nightly.report.part import Bar, Section, bars, fold, not_measured, table
from forbear.contexts.nightly.report.source import Night

_SHOWN = 8


def refusal(night: Night) -> Section:
    """Show the refusals by rule, each with its sentence, its article and its basis."""
    name = Pair("Refused by rule", "按规则拒绝")
    by_rule = _ways(night)
    if not by_rule:
        return not_measured("refusal", name)
    refused = sum(by_rule.values())
    whole = refused + night.people("allowed")
    order = sorted(by_rule, key=lambda rule: (-by_rule[rule], rule))
    top = share(by_rule[order[0]], refused)
    listed = [_bar(night, rule, by_rule[rule], refused) for rule in order]
    more = len(order) - _SHOWN
    longest = by_rule[order[0]]
    return Section(
        "refusal",
        name,
        Pair(
            f"Rules refuse {share(refused, whole)} of all ways of contact; one rule makes up "
            f"{top} of the refusals",
            f"规则拒绝了 {share(refused, whole)} 的联系方式；其中一条规则占拒绝的 {top}",
        ),
        [
            bars(listed[:_SHOWN], labelled_by="refusal-title", style="long"),
            fold(
                Pair(f"{more} more rules", f"其余 {more} 条规则"),
                bars(listed[_SHOWN:], labelled_by="refusal-title", scale=longest, style="long"),
            )
            if more > 0
            else None,
            _by_channel(night),
            _holds(night),
        ],
        lead=Pair(
            "A way is one contact point, one channel and one time of day. Where several rules "
            "refuse, the first is counted.",
            "一种联系方式指一个联系点、一个渠道与一个时段的组合。多条规则同时拒绝时，计入第一条。",
        ),
    )


def _ways(night: Night) -> dict[str, int]:
    total: dict[str, int] = {}
    for row in night.rows("refusal"):
        total[row.group] = total.get(row.group, 0) + row.people
    return {rule: ways for rule, ways in total.items() if ways}


def _bar(night: Night, rule_id: str, ways: int, refused: int) -> Bar:
    rule = _rule(night, rule_id)
    text = Pair(rule.get("en") or rule_id, rule.get("zh") or rule_id)
    value = Pair(
        f"{count(ways)} · {share(ways, refused)}", f"{count(ways)}（{share(ways, refused)}）"
    )
    return Bar(text, ways, value, _note(night, rule_id, rule))


def _note(night: Night, rule_id: str, rule: Mapping[str, Any]) -> Html:
    touched = night.people("refusal_person", only=lambda row: row.group == rule_id)
    wholly = night.people("refused_person", only=lambda row: row.group == rule_id)
    people = Pair(
        f"{count(touched)} people, {count(wholly)} of them in every way",
        f"涉及 {count(touched)} 人，其中 {count(wholly)} 人的所有方式均被拒绝",
    )
    return tag(
        "span",
        tag("span", people),
        tag("span", _ground(rule)) if rule else None,
        tag("code", rule_id),
        class_="rule",
    )


def _ground(rule: Mapping[str, Any]) -> Pair:
    """Return where a rule holds, where it is written, and how sure its reading is."""
    place = word(COUNTRIES, str(rule.get("jurisdiction", "")))
    if rule.get("origin") == "house":
        own = BASES["HOUSE"]
        return Pair([place.en, " · ", own.en], [place.zh, "，", own.zh])
    source = original(str(rule.get("article") or rule.get("source") or ""))
    basis = word(BASES, str(rule.get("basis", "")).upper())
    return Pair(
        [place.en, " · ", source, " (", basis.en, ")"],
        [place.zh, "，", source, "（", basis.zh, "）"],
    )


def _rule(night: Night, rule_id: str) -> Mapping[str, Any]:
    for rule in night.manifest.get("rules") or ():
        if isinstance(rule, dict) and rule.get("id") == rule_id:
            return rule
    return {}


def _by_channel(night: Night) -> Html:
    allowed = {row.group: row.people for row in night.rows("allowed")}
    refused: dict[str, int] = {}
    for row in night.rows("refusal"):
        refused[row.part] = refused.get(row.part, 0) + row.people
    rows: list[list[Piece]] = []
    for channel in [c for c in CHANNELS if c in allowed or c in refused]:
        yes, no = allowed.get(channel, 0), refused.get(channel, 0)
        rows.append([word(CHANNELS, channel), count(yes), count(no), share(no, yes + no)])
    head = [
        Pair("Channel", "渠道"),
        Pair("Ways allowed", "允许"),
        Pair("Ways refused", "拒绝"),
        Pair("Refused", "拒绝率"),
    ]
    caption = Pair("Ways of contact by channel", "各渠道的联系方式")
    return tag("div", table(head, rows, caption=caption), class_="after")


def _holds(night: Night) -> Html | None:
    rows = sorted(night.rows("hold"), key=lambda row: -row.people)
    if not rows:
        return None
    cells: list[list[Piece]] = [[word(HOLDS, row.group), count(row.people)] for row in rows]
    caption = Pair(
        "People protected by a hold today; a person may have several",
        "今日受暂停保护的人数（一人可有多项）",
    )
    head = [Pair("Hold", "暂停原因"), Pair("People", "人数")]
    return fold(
        Pair("Holds that stand today", "当前有效的暂停"), table(head, cells, caption=caption)
    )
