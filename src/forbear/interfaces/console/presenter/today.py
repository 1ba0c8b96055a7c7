"""How does a day look: the night's word, figures by team, and the rows of a plan?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.cases.slot import Slot, shipped_slots
from forbear.contexts.cases.today import Cursor, DayFigures, PlanPage, PlanRow
from forbear.contexts.nightly.latest import LatestNight, NightStanding
from forbear.contexts.people.queries import TeamFacts
from forbear.interfaces.console.presenter.bucket import bucket_word
from forbear.interfaces.console.presenter.word import (
    CHANNELS,
    PLAN_STATES,
    count,
    either,
    in_signs,
    instant,
    long_day,
    money,
)
from forbear.values.code import Channel

BAR_WIDTH = 120
_N = NightStanding
_NIGHTS = {
    _N.FRESH: ("good", gettext_lazy("Today's agenda is ready."), ""),
    _N.RUNNING: (
        "watch",
        gettext_lazy("A newer agenda is being made."),
        gettext_lazy("Go on with this one; the page changes when the new one is loaded."),
    ),
    _N.FAILED: (
        "stop",
        gettext_lazy("Last night's run failed. Contact nobody new today."),
        gettext_lazy(
            "Answer whoever calls or writes. An administrator can see what failed and run it again."
        ),
    ),
    _N.STALE: (
        "stop",
        gettext_lazy("The agenda is out of date. Contact nobody new."),
        gettext_lazy(
            "Payments and holds since then are not in it. Answer whoever calls or writes; an "
            "administrator can start the night."
        ),
    ),
    _N.NONE: (
        "stop",
        gettext_lazy("There is no agenda yet. Contact nobody new."),
        gettext_lazy("An administrator imports the lender's extract and starts the first night."),
    ),
}


def night_shown(night: LatestNight, *, zone: str) -> dict[str, Any]:
    """Return the banner: its mood, its words, and for which day the agenda is."""
    mood, words, next_step = _NIGHTS[night.standing]
    return {
        "mood": mood,
        "words": words,
        "next_step": next_step,
        "day": long_day(night.day) if night.day else None,
        "loaded": instant(night.loaded_at, zone) if night.loaded_at else None,
        "contacts_allowed": night.standing.contacts_allowed,
    }


def figures_shown(
    figures: DayFigures, *, teams: Sequence[TeamFacts], own: Collection[int]
) -> dict[str, Any]:
    """Return the tiles and the table by team, one's own teams first."""
    slots = shipped_slots()
    used = [each for each in Channel if any(way.channel is each for way in figures.ways)]
    planned, still = Counter[int](), Counter[int]()
    by_channel: dict[int, Counter[Channel]] = defaultdict(Counter)
    by_slot: dict[int, Counter[str]] = defaultdict(Counter)
    for way in figures.ways:
        planned[way.team_id] += way.planned
        still[way.team_id] += way.open
        by_channel[way.team_id][way.channel] += way.planned
        by_slot[way.team_id][way.slot] += way.planned
    cases, overdue = Counter[int | None](), defaultdict[int | None, list[str]](list)
    for load in figures.loads:
        cases[load.team_id] += load.cases
        overdue[load.team_id].append(money(load.overdue_minor, load.currency))
    shown = [team for team in teams if planned[team.id] or cases[team.id] or team.id in own]
    shown.sort(key=lambda team: (team.id not in own, -planned[team.id], team.code))
    most = max([1, *planned.values()])
    return {
        "whole": figures.whole,
        "tiles": _tiles(figures),
        "channels": [CHANNELS[each] for each in used],
        "slots": [either(slot.name_en, slot.name_zh) for slot in slots],
        "teams": [
            {
                "name": either(team.name_en, team.name_zh),
                "own": team.id in own,
                "planned": count(planned[team.id]),
                "done": count(planned[team.id] - still[team.id]),
                "channels": [_number(by_channel[team.id][each]) for each in used],
                "slots": [count(by_slot[team.id][slot.name]) for slot in slots],
                "bar": _bar(by_slot[team.id], slots, most),
                "cases": count(cases[team.id]),
                "overdue": overdue[team.id] or ["—"],
            }
            for team in shown
        ],
        "unassigned": count(cases[None]) if cases[None] else None,
    }


def _number(number: int) -> str:
    return count(number) if number else "–"


def _tiles(figures: DayFigures) -> list[dict[str, Any]]:
    planned = sum(way.planned for way in figures.ways)
    still = sum(way.open for way in figures.ways)
    owed = Counter[Any]()
    for load in figures.loads:
        owed[load.currency] += load.overdue_minor
    return [
        {
            "label": _("People planned for today"),
            "value": [count(planned)],
            "note": _("%(open)s still to do") % {"open": count(still)},
        },
        {
            "label": _("Done or cancelled so far"),
            "value": [count(planned - still)],
            "note": _("%(share)s %% of the plan")
            % {"share": (planned - still) * 100 // planned if planned else 0},
        },
        {
            "label": _("Open cases"),
            "value": [count(sum(load.cases for load in figures.loads))],
            "note": _("one for each person overdue"),
        },
        {
            "label": _("Overdue"),
            "value": [money(owed[each], each) for each in sorted(owed)] or ["—"],
            "note": _("over all open cases"),
        },
    ]


def _bar(slots: Counter[str], order: Sequence[Slot], most: int) -> list[dict[str, int]]:
    """Return the parts of a team's bar, as wide as its share of the largest team's plan."""
    parts, start = [], 0
    for number, slot in enumerate(order, start=1):
        end = start + slots[slot.name]
        left, right = start * BAR_WIDTH // most, end * BAR_WIDTH // most
        parts.append({"number": number, "x": left, "width": right - left})
        start = end
    return parts


def rows_shown(
    page: PlanPage, *, teams: Sequence[TeamFacts], after: Cursor | None
) -> dict[str, Any]:
    """Return a page of a plan, each row under the heading of its part of the day."""
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    slots = {slot.name: slot for slot in shipped_slots()}
    rows, before = [], after.slot if after else None
    for row in page.rows:
        heading = _heading(slots[row.slot]) if row.slot != before else None
        rows.append({**_row(row), "team": names.get(row.team_id, ""), "heading": heading})
        before = row.slot
    following = page.next
    return {
        "rows": rows,
        "next": ".".join(str(part) for part in following) if following else None,
    }


def _heading(slot: Slot) -> str:
    span = f"{_clock(slot.start_minute)}–{_clock(slot.end_minute)}"
    name = either(slot.name_en[0].upper() + slot.name_en[1:], slot.name_zh)
    return _("%(slot)s, %(span)s on the person's own clock") % {"slot": name, "span": span}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _row(row: PlanRow) -> dict[str, Any]:
    return {
        "name": row.name_masked or _("Name not held"),
        "ref": row.debtor_ref,
        "channel": CHANNELS[row.channel],
        "channel_code": row.channel.value.lower(),
        "state": PLAN_STATES[row.state],
        "open": row.state == "OPEN",
        "reason": in_signs(either(row.reason_en, row.reason_zh)),
        "bucket": bucket_word(row.bucket) if row.bucket else "",
        "days": row.days_past_due,
        "overdue": money(row.overdue_minor, row.currency)
        if row.overdue_minor is not None and row.currency
        else None,
    }
