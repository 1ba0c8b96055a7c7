"""What would be sent, in a demonstration alone; in earnest there is no such address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from forbear.contexts.access.demo import codes_shown


def messages(request: Any) -> HttpResponse:
    """Show the codes that went lately."""
    rows = [
        {"at": f"{each.at:%H:%M:%S} UTC", "code": each.code, "tail": each.tail}
        for each in codes_shown()
    ]
    return render(request, "portal/demo.html", {"rows": rows})
