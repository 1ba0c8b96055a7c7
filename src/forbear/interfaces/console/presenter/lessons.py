"""How does it look what lessons changed: those offered one beside those left without, by lot?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.education.figures import ArmCount, LessonCounts
from forbear.contexts.rulebook.library import open_education
from forbear.interfaces.console.presenter.figures import Table, interval_shown
from forbear.interfaces.console.presenter.word import count
from forbear.policy.education.lesson import Moment
from forbear.policy.education.terms import Arm
from forbear.values.interval import difference, wilson

_ARMS = {
    Arm.OFFERED: gettext_lazy("A lesson was offered"),
    Arm.HELD_OUT: gettext_lazy("None was, by lot"),
}
_MOMENTS = {
    None: gettext_lazy("All"),
    Moment.BEFORE_DUE: gettext_lazy("Before something fell due"),
    Moment.AFTER_FIRST_MISS: gettext_lazy("After something was missed"),
    Moment.AFTER_RECOVERY: gettext_lazy("After a recovery"),
}


def lessons_shown(found: LessonCounts) -> dict[str, Any]:
    """Return both arms side by side, and what may be concluded from them."""
    terms = open_education()
    groups = [
        shown
        for days in terms.judged_days
        for moment in _MOMENTS
        if (shown := _group(found.counts, days, moment, terms.least_of_each))
    ]
    return {
        "groups": groups,
        "experiment": terms.experiment,
        "percent": terms.hold_out_percent,
        "waiting": count(sum(found.waiting.values())),
    }


def lessons_table(found: LessonCounts) -> Table:
    """Return the counts as a table, plain."""
    head = ["days", "moment", "arm", "persons", "fell_behind"]
    rows = [
        [str(c.days), c.moment.value, c.arm.value, str(c.persons), str(c.fell_behind)]
        for c in found.counts
    ]
    return head, rows


def _group(
    counts: Iterable[ArmCount], days: int, moment: Moment | None, least: int
) -> dict[str, Any] | None:
    sums = {arm: [0, 0] for arm in Arm}
    for each in counts:
        if each.days == days and moment in {None, each.moment}:
            sums[each.arm][0] += each.persons
            sums[each.arm][1] += each.fell_behind
    known = {arm: wilson(behind, persons) for arm, (persons, behind) in sums.items()}
    rows = [
        {"label": str(_ARMS[arm]), **interval_shown(interval, sums[arm][0])}
        for arm, interval in known.items()
        if interval is not None
    ]
    if not rows:
        return None
    fewest = min(persons for persons, _behind in sums.values())
    return {
        "label": str(_MOMENTS[moment]),
        "days": days,
        "rows": rows,
        "says": _says(known, fewest, least),
    }


def _says(known: dict[Arm, Any], fewest: int, least: int) -> str:
    """Say what may be concluded, and nothing where too few were counted."""
    held, offered = known[Arm.HELD_OUT], known[Arm.OFFERED]
    if fewest < least or held is None or offered is None:
        words = _("Too few to conclude anything: %(least)s of each are asked for.")
        return words % {"least": count(least)}
    fewer = difference(held, offered)
    bounds = {"low": f"{100 * fewer.low:.1f}", "high": f"{100 * fewer.high:.1f}"}
    if fewer.low > 0:
        words = _("Where a lesson was offered, %(low)s to %(high)s points fewer fell behind.")
    elif fewer.high < 0:
        words = _("Where a lesson was offered, more fell behind: %(low)s to %(high)s points.")
        bounds = {"low": f"{-100 * fewer.high:.1f}", "high": f"{-100 * fewer.low:.1f}"}
    else:
        words = _("No difference can be told: it lies between %(low)s and %(high)s points fewer.")
    return words % bounds
