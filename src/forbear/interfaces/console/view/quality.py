"""Calls drawn by lot: draw a day's, judge one, and read how one's own were."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from forbear.contexts.cases.quality.card import card, cards_of, own_cards, score_card
from forbear.contexts.cases.quality.draw import draw_sample
from forbear.contexts.cases.quality.word import MARK_MAX, Point
from forbear.contexts.contact.call.hearing import kept_of, may_hear
from forbear.contexts.contact.transcript.reading import waiting
from forbear.contexts.people import queries as people
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.interfaces.console.presenter.quality import card_shown, cards_shown
from forbear.interfaces.console.presenter.rules import day_of
from forbear.interfaces.console.presenter.span import Days
from forbear.interfaces.console.view.recording import words_shown
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, NotFound

SHOWN_DAYS = 7


def quality(request: Any) -> HttpResponse:
    """Show the cards of a week; on demand draw those of a day."""
    actor, now, morning = request.principal, request.now, settings.FORBEAR_MORNING
    today = morning.day(now)
    if request.method == "POST":
        day = min(day_of(request.POST.get("day"), today), today)
        span = Days(day, day, morning.zone)
        drawn = draw_sample(day, since=span.since, until=span.until, actor=actor, now=now)
        words = ngettext("%(n)s call was drawn.", "%(n)s calls were drawn.", drawn) % {"n": drawn}
        messages.success(request, words if drawn else _("Nobody's call of that day was left."))
        return redirect("quality")
    found = cards_of(today - timedelta(days=SHOWN_DAYS - 1), today, actor=actor, now=now)
    names = people.staff_names(
        {each.staff_id for each in found} | {each.scored_by or 0 for each in found}, actor=actor
    )
    shown = {
        **cards_shown(found, names),
        "today": today.isoformat(),
        "moments_wait": waiting(actor=actor),
    }
    return render(request, "console/quality.html", shown)


def quality_card(request: Any, card_id: int) -> HttpResponse:
    """Show one card, and take how the call was."""
    actor, now = request.principal, request.now
    fault = None
    if request.method == "POST":
        try:
            score_card(card_id, _marks(request), request.POST.get("note", ""), actor=actor, now=now)
        except NotFound:
            raise
        except ForbearError as refused:
            fault = refused
        else:
            messages.success(request, _("Written down; the colleague can read it."))
            return redirect("quality")
    found = card(card_id, actor=actor, now=now)
    names = people.staff_names({found.staff_id, found.scored_by or 0}, actor=actor)
    refs = refs_of([found.debtor_id], actor=actor)
    recorded, written = kept_of(found.permit_id, actor=actor)
    given = request.POST if fault else None
    shown = {
        "card": card_shown(found, names, refs, given=given),
        "recorded": recorded or written,
        "fault": "" if fault is None else " ".join(said(fault)),
        **(_said(found.permit_id, actor=actor, now=now) if written else {}),
    }
    status = 200 if fault is None else status_of(fault)
    return render(request, "console/quality_card.html", shown, status=status)


def _said(permit_id: UUID, *, actor: Any, now: datetime) -> dict[str, Any]:
    """Return the moments of the call, and its words where the reader has said why a while ago."""
    hears = may_hear(permit_id, actor=actor, now=now)
    return words_shown(permit_id, hears=hears, actor=actor, now=now)


@require_GET
def coaching(request: Any) -> HttpResponse:
    """Show how one's own calls were that were listened to."""
    actor = request.principal
    found = own_cards(actor=actor, now=request.now)
    names = people.staff_names({each.scored_by or 0 for each in found}, actor=actor)
    cards = [card_shown(each, names, {}) for each in found]
    return render(request, "console/coaching.html", {"cards": cards})


def _marks(request: Any) -> dict[Point, int | None]:
    known = {str(mark): mark for mark in range(MARK_MAX + 1)}
    return {point: known.get(request.POST.get(point.value, "")) for point in Point}
