"""The first page of whoever is in: what happens now, what does not, and three choices."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from forbear.interfaces.portal.presenter.menu import CHOICES, MORE, shown
from forbear.interfaces.portal.presenter.now import does_not_happen, happens_now
from forbear.interfaces.portal.view.items import account_of


def home(request: Any) -> HttpResponse:
    """Show what happens now and what does not, and what one can do."""
    account = account_of(request)
    today = settings.FORBEAR_MORNING.day(request.now)
    given = {
        "now": happens_now(account, today=today),
        "never": does_not_happen(account),
        "choices": shown(CHOICES),
        "more": shown(MORE),
    }
    return render(request, "portal/home.html", given)
