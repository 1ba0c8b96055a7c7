"""How do the teams look now, at a desk and on a wall?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forbear.contexts.cases.desk.live import TeamLive
from forbear.contexts.cases.models import PlanState
from forbear.contexts.cases.slot import shipped_slots
from forbear.contexts.cases.today import DayFigures
from forbear.contexts.contact.gate.outbox import Outbox
from forbear.contexts.people.queries import Colleague, TeamFacts
from forbear.interfaces.console.presenter.queue import slot_word
from forbear.interfaces.console.presenter.word import count, either, sentence

WIDTH = 100
LAG_WATCHED = timedelta(minutes=5)
TEAMS_ON_WALL = 8


def outbox_shown(found: Outbox, *, now: datetime) -> list[dict[str, Any]]:
    """Return tiles of how far sending is behind, and of calls that must not have happened."""
    lag = timedelta(0) if found.due_since is None else now - found.due_since
    minutes = int(lag / timedelta(minutes=1))
    waits = ngettext(
        "the oldest due for %(minutes)s minute", "the oldest due for %(minutes)s minutes", minutes
    ) % {"minutes": count(minutes)}
    return [
        {
            "label": _("Waiting to leave"),
            "value": count(found.waiting),
            "note": waits if found.due_since else _("nothing is overdue"),
            "mood": "watch" if lag > LAG_WATCHED else "",
        },
        {
            "label": _("Fate not known"),
            "value": count(found.unknown),
            "note": _("they count as sent until settled"),
            "mood": "watch" if found.unknown else "",
        },
        {
            "label": _("Calls under way"),
            "value": count(found.calls),
            "note": _("%(answered)s answered today") % {"answered": count(found.answered)},
            "mood": "",
        },
        {
            "label": _("Calls to us today"),
            "value": count(found.came),
            "note": _("%(missed)s taken by nobody; %(back)s wait to be called back")
            % {"missed": count(found.missed), "back": count(found.asked_back)},
            "mood": "watch" if found.missed or found.asked_back else "",
        },
        {
            "label": _("Abandoned calls"),
            "value": count(found.abandoned),
            "note": _("answered, and nobody spoke; there must be none"),
            "mood": "stop" if found.abandoned else "",
        },
    ]


def teams_shown(
    teams: Sequence[TeamFacts], live: Mapping[int, TeamLive], seats: Sequence[Colleague]
) -> list[dict[str, Any]]:
    """Return each team with what is left in each part of the day."""
    seated = Counter(team for each in seats for team in each.teams)
    return [_team(team, live.get(team.id, _none(team.id)), seated[team.id]) for team in teams]


def _none(team: int) -> TeamLive:
    return TeamLive(team, {}, 0, 0, 0, 0, 0, 0)


def _team(team: TeamFacts, found: TeamLive, seats: int) -> dict[str, Any]:
    slots = []
    for slot in shipped_slots():
        left = found.plans.get((slot.name, PlanState.OPEN.value), 0)
        done = found.plans.get((slot.name, PlanState.DONE.value), 0)
        whole = left + done
        slots.append(
            {
                "label": sentence(str(slot_word(slot))),
                "left": count(left),
                "done": count(done),
                "width": done * WIDTH // whole if whole else 0,
                "any": bool(whole),
            }
        )
    return {
        "id": team.id,
        "name": either(team.name_en, team.name_zh),
        "slots": slots,
        "seats": count(seats),
        "taken": count(found.seats_taken),
        "cases": count(found.cases),
        "unowned": count(found.unowned) if found.unowned else "",
        "refused": count(found.refused),
        "callbacks": count(found.callbacks),
        "due": count(found.callbacks_due) if found.callbacks_due else "",
    }


def wall_shown(
    figures: DayFigures,
    box: Outbox,
    teams: Sequence[TeamFacts],
    *,
    own: Collection[int],
    now: datetime,
) -> dict[str, Any]:
    """Return large figures: the day's work by team, what was reached, and what was refused."""
    planned, left = Counter[int](), Counter[int]()
    for way in figures.ways:
        planned[way.team_id] += way.planned
        left[way.team_id] += way.open
    shown = [team for team in teams if planned[team.id] and (not own or team.id in own)]
    lag = timedelta(0) if box.due_since is None else now - box.due_since
    return {
        "big": [
            {"label": _("To do"), "value": count(sum(left[t.id] for t in shown))},
            {"label": _("Done"), "value": count(sum(planned[t.id] - left[t.id] for t in shown))},
            # Sending knows no teams: where the rest is of some, this must say that it is of all.
            {
                "label": _("Calls under way, whole book") if own else _("Calls under way"),
                "value": count(box.calls),
            },
            {
                "label": _("Refused to protect people, whole book")
                if own
                else _("Refused to protect people"),
                "value": count(box.refused),
            },
        ],
        "lag": count(int(lag / timedelta(minutes=1))) if lag > LAG_WATCHED else "",
        "abandoned": count(box.abandoned) if box.abandoned else "",
        "rows": [
            {
                "name": either(team.name_en, team.name_zh),
                "done": count(planned[team.id] - left[team.id]),
                "of": count(planned[team.id]),
                "width": (planned[team.id] - left[team.id]) * WIDTH // planned[team.id],
            }
            for team in shown[:TEAMS_ON_WALL]
        ],
    }
