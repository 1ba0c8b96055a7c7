"""What exactly will be said, and may it be said?

Nothing is filled in by guess: a fact that is not held, a variable too few or too many, a value of
the wrong form or amounts that do not add up refuse the whole message, with every reason at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.wording.form import (
    PLACEHOLDER,
    Both,
    Claim,
    Sum,
    Variable,
    Wording,
    in_force,
    placeholders,
)
from forbear.policy.wording.value import Amount, UnfitValue, Value, write
from forbear.values.code import Language
from forbear.values.errors import Denied
from forbear.values.wording import Fact


class WordingRefused(Denied):
    """The words would not be true, or could not be filled in."""

    code = "WORDING_REFUSED"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is said, word for word. ``sha256`` is of the subject, if any, and the text."""

    text: str
    subject: str | None
    language: Language
    message_id: str
    version: int
    sha256: str


def render(
    wording: Wording,
    *,
    language: Language,
    facts: Collection[Fact],
    values: Mapping[str, Value],
    as_of: date,
) -> Rendered:
    """Fill in a message.

    Raises:
        WordingRefused: it is not in force, a fact is missing or forbids it, a variable is missing,
            extra or unfit, or the amounts do not add up. ``reasons`` holds each in both languages.
    """
    used = placeholders(wording.template(language))
    declared = {each.name: each for each in wording.variables}
    reasons = [
        *_not_in_force(wording, as_of),
        *_untrue(wording, facts),
        *_misfilled(wording, values),
    ]
    written: dict[str, str] = {}
    for name in sorted(declared.keys() & values.keys()):
        written[name] = _written(wording, declared[name], values[name], language, reasons)
    if not reasons:
        reasons += _wrong_sums(wording, values)
    if reasons:
        raise _refusal(wording, reasons)
    assert used <= written.keys(), "the loader lets no undeclared variable pass"
    text = _filled(wording.body.of(language), written)
    subject = _filled(wording.subject.of(language), written) if wording.subject else None
    whole = text if subject is None else f"{subject}\n\n{text}"
    assert not re.search(r"[{}]", whole), "neither template nor value may leave a brace"
    return Rendered(
        text=text,
        subject=subject,
        language=language,
        message_id=wording.id,
        version=wording.version,
        sha256=hashlib.sha256(whole.encode()).hexdigest(),
    )


def _filled(template: str, written: Mapping[str, str]) -> str:
    """Put every value in its place in one pass, so that no value is ever read as a template."""
    return PLACEHOLDER.sub(lambda found: written[found.group(1)], template)


def _not_in_force(wording: Wording, as_of: date) -> list[Both]:
    if in_force(wording, as_of=as_of):
        return []
    return [
        Both(
            f"第{wording.version}版在{as_of}不生效",
            f"version {wording.version} is not in force on {as_of}",
        )
    ]


def _untrue(wording: Wording, facts: Collection[Fact]) -> list[Both]:
    return [
        Both(f"缺少事实：{_zh(claim)}", f"missing fact: {_en(claim)}")
        for claim in wording.needs
        if claim.fact not in facts
    ] + [
        Both(f"因此不得发送：{_zh(claim)}", f"forbidden because: {_en(claim)}")
        for claim in wording.refuses
        if claim.fact in facts
    ]


def _zh(claim: Claim) -> str:
    return f"{claim.text.zh}（{claim.fact}）"


def _en(claim: Claim) -> str:
    return f"{claim.text.en} ({claim.fact})"


def _misfilled(wording: Wording, values: Mapping[str, Value]) -> list[Both]:
    declared = {each.name: each for each in wording.variables}
    missing = [each for name, each in declared.items() if name not in values]
    extra = sorted(values.keys() - declared.keys())
    return [
        Both(
            f"缺少变量 {each.name}：{each.meaning.zh}",
            f"missing variable {each.name}: {each.meaning.en}",
        )
        for each in missing
    ] + [Both(f"多余变量 {name}", f"extra variable {name}") for name in extra]


def _written(
    wording: Wording, variable: Variable, value: Value, language: Language, reasons: list[Both]
) -> str:
    try:
        return write(variable, value, language=language, jurisdiction=wording.jurisdiction)
    except UnfitValue as unfit:
        reasons.append(
            Both(
                f"变量 {variable.name} {unfit.reason.zh}",
                f"variable {variable.name} {unfit.reason.en}",
            )
        )
        return ""


def _wrong_sums(wording: Wording, values: Mapping[str, Value]) -> list[Both]:
    """Hold every identity of amounts; all amounts of a message are in one currency."""
    amounts = {name: each for name, each in values.items() if isinstance(each, Amount)}
    reasons = []
    if len({each.currency for each in amounts.values()}) > 1:
        reasons.append(Both("金额币种不一致", "the amounts are in different currencies"))
    for identity in wording.sums:
        if _added(identity, amounts) != amounts[identity.total].minor:
            said = " + ".join(identity.plus) + "".join(f" - {name}" for name in identity.minus)
            reasons.append(
                Both(
                    f"各项金额之和不符：{identity.total} ≠ {said}",
                    f"the amounts do not add up: {identity.total} is not {said}",
                )
            )
    return reasons


def _added(identity: Sum, amounts: Mapping[str, Amount]) -> int:
    plus = sum(amounts[name].minor for name in identity.plus)
    return plus - sum(amounts[name].minor for name in identity.minus)


def _refusal(wording: Wording, reasons: list[Both]) -> WordingRefused:
    return WordingRefused(
        f"{wording.id} may not be said: {'; '.join(each.en for each in reasons)}.",
        remedy="Choose a message whose facts hold, or give exactly its variables.",
        message_zh=f"{wording.id} 不得发送：{'；'.join(each.zh for each in reasons)}。",
        message_id=wording.id,
        version=wording.version,
        reasons=[{"zh": each.zh, "en": each.en} for each in reasons],
    )
