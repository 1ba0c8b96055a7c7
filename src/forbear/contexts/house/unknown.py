"""What is said where no own rule has a number?"""

from __future__ import annotations

from forbear.values.errors import NotFound


class UnknownOwnRule(NotFound):
    """There is no such own rule."""

    code = "UNKNOWN_OWN_RULE"


def unknown_own_rule(number: int) -> UnknownOwnRule:
    """Return the error for a number that no own rule has."""
    return UnknownOwnRule(
        f"There is no own rule {number}.",
        remedy="Choose from the list.",
        message_zh=f"没有编号为 {number} 的自有规则。",
        remedy_zh="请从列表中选择。",
    )
