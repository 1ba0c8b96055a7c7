"""Every approved message as it stands on a day, what products agree, and whose money it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.creditor import creditors
from forbear.contexts.rulebook.library import open_library, open_products, open_wordings
from forbear.interfaces.console.presenter.rules import LAWS, day_of, keeping_shown, laws_shown
from forbear.interfaces.console.presenter.word import either
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
        **_place(request),
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
    shown = [product_shown(each) for each in open_products().values()]
    around = {**_place(request), "tab": "products"}
    return render(request, "console/products.html", {"products": shown, **around})


@require_GET
def lender(request: Any) -> HttpResponse:
    """Show whose money it is, and how long each law has data about people kept."""
    today, library = settings.FORBEAR_MORNING.day(request.now), open_library()
    shown = {
        "tab": "lender",
        "creditors": [
            {
                "code": each.code,
                "name": either(each.name_en, each.name_zh),
                "extract": each.extract_date.isoformat() if each.extract_date else "",
            }
            for each in creditors(actor=request.principal)
        ],
        "laws": [
            {"label": word, "rules": keeping_shown(library.pack(law, as_of=today))}
            for law, word in LAWS.items()
        ],
    }
    return render(request, "console/lender.html", shown)


def _place(request: Any) -> dict[str, bool]:
    """Say beside which pages these stand: the rules, or for who keeps the system, the staff."""
    actor = request.principal
    return {
        "beside_rules": actor.may(Permission.RULES_MANAGE),
        "beside_staff": actor.may(Permission.STAFF_MANAGE),
    }
