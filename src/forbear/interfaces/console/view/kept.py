"""Figures that are kept as files: the list, and one file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from forbear.interfaces.console.kept import kept, kept_file, kept_name

WORDS = {
    "funnel": gettext_lazy("Funnel"),
    "bucket": gettext_lazy("Buckets"),
    "roll": gettext_lazy("Roll rates"),
    "vintage": gettext_lazy("Vintages"),
    "teams": gettext_lazy("Teams and channels"),
    "local": gettext_lazy("Does local work?"),
}
SHEETS = {"en": "PDF, English", "zh": "PDF，中文"}
"""Each in its own language."""


@require_GET
def figures_kept(request: Any) -> HttpResponse:
    """List the periods, the newest first."""
    found = kept(settings.FORBEAR_HOME)
    shown = {
        "periods": [
            {
                "name": each.period,
                "week": "W" in each.period,
                "sheets": [{"code": lang, "label": SHEETS[lang]} for lang in each.sheets],
                "sha256": each.sha256,
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
    content = kept_file(settings.FORBEAR_HOME, period, part)
    name = kept_name(part)
    kind = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="forbear-{period}-{name}"'
    return answer
