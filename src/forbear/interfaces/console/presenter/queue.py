"""How does a day's work look: each person with why, when, how often still, and who is at it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forbear.contexts.cases.desk.queue import CallbackDue, Queue, QueueRow
from forbear.contexts.cases.models import PlanState
from forbear.contexts.cases.slot import Slot, shipped_slots
from forbear.contexts.cases.today import Cursor, PlanRow
from forbear.contexts.cases.transition import STATES
from forbear.contexts.people.queries import TeamFacts
from forbear.interfaces.console.presenter.bucket import bucket_word
from forbear.interfaces.console.presenter.budget import budget_shown
from forbear.interfaces.console.presenter.clock import clock_time, minutes
from forbear.interfaces.console.presenter.word import (
    CHANNELS,
    PLAN_STATES,
    count,
    either,
    in_signs,
    money,
    sentence,
)
from forbear.interfaces.web.clock import clock_named
from forbear.values.principal import Principal

WAYS = {
    "desk": gettext_lazy("for a colleague"),
    "all": gettext_lazy("also by machine"),
}
STANDS: dict[str, tuple[Any, tuple[PlanState, ...]]] = {
    "open": (gettext_lazy("To do"), (PlanState.OPEN,)),
    "done": (gettext_lazy("Done"), (PlanState.DONE,)),
    "cancelled": (gettext_lazy("Cancelled"), (PlanState.CANCELLED,)),
    "all": (gettext_lazy("All"), tuple(PlanState)),
}


def filters_shown(chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the choices of slot, state and way, with the one that holds."""
    slots = [(slot.name, slot_word(slot)) for slot in shipped_slots()]
    states = [(key, word) for key, (word, _states) in STANDS.items()]
    choices: tuple[tuple[str, Any, Sequence[tuple[str, Any]]], ...] = (
        ("slot", _("Part of the day"), [("", _("Whole day")), *slots]),
        ("state", _("State"), states),
        ("way", _("Who acts"), list(WAYS.items())),
    )
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": value, "label": sentence(str(word)), "chosen": value == chosen[name]}
                for value, word in options
            ],
        }
        for name, label, options in choices
    ]


def queue_shown(
    queue: Queue,
    *,
    teams: Sequence[TeamFacts],
    after: Cursor | None,
    actor: Principal,
    now: datetime,
) -> dict[str, Any]:
    """Return the rows under the headings of their slots, and calls that were promised."""
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    slots = {slot.name: slot for slot in shipped_slots()}
    rows, before = [], after.slot if after else None
    for row in queue.rows:
        slot = slots[row.plan.slot]
        heading = _heading(slot) if row.plan.slot != before else None
        rows.append({**_row(row, slot, names, actor), "heading": heading})
        before = row.plan.slot
    return {
        "rows": rows,
        "next": ".".join(str(part) for part in queue.next) if queue.next else None,
        "callbacks": [_callback(each, now) for each in queue.callbacks],
    }


def slot_word(slot: Slot) -> str:
    """Return what a part of the day is called."""
    return either(sentence(slot.name_en), slot.name_zh)


def _heading(slot: Slot) -> str:
    span = f"{minutes(slot.start_minute)}–{minutes(slot.end_minute)}"
    return _("%(slot)s, %(span)s on the person's own clock") % {
        "slot": slot_word(slot),
        "span": span,
    }


def _row(row: QueueRow, slot: Slot, teams: Mapping[int, str], actor: Principal) -> dict[str, Any]:
    plan = row.plan
    return {
        "person": plan.debtor_id,
        "case": plan.case_id,
        "name": plan.name_masked or _("Name not held"),
        "ref": plan.debtor_ref,
        "team": teams.get(plan.team_id, ""),
        "channel": CHANNELS[plan.channel],
        "channel_code": plan.channel.value.lower(),
        "why": in_signs(either(plan.reason_en, plan.reason_zh)),
        "state": PLAN_STATES[plan.state],
        "open": plan.state is PlanState.OPEN,
        "case_state": None if plan.case_state is None else said_case(plan),
        "overdue": None
        if plan.overdue_minor is None or plan.currency is None
        else money(plan.overdue_minor, plan.currency),
        "lateness": lateness(plan.days_past_due, plan.bucket),
        "who": _who(row, actor),
        "mine": row.held is not None and row.held.by(actor),
        "best": _best(row, slot),
        "gate": None if row.budget is None else budget_shown(row.budget, zone=row.zone),
    }


def said_case(plan: PlanRow) -> str:
    """Return where a row's case stands."""
    assert plan.case_state is not None
    said = STATES[plan.case_state]
    return either(sentence(said.en), said.zh)


def lateness(days: int | None, bucket: str | None) -> str:
    """Return how late, in days and bucket."""
    if days is None or bucket is None:
        return ""
    if days <= 0:
        return bucket_word(bucket)
    told = ngettext("%(days)s day past due", "%(days)s days past due", days)
    return f"{told % {'days': count(days)}} · {bucket_word(bucket)}"


def _who(row: QueueRow, actor: Principal) -> str:
    if row.held is None:
        return ""
    until = clock_time(row.held.until_at, row.zone, now=row.held.until_at)
    if row.held.by(actor):
        return _("with you until %(time)s") % {"time": until}
    return _("%(name)s has it until %(time)s") % {"name": row.held.name, "time": until}


def _best(row: QueueRow, slot: Slot) -> str:
    """Return how the planned part of the day stands on the person's clock."""
    if row.budget is None:
        return ""
    there = row.budget.at.astimezone(ZoneInfo(row.zone))
    minute = there.hour * 60 + there.minute
    if minute < slot.start_minute:
        return _("best from %(time)s") % {"time": minutes(slot.start_minute)}
    if minute < slot.end_minute:
        left = slot.end_minute - minute
        return _("best time now, %(hours)s left") % {"hours": _hours(left)}
    return _("planned time is over")


def _hours(left: int) -> str:
    if left < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", left) % {"n": left}
    return _("%(h)s h %(m)s min") % {"h": left // 60, "m": left % 60}


def _callback(due: CallbackDue, now: datetime) -> dict[str, Any]:
    return {
        "case": due.case_id,
        "person": due.debtor_id,
        "name": due.name_masked or _("Name not held"),
        "ref": due.debtor_ref,
        "when": clock_time(due.due_at, due.zone, now=now),
        "zone": clock_named(due.zone),
        "late": due.due_at < now,
        "mine": due.mine,
    }
