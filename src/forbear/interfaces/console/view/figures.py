"""The book in figures: as a page, and each part as a table file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.contact.compare import Reached, reached
from forbear.contexts.education.figures import lesson_counts
from forbear.contexts.nightly.figures import night_figures
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.interfaces.console.presenter.figures import (
    buckets_shown,
    compared_shown,
    funnel_shown,
    night_shown,
    roll_shown,
    table_of,
    vintage_shown,
)
from forbear.interfaces.console.presenter.lessons import lessons_shown, lessons_table
from forbear.interfaces.console.presenter.span import Days
from forbear.interfaces.web.error import said
from forbear.values.errors import InvalidInput, NotFound

COMPARED_DAYS = 30
COUNTED_FOR_S = 600
PARTS = ("funnel", "bucket", "roll", "vintage", "teams", "lessons")


@require_GET
def figures(request: Any) -> HttpResponse:
    """Show funnel, buckets, roll rates, vintages, and teams and channels compared."""
    actor = request.principal
    shown: dict[str, Any] = {"days": COMPARED_DAYS}
    try:
        night = night_figures(Workspace(settings.FORBEAR_HOME), actor=actor)
    except NotFound as absent:
        shown["absent"] = " ".join(said(absent))
    else:
        shown |= {
            "night": night_shown(night),
            "funnel": funnel_shown(night),
            "buckets": buckets_shown(night, drills=actor.may(Permission.CASE_ASSIGN)),
            "roll": roll_shown(night),
            "vintage": vintage_shown(night),
        }
    teams = people.teams(actor=actor, with_closed=True)
    shown["compared"] = compared_shown(_reached(request), teams)
    shown["lessons"] = lessons_shown(lesson_counts(actor=actor))
    return render(request, "console/figures.html", shown)


@require_GET
def figures_table(request: Any) -> HttpResponse:
    """Hand a part out as CSV: counts and sums, without persons."""
    part = request.GET.get("part", "")
    if part not in PARTS:
        raise InvalidInput("There is no such table.", message_zh="没有这张表。")
    actor = request.principal
    if part == "lessons":
        head, rows = lessons_table(lesson_counts(actor=actor))
    else:
        night = night_figures(Workspace(settings.FORBEAR_HOME), actor=actor)
        teams = people.teams(actor=actor, with_closed=True)
        head, rows = table_of(part, night, _reached(request), teams)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([head, *rows])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="forbear-{part}.csv"'
    return answer


def _reached(request: Any) -> tuple[Reached, ...]:
    """Count the last days, at most every ten minutes, however many look on."""
    morning = settings.FORBEAR_MORNING
    today = morning.day(request.now)
    found: tuple[Reached, ...] | None = cache.get(f"figures:{today}")
    if found is None:
        days = Days(today - timedelta(days=COMPARED_DAYS - 1), today, morning.zone)
        found = reached(days.since, days.until, actor=request.principal)
        cache.set(f"figures:{today}", found, COUNTED_FOR_S)
    return found
