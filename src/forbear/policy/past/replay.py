"""Which contacts of the past would one set of rules judge differently from another?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from forbear.policy.past.history import Flags, History
from forbear.policy.past.judge import Judge
from forbear.policy.past.timetable import Dated, Timetable


@dataclass(frozen=True, slots=True)
class Judged:
    """One timetable's answer to every contact of a history.

    ``by_rule`` has one array a dated rule, in the timetable's order: whether it refused.
    """

    refused: Flags
    by_rule: tuple[Flags, ...]


def judge(history: History, timetables: Sequence[Timetable]) -> tuple[Judged, ...]:
    """Ask every rule of some timetables about every contact; what they share is asked once."""
    asked = Judge(history)
    answers: dict[Hashable, Flags] = {}
    day = history.events.local_day[history.contacts.position]

    def answer(dated: Dated) -> Flags:
        rule = dated.rule
        same = (rule.jurisdiction, rule.scope, rule.parameters)
        if same not in answers:
            answers[same] = asked.refuses(rule)
        return answers[same] & (day >= dated.first_day) & (day < dated.end_day)

    found = []
    for timetable in timetables:
        by_rule = tuple(answer(dated) for dated in timetable)
        refused = np.logical_or.reduce(by_rule) if by_rule else np.zeros(day.size, dtype=np.bool_)
        found.append(Judged(refused, by_rule))
    return tuple(found)
