"""How does a call that was drawn look, to whoever judges it and to its collector?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forbear.contexts.cases.quality.card import CardShown
from forbear.contexts.cases.quality.word import MARKS, POINTS, STRATA, Point
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.word import either, long_day, sentence


def cards_shown(found: Sequence[CardShown], names: Mapping[int, str]) -> dict[str, Any]:
    """Return cards, those that wait to be judged first, and how the points went on the whole."""
    rows = [card_shown(each, names, {}) for each in found]
    marked = {
        point: [each.marks[point] for each in found if each.marks[point] is not None]
        for point in Point
    }
    return {
        "waiting": [row for row in rows if not row["done"]],
        "judged": [row for row in rows if row["done"]],
        "points": [
            {
                "label": _point(point),
                "width": round(50 * sum(m or 0 for m in marks) / len(marks)),
                "number": f"{round(50 * sum(m or 0 for m in marks) / len(marks))} %",
            }
            for point, marks in marked.items()
            if marks
        ],
    }


def card_shown(
    each: CardShown,
    names: Mapping[int, str],
    refs: Mapping[int, str],
    *,
    given: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return one card; ``given``: what a form said that could not be taken."""
    stratum = STRATA[each.stratum]
    return {
        "id": each.id,
        "day": long_day(each.day),
        "staff": names.get(each.staff_id, ""),
        "permit": each.permit_id,
        "person": each.debtor_id,
        "ref": refs.get(each.debtor_id, ""),
        "stratum": sentence(either(stratum.en, stratum.zh)),
        "done": each.scored_at is not None,
        "percent": each.percent,
        "by": names.get(each.scored_by or 0, ""),
        "at": here(each.scored_at),
        "seen": each.seen_at is not None,
        "note": given.get("note", "") if given is not None else each.note or "",
        "points": [_marked(point, each.marks[point], given) for point in Point],
    }


def _marked(point: Point, mark: int | None, given: Mapping[str, str] | None) -> dict[str, Any]:
    chosen = str(mark) if given is None and mark is not None else (given or {}).get(point.value, "")
    return {
        "code": point.value,
        "label": _point(point),
        "mark": "" if mark is None else either(MARKS[mark].en, MARKS[mark].zh),
        "value": mark,
        "choices": [
            {
                "value": value,
                "label": sentence(either(word.en, word.zh)),
                "chosen": chosen == str(value),
            }
            for value, word in MARKS.items()
        ],
        "none": chosen == "",
    }


def _point(point: Point) -> str:
    said = POINTS[point]
    return either(said.en, said.zh)
