"""How much does every cap leave, by the decision that was just made?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.policy.kind import Kind
from forbear.values.decision import About, Decision


@dataclass(frozen=True, slots=True)
class Remaining:
    """What one cap leaves. ``days`` null: counted over everything; ``until``: when more is left."""

    about: About
    counted: int
    at_most: int
    days: int | None
    until: datetime | None

    @property
    def left(self) -> int:
        """How many more contacts it lets through now."""
        return max(0, self.at_most - self.counted)


def remaining(decision: Decision) -> tuple[Remaining, ...]:
    """Return what every cap of a decision leaves, in the order in which rules were asked.

    A cap that the person's consent lifts for now bounds nothing and is left out.
    """
    found = []
    for finding in decision.findings:
        if finding.about.kind != Kind.FREQUENCY_CAP:
            continue
        seen = dict(finding.seen)
        if "at most" not in seen:
            continue
        days = seen["days"]
        found.append(
            Remaining(
                finding.about,
                counted=_whole(seen["counted"]),
                at_most=_whole(seen["at most"]),
                days=days if isinstance(days, int) else None,
                until=finding.until,
            )
        )
    return tuple(found)


def _whole(value: object) -> int:
    assert isinstance(value, int), "a cap sees whole numbers"
    return value
