"""The first page of whoever is in: what happens now, what does not, and three choices."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from forbear.interfaces.portal.context import there


def home(request: Any) -> HttpResponse:
    """Show what happens now and what does not, and what one can do."""
    choices = (
        ("portal:pay", _("Pay, or promise to pay")),
        ("portal:time", _("I need more time")),
        ("portal:wrong", _("Something is wrong")),
    )
    shown = {
        "choices": [
            {"address": address, "label": label}
            for page, label in choices
            if (address := there(page))
        ]
    }
    return render(request, "portal/home.html", shown)
