"""Which of several beliefs about a person's region counts?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from forbear.contexts.portfolio.said import RegionSaid
from forbear.values.code import RegionSource


class Told(NamedTuple):
    """A region as the lender told it, without saying how sure that is; null: not known."""

    source: RegionSource | None
    region: str | None


def surest(told: Told, beliefs: Iterable[RegionSaid]) -> Told:
    """Return the region that counts, and whose word it is.

    Among beliefs the most confident counts, and of equals the surer source. What the lender told
    gives way only to a source that is surer by its kind, or to a belief of the same source.
    """
    rivals = [
        each
        for each in beliefs
        if told.region is None or told.source is None or each.source.number <= told.source.number
    ]
    if not rivals:
        return told
    best = min(rivals, key=lambda each: (-each.confidence_percent, each.source.number))
    return Told(best.source, best.region)
