"""The page of what people wrote and nobody has read yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.assistant.handed import Waiting, see_talk, waiting
from forbear.contexts.contact.inbound.listing import Shown, see, unseen
from forbear.contexts.rulebook.library import open_knowledge
from forbear.interfaces.console.presenter.word import CHANNELS, either
from forbear.policy.assistant.intent import Intent
from forbear.values.errors import InvalidInput

ROWS = 50


def inbox(request: Any) -> HttpResponse:
    """Show what waits to be read, and take note of what was."""
    if request.method == "POST" and "talk" in request.POST:
        talk = request.POST["talk"]
        see_talk(
            int(talk) if talk.isdecimal() and len(talk) <= 18 else 0,
            actor=request.principal,
            now=request.now,
        )
        messages.success(request, _("Noted as read."))
        return redirect("inbox")
    if request.method == "POST":
        chosen = request.POST.get("message", "")
        if not chosen.isdecimal() or len(chosen) > 18:
            raise InvalidInput(
                "No message is named.",
                remedy="Choose one of the list.",
                message_zh="未指定来信。",
                remedy_zh="请在列表中选择。",
            )
        see(int(chosen), actor=request.principal, now=request.now)
        messages.success(request, _("Noted as read."))
        return redirect("inbox")
    found = unseen(rows=ROWS, actor=request.principal, now=request.now)
    talks = waiting(rows=ROWS, actor=request.principal, now=request.now)
    shown = {"found": [_row(each) for each in found], "talks": [_talk(each) for each in talks]}
    return render(request, "console/inbox.html", shown)


_MEANINGS = {
    "STOP": gettext_lazy("no more messages"),
    "WRONG_PERSON": gettext_lazy("wrong person"),
    "DISTRESS": gettext_lazy("distress: contact is held"),
}


def _wanted(intent: Intent) -> str:
    title = open_knowledge().answering(intent).title
    return either(title.en, title.zh)


def _talk(each: Waiting) -> dict[str, Any]:
    return {
        "talk": each,
        "wanted": [_wanted(one) for one in each.meant],
        "said": [one.said for one in each.exchanges if one.said],
    }


def _row(each: Shown) -> dict[str, Any]:
    return {
        "message": each,
        "channel": CHANNELS[each.channel],
        "acted_on": [_MEANINGS.get(word, word) for word in each.meanings],
    }
