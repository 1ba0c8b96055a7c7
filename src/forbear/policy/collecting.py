"""Which rules bind the collecting contacts that a book holds or plans?

Advice refuses nothing and is left out. So are limits of time that a person stated: the book does
not carry them, and the gate asks them before every contact.
"""

from __future__ import annotations

from forbear.policy.kind import StatedLimit, UnreachableTest
from forbear.policy.pack import Pack
from forbear.policy.reading import InvalidRule
from forbear.policy.rule import Rule
from forbear.values.code import ContactPurpose


def collecting(pack: Pack) -> tuple[Rule, ...]:
    """Return the rules of a pack that refuse collecting contacts, in the order of asking.

    Raises:
        InvalidRule: a rule is of a kind that only a search for the person is asked.
    """
    found = tuple(
        rule
        for rule in pack.asked
        if rule.binds
        and ContactPurpose.COLLECT in rule.scope.purposes
        and not isinstance(rule.parameters, StatedLimit)
    )
    for rule in found:
        if isinstance(rule.parameters, UnreachableTest):
            raise InvalidRule(
                f"{rule.place}: {rule.id} asks whether the person is unreachable before a contact "
                "to collect.",
                remedy="Limit its purposes to those of a search, such as LOCATE.",
                message_zh=f"{rule.place}：{rule.id} 要求在催收联系前判断是否失联。",
                remedy_zh="请将 purposes 限于查找本人的目的，例如 LOCATE。",
                rule=rule.id,
                file=rule.place.file,
                line=rule.place.line,
            )
    return found
