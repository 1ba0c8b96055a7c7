"""How far may a model of who answers tell the hours of the day apart, and how sure is that?

Hours were not drawn by lot: somebody chose when to call whom. So a model's word for an hour counts
only as far as persons it never learned from were found to answer more at the hours it favours.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.contexts.nightly.insight.lesson import Dealt, Lesson
from forbear.engine.risk.blend import held_back, weighed
from forbear.engine.risk.feature import HOUR_FEATURE
from forbear.engine.risk.model import Part
from forbear.values.interval import wilson

Reals = NDArray[np.float64]
_ROWS_MIN = 30
_KNOWN = 4
"""Parts of the day, of equal numbers of contacts, over which a person's mean is taken."""


def hours_told(part: Part, dealt: Dealt) -> dict[str, Any]:
    """Return the weight of the model's hours with its error, and what came of each hour.

    The weight is learned from the rows that calibrate; ``by_hour`` are the judging rows, each hour
    with the interval that covers the share that answered 95 times of 100.
    """
    rows = dealt.calibrating
    said, usual = part.share(rows.columns), _usual(part, rows)
    favoured = said - usual
    weight, error = 0.0, 0.0
    if favoured.std() > 0:
        level = np.ones(len(said))
        found = weighed((level, favoured), rows.hit - usual, level, rows.person.astype(np.float64))
        weight, error = float(found.weight[1]), float(found.error[1])
    return {
        "weight": round(min(held_back(weight, error), 1.0), 6),
        "found": round(weight, 6),
        "error": round(error, 6),
        "by_hour": _by_hour(part, dealt.judging),
    }


def _usual(part: Part, rows: Lesson) -> Reals:
    """Return how likely each row's person answers on average over the day."""
    place = rows.names.index(HOUR_FEATURE)
    hours = np.quantile(rows.columns[place], (np.arange(_KNOWN) + 0.5) / _KNOWN, method="nearest")
    total = np.zeros(rows.rows)
    for hour in hours:
        columns = list(rows.columns)
        columns[place] = np.full(rows.rows, hour)
        total += part.share(columns)
    return total / _KNOWN


def _by_hour(part: Part, rows: Lesson) -> list[dict[str, Any]]:
    said, hours = part.share(rows.columns), rows.columns[rows.names.index(HOUR_FEATURE)]
    found = []
    for hour in np.unique(hours):
        here = hours == hour
        count = int(here.sum())
        if count < _ROWS_MIN:
            continue
        came = wilson(int(rows.hit[here].sum()), count)
        assert came is not None  # some were counted
        found.append(
            {"hour": int(hour), "rows": count, "said": round(float(said[here].mean()), 6),
             "came": round(came.share, 6), "low": round(came.low, 6), "high": round(came.high, 6)}
        )  # fmt: skip
    return found
