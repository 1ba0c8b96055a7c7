"""Every approved message as it stands on a day, and what products agree."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.particular import coming_particulars, fresh_particulars
from forbear.contexts.rulebook.library import open_products, open_wordings
from forbear.interfaces.console.presenter.particular import names_shown
from forbear.interfaces.console.presenter.rules import day_of, laws_shown
from forbear.interfaces.console.presenter.words import product_shown, wordings_shown
from forbear.values.code import Channel, Jurisdiction


@require_GET
def wordings(request: Any) -> HttpResponse:
    """Show the messages of a law, by channel."""
    given = request.GET
    today = settings.FORBEAR_MORNING.day(request.now)
    name, channel = given.get("law", "").upper(), given.get("channel", "")
    law = Jurisdiction(name) if name in set(Jurisdiction) else Jurisdiction.CN
    day = day_of(given.get("on"), today)
    chosen = Channel(channel) if channel in set(Channel) else None
    shown = {
        **place(request),
        "laws": laws_shown(law),
        "law": law.value.lower(),
        "day": day.isoformat(),
        "tab": "wordings",
        **wordings_shown(open_wordings(), law, chosen, day=day),
    }
    return render(request, "console/wordings.html", shown)


@require_GET
def products(request: Any) -> HttpResponse:
    """Show the products' buckets, and what else they agree about lateness."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    own, coming = fresh_particulars(today), coming_particulars(today, actor=actor)
    shown = {
        **place(request),
        "tab": "products",
        "products": [product_shown(each, own, coming) for each in open_products().values()],
        "bucket_rows": names_shown(own, coming),
        "may_change": actor.may(Permission.PARTICULARS_CHANGE),
    }
    return render(request, "console/products.html", shown)


def place(request: Any) -> dict[str, bool]:
    """Say beside which pages these stand: the rules, or for who keeps the system, the staff."""
    actor = request.principal
    return {
        "beside_rules": actor.may(Permission.RULES_MANAGE),
        "beside_staff": actor.may(Permission.STAFF_MANAGE),
    }
