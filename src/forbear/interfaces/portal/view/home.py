"""The first page of whoever is in: what happens now, what does not, and three choices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from forbear.contexts.education.actions.offer import Whom, offer_lesson, put_aside
from forbear.contexts.evidence.queries import AccountNow
from forbear.interfaces.portal.presenter.learn import lesson_entry
from forbear.interfaces.portal.presenter.menu import CHOICES, MORE, shown
from forbear.interfaces.portal.presenter.now import does_not_happen, happens_now
from forbear.interfaces.portal.view.items import account_of
from forbear.policy.education.lesson import Lesson


def home(request: Any) -> HttpResponse:
    """Show what happens now and what does not, and what one can do."""
    account = account_of(request)
    today = settings.FORBEAR_MORNING.day(request.now)
    offered = _lesson(request, account, today)
    given = {
        "lesson": None
        if offered is None
        else lesson_entry(offered, today) | {"code": offered.code},
        "now": happens_now(account, today=today),
        "never": does_not_happen(account),
        "choices": shown(CHOICES),
        "more": shown(MORE, themself=request.inside.representative is None),
    }
    return render(request, "portal/home.html", given)


@require_POST
def not_now(request: Any) -> HttpResponse:
    """Let a lesson go; another is offered after a while."""
    code = request.POST.get("lesson", "")
    by = {"actor": request.principal, "now": request.now}
    put_aside(request.inside.debtor_id, code, **by)
    return HttpResponseRedirect(reverse("portal:home"))


def _lesson(request: Any, account: AccountNow, today: date) -> Lesson | None:
    """Return the lesson that fits now, for the person themself."""
    if request.inside.representative is not None:
        return None
    standing = {each.kind for each in account.holds if each.start_date <= today}
    whom = Whom(account.who.id, account.who.ref, [loan.id for loan in account.loans], standing)
    return offer_lesson(whom, actor=request.principal, today=today, now=request.now)
