"""The page on which sending is released after a restore."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forbear.contexts.contact.actions.release_sending import release_sending
from forbear.contexts.database.models import Settled
from forbear.interfaces.web.hold import held_now
from forbear.values.errors import InvalidInput


def sending(request: Any) -> HttpResponse:
    """Show whether sending is held, and let it go on."""
    if request.method == "POST":
        chosen = request.POST.get("settled", "")
        if chosen not in {each.value for each in Settled}:
            raise InvalidInput(
                "Nobody has said how it was settled.",
                remedy="Choose one of the two.",
                message_zh="未说明如何核清。",
                remedy_zh="请选择其一。",
            )
        release_sending(
            settings.FORBEAR_HOME,
            settled=Settled(chosen),
            actor=request.principal,
            now=request.now,
        )
        messages.success(request, _("Sending goes on."))
        return redirect("sending")
    held = held_now()
    chinese = (get_language() or "").startswith("zh")
    why = None if held is None else (held.zh if chinese else held.en)
    return render(request, "console/sending.html", {"why": why})
