"""How do rules that two persons of the lender let count, one by one, join those of the files?

An own rule has the very form of a rule's file and is read by the same loader. It answers whether a
contact may happen, and can only refuse more than the law does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from forbear.policy.kind import KINDS, Kind, Question
from forbear.policy.load import load_rules
from forbear.policy.pack import Library
from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.policy.rule import Rule
from forbear.policy.tighten import check_tightens

TEXT_LENGTH_MAX = 8_000
_ID = re.compile(r"own\.(cn|us|uk)\.[a-z0-9_]+(\.[a-z0-9_]+)*")
_ID_LENGTH_MAX = 80


@dataclass(frozen=True, slots=True)
class OwnText:
    """The text of one version of an own rule, as it was approved.

    ``gone``: the day from which it holds no more, since it was withdrawn; null: it was not.
    """

    file: str
    text: str
    gone: date | None = None


def is_own(rule_id: str) -> bool:
    """Whether an id is one that own rules alone have."""
    return rule_id.startswith("own.")


def read_own(file: str, text: str, library: Library) -> Rule:
    """Read what somebody proposes beside the rules of a library.

    Raises:
        InvalidRule: it does not keep the form of a rule, or is none that may be an own rule.
        LooserThanLaw: it allows what the law refuses.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise InvalidRule(
            f"{file} is longer than {TEXT_LENGTH_MAX} characters.",
            remedy="Propose one rule at a time.",
            message_zh=f"{file} 超过 {TEXT_LENGTH_MAX} 个字符。",
            remedy_zh="请每次只提出一条规则。",
            file=file,
        )
    read = read_file(file, text)
    rules = load_rules({file: text}, house=True, shelf=library.shelf)
    if len(rules) > 1:
        raise read.fail(
            "values",
            f"holds {len(rules)} dated values",
            "Give one; a later value is a new version, proposed by itself.",
            zh=f"含 {len(rules)} 个带日期的取值",
            remedy_zh="只写一个；以后的取值作为新版本另行提出。",
        )
    rule = rules[0]
    _check_form(read, rule, library)
    check_tightens(rule, [law for law in library.rules if not law.house])
    return rule


def _check_form(read: Field, rule: Rule, library: Library) -> None:
    law = rule.jurisdiction.value.lower()
    named = _ID.fullmatch(rule.id) and len(rule.id) <= _ID_LENGTH_MAX
    if not named or not rule.id.startswith(f"own.{law}."):
        raise read.fail(
            "id",
            f"'{rule.id}' is no name of an own rule under this law",
            f"Write it as own.{law}.quiet_days: small letters, digits, points and _.",
            zh=f"“{rule.id}”不是该法域自有规则的编号",
            remedy_zh=f"写成 own.{law}.quiet_days 的形式：小写字母、数字、点与下划线。",
        )
    if any(each.id == rule.id for each in library.rules):
        raise read.fail(
            "id",
            f"{rule.id} stands in the files already",
            "Give it an id of its own.",
            zh=f"{rule.id} 已在规则文件中",
            remedy_zh="请另起一个编号。",
        )
    if rule.question is not Question.CONTACT:
        asked = ", ".join(each for each in Kind if KINDS[each][0] is Question.CONTACT)
        raise read.fail(
            "kind",
            f"{rule.kind.value} is not asked whether a contact may happen",
            f"Such a rule stands in the files. Here: {asked}.",
            zh=f"{rule.kind.value} 不用于判断能否联系",
            remedy_zh=f"此类规则写在文件中。这里可用：{asked.replace(', ', '、')}。",
        )
    if not rule.binds:
        raise read.fail(
            "effect",
            "only advises, which tightens nothing",
            "Write BLOCK, or leave effect out.",
            zh="仅为提示，没有收紧任何规定",
            remedy_zh="写 BLOCK，或去掉 effect。",
        )
    if rule.parameters is None:
        raise read.fail(
            "values",
            "says that the rule is not in force",
            "To end an own rule, withdraw it.",
            zh="声明该规则不生效",
            remedy_zh="如需结束自有规则，请撤销该规则。",
        )


def with_own(library: Library, own: Sequence[OwnText]) -> Library:
    """Return a library with own rules, known by a hash of its own; without any the same one.

    What was approved is asked even where a law has become stricter since: it can only refuse more.
    An own rule whose id stands in the files by now is asked as it stands there.

    Raises:
        InvalidRule: a text can no longer be read.
    """
    if not own:
        return library
    filed = {rule.id for rule in library.rules}
    added = [
        _as_it_stands(rule, each.gone)
        for each in own
        for rule in load_rules({each.file: each.text}, house=True, shelf=library.shelf)
        if rule.id not in filed
    ]
    ranked = sorted(added, key=lambda rule: (rule.id, rule.effective))
    told = sorted((each.file, each.text, str(each.gone)) for each in own)
    digest = hashlib.sha256(repr((library.sha256, told)).encode()).hexdigest()
    return Library((*library.rules, *ranked), digest, library.shelf)


def _as_it_stands(rule: Rule, gone: date | None) -> Rule:
    if gone is None or (rule.ends is not None and rule.ends <= gone):
        return rule
    return replace(rule, ends=gone) if gone > rule.effective else replace(rule, parameters=None)
