"""Which collected facts of law are carried by which rules, and why are the others not?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from forbear.policy.pack import Library
from forbear.policy.reading import InvalidRule, read_file
from forbear.policy.rule import Place
from forbear.values.code import Jurisdiction


class Sure(StrEnum):
    """How sure a fact is."""

    PRIMARY = "P"
    SECONDARY = "S"
    WEAK = "S-"
    GENERAL = "G"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One collected fact. ``why`` is empty where a rule carries it."""

    jurisdiction: Jurisdiction
    name: str
    sure: Sure
    why_en: str
    why_zh: str
    rules: tuple[str, ...]
    place: Place


class NotCovered(InvalidRule):
    """A fact is carried by no rule, and no reason is given."""

    code = "NOT_COVERED"


def load_coverage(texts: Mapping[str, str], library: Library) -> tuple[Row, ...]:
    """Read the coverage files and find the rules that carry each fact.

    Raises:
        InvalidRule: a file does not keep its form, or a rule names a row that no file lists.
        NotCovered: a row has neither a rule nor a reason.
    """
    carriers: dict[str, list[str]] = {}
    for rule in library.rules:
        for name in rule.rows:
            if rule.id not in carriers.setdefault(name, []):
                carriers[name].append(rule.id)
    found: list[Row] = []
    for file, text in texts.items():
        read = read_file(file, text, what="rows").only("jurisdiction", "rows")
        jurisdiction = read.word("jurisdiction", Jurisdiction)
        for each in read.parts("rows"):
            each.only("row", "sure", "why")
            why = each.part("why").only("en", "zh") if each.has("why") else None
            row = Row(
                jurisdiction,
                each.get("row", str),
                each.word("sure", Sure),
                why.get("en", str) if why else "",
                why.get("zh", str) if why else "",
                tuple(sorted(carriers.pop(each.get("row", str), []))),
                Place(each.file, each.line),
            )
            if not row.rules and not why:
                raise NotCovered(
                    f"{row.place}: {row.name} has neither a rule nor a reason.",
                    remedy="Write a rule that names it under rows, or say under why why not.",
                    message_zh=f"{row.place}：{row.name} 既无规则，也无原因。",
                    remedy_zh="在某条规则的 rows 中列出它，或在 why 下写明不设规则的原因。",
                )
            found.append(row)
    if carriers:
        name, rules = min(carriers.items())
        raise InvalidRule(
            f"{', '.join(rules)} names the row {name}, which no coverage file lists.",
            remedy="Add the row to policies/coverage, or correct the name.",
        )
    return tuple(found)
