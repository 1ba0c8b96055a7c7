"""Figures that are kept as files: the list, and one file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from forbear.interfaces.console.kept import kept, kept_file

WORDS = {
    "funnel": gettext_lazy("Funnel"),
    "bucket": gettext_lazy("Buckets"),
    "roll": gettext_lazy("Roll rates"),
    "vintage": gettext_lazy("Vintages"),
    "teams": gettext_lazy("Teams and channels"),
    "local": gettext_lazy("Does local work?"),
}


@require_GET
def figures_kept(request: Any) -> HttpResponse:
    """List the periods, the newest first."""
    found = kept(settings.FORBEAR_HOME)
    shown = {
        "periods": [
            {
                "name": each.period,
                "week": "W" in each.period,
                "parts": [{"code": part, "label": WORDS[part]} for part in each.parts],
            }
            for each in found
        ]
    }
    return render(request, "console/figures_kept.html", shown)


@require_GET
def figures_file(request: Any) -> HttpResponse:
    """Hand one file out."""
    period, part = (request.GET.get(name, "") for name in ("period", "part"))
    text = kept_file(settings.FORBEAR_HOME, period, part)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="forbear-{period}-{part}.csv"'
    return answer
