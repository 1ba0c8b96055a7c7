"""How does the text of a rule file become checked rules?

A file holds one rule with its dated values; history is appended, never edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise

from forbear.policy.kind import CoolOff, Kind, Parameters
from forbear.policy.parameters import read_parameters
from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.policy.rule import Basis, Place, Rule, Scope, Source
from forbear.policy.shelf import Shelf
from forbear.values.code import Actor, Channel, ContactPurpose, Jurisdiction
from forbear.values.decision import Effect

_NAMED_ONLY = frozenset({ContactPurpose.ACCESS})
"""What is no contact about a debt, so that a rule binds it only where it says so."""
_RULE_FIELDS = (
    "id",
    "kind",
    "jurisdiction",
    "sentence",
    "channels",
    "purposes",
    "actors",
    "regions",
    "products",
    "effect",
    "tightens",
    "rows",
    "note",
    "values",
)
_VALUE_FIELDS = (
    "effective",
    "ends",
    "published",
    "verified",
    "basis",
    "in_force",
    "parameters",
    "source",
)


def load_rules(
    texts: Mapping[str, str], *, house: bool, shelf: Shelf | None = None
) -> tuple[Rule, ...]:
    """Read rule files into rules, one for each dated value, sorted by id and effective date.

    Raises:
        InvalidRule: a file does not keep its form, or a law rests on nothing verified.
    """
    found: list[Rule] = []
    first: dict[str, Place] = {}
    for file, text in texts.items():
        rules = _rules(read_file(file, text), house=house, shelf=shelf or Shelf())
        name, place = rules[0].id, rules[0].place
        if name in first:
            raise InvalidRule(
                f"{place}: the rule {name} already stands in {first[name]}.",
                remedy="Give it an id of its own, or append a dated value to the first file.",
                rule=name,
                file=place.file,
                line=place.line,
            )
        first[name] = place
        found += rules
    return tuple(sorted(found, key=lambda rule: (rule.id, rule.effective)))


def _rules(read: Field, *, house: bool, shelf: Shelf) -> list[Rule]:
    read.only(*_RULE_FIELDS)
    values = read.parts("values")
    if not values:
        raise read.fail(
            "values",
            "is empty",
            "Give at least one dated value.",
            zh="没有取值",
            remedy_zh="至少写一个带日期的取值。",
        )
    rules = [_rule(read, each, house=house, shelf=shelf) for each in values]
    for (_, earlier), (two, later) in pairwise(zip(values, rules, strict=True)):
        if later.effective <= earlier.effective:
            raise two.fail(
                "effective",
                f"{later.effective} is not after {earlier.effective}",
                "Append newer values at the end; never edit history.",
                zh=f"{later.effective} 不晚于 {earlier.effective}",
                remedy_zh="新取值写在最后；不要改动以往取值。",
            )
        if earlier.ends is not None and earlier.ends > later.effective:
            raise two.fail(
                "effective",
                f"overlaps the value before it, which ends on {earlier.ends}",
                "Leave ends out: a value holds until the next one begins.",
                zh=f"与上一取值重叠，后者到 {earlier.ends} 才结束",
                remedy_zh="去掉 ends：取值持续到下一个开始为止。",
            )
        if earlier.ends is not None and earlier.ends < later.effective:
            raise two.fail(
                "effective",
                f"leaves the days from {earlier.ends} to {later.effective} without a value",
                "Close the gap, or add a value with in_force: false for it.",
                zh=f"{earlier.ends} 至 {later.effective} 之间没有取值",
                remedy_zh="补上这段时间，或为其追加 in_force: false 的取值。",
            )
    return rules


def _rule(rule: Field, dated: Field, *, house: bool, shelf: Shelf) -> Rule:
    dated.only(*_VALUE_FIELDS)
    sentence = rule.part("sentence").only("en", "zh")
    note = rule.part("note").only("en", "zh") if rule.has("note") else None
    effective, ends = _days(dated)
    verified = dated.day("verified")
    assert verified is not None  # the field is required
    effect = rule.word("effect", Effect, default=Effect.BLOCK)
    kind = rule.word("kind", Kind)
    tightens = rule.value.get("tightens")
    return Rule(
        id=rule.get("id", str),
        kind=kind,
        jurisdiction=rule.word("jurisdiction", Jurisdiction),
        text_en=sentence.get("en", str),
        text_zh=sentence.get("zh", str),
        scope=Scope(
            rule.words("channels", Channel, every=True),
            rule.words("purposes", ContactPurpose, every=True, but=_NAMED_ONLY),
            rule.words("actors", Actor, every=True),
            rule.texts("regions"),
            frozenset(rule.texts("products")),
        ),
        parameters=_parameters(kind, dated, effect, shelf),
        effect=effect,
        source=_source(dated),
        basis=_basis(dated, house=house),
        effective=effective,
        ends=ends,
        published=dated.day("published", default=None),
        verified=verified,
        house=house,
        tightens=(tightens,) if isinstance(tightens, str) else rule.texts("tightens"),
        rows=rule.texts("rows"),
        note_en=note.get("en", str) if note else "",
        note_zh=note.get("zh", str) if note else "",
        place=Place(dated.file, dated.line),
    )


def _basis(dated: Field, *, house: bool) -> Basis:
    basis = dated.word("basis", Basis)
    if basis is Basis.UNVERIFIED and not house:
        raise dated.fail(
            "basis",
            "is unverified, which cannot be law",
            "Make it a house rule, or cite a text that was read.",
            zh="为 unverified，不能列为法律规则",
            remedy_zh="改为内部规则，或引用读到的文本。",
        )
    return basis


def _days(dated: Field) -> tuple[date, date | None]:
    effective, ends = dated.day("effective"), dated.day("ends", default=None)
    assert effective is not None  # the field is required
    for name in ("effective", "ends", "published", "verified"):
        if isinstance(dated.value.get(name), datetime):
            raise dated.fail(
                name,
                "is an instant, not a date",
                "Write a day, as 2026-01-30.",
                zh="是时刻而不是日期",
                remedy_zh="写日期，如 2026-01-30。",
            )
    if ends is not None and ends <= effective:
        raise dated.fail(
            "ends",
            f"{ends} is not after {effective}",
            "Write the first day after.",
            zh=f"{ends} 不晚于 {effective}",
            remedy_zh="写结束后的第一天。",
        )
    return effective, ends


def _source(dated: Field) -> Source:
    source = dated.part("source").only("title", "article", "address")
    return Source(
        source.get("title", str),
        source.get("article", str, default=""),
        source.get("address", str, default=""),
    )


def _parameters(kind: Kind, dated: Field, effect: Effect, shelf: Shelf) -> Parameters | None:
    if not dated.flag("in_force", default=True):
        return None
    given = dated.part("parameters") if dated.has("parameters") else None
    parameters = read_parameters(kind, dated, given, shelf)
    if isinstance(parameters, CoolOff) and parameters.minutes and effect is not Effect.ADVISE:
        assert given is not None  # a cool-off has parameters
        raise given.fail(
            "minutes",
            "can only advise, since the night does not know the minute of a call",
            "Write effect: ADVISE, or give days.",
            zh="只能作为提示，因为夜间安排不知道通话的具体分钟",
            remedy_zh="写 effect: ADVISE，或改用 days。",
        )
    return parameters
