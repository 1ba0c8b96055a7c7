"""How somebody gets in: a code that is sent to them, and the last four of their identity number."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render


def enter(request: Any) -> HttpResponse:
    """Ask for a code."""
    return render(request, "portal/enter.html", {})
