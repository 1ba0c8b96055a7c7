"""Which rules were, or would have been, in force on each day of the past?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.collecting import collecting
from forbear.policy.kind import CoolOff, FrequencyCap
from forbear.policy.pack import Library
from forbear.policy.rule import Rule
from forbear.values.code import Actor, Jurisdiction
from forbear.values.day import day_number


@dataclass(frozen=True, slots=True)
class Dated:
    """A rule and the local days [first_day, end_day) on which it is asked."""

    rule: Rule
    first_day: int
    end_day: int


Timetable = tuple[Dated, ...]
"""Dated rules in the order of asking, jurisdiction by jurisdiction."""


def timetable(
    library: Library,
    *,
    first_day: date,
    end_day: date,
    one_day: date | None = None,
    actors: Mapping[Jurisdiction, Actor] | None = None,
) -> Timetable:
    """Return the rules asked over the days [first_day, end_day).

    Each day is judged by the rules of that day, or all of them by those of ``one_day``.

    Raises:
        InvalidRule: a rule cannot be asked of a book.
    """
    turns = {rule.effective for rule in library.rules} | {
        rule.ends for rule in library.rules if rule.ends
    }
    starts = [first_day, *sorted(turn for turn in turns if first_day < turn < end_day)]
    if one_day is not None:
        starts = [first_day]
    found: dict[tuple[str, date], Dated] = {}
    for start, end in zip(starts, [*starts[1:], end_day], strict=True):
        for pack in library.packs(as_of=one_day or start, actors=actors):
            for rule in collecting(pack):
                known = found.get((rule.id, rule.effective))
                first = known.first_day if known else day_number(start)
                found[rule.id, rule.effective] = Dated(rule, first, day_number(end))
    return tuple(found.values())


def reach_days(timetable: Timetable) -> int | None:
    """Return how many days before a contact the rules look back; None: to the very first event."""
    spans: list[int] = [0]
    for dated in timetable:
        own = dated.rule.parameters
        if isinstance(own, FrequencyCap | CoolOff):
            if own.days is None:
                return None
            spans += [own.days, own.lift.days if own.lift else 0]
    return max(spans)
