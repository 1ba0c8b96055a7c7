"""The page of what people wrote and nobody has read yet."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.assistant.handed import Waiting, see_talk, waiting
from forbear.contexts.assistant.suggest import TEXT_LENGTH_MAX, suggestion
from forbear.contexts.contact.call.incoming import Shown as Incoming
from forbear.contexts.contact.call.incoming import called_back, calls_shown
from forbear.contexts.contact.call.word import IncomingState
from forbear.contexts.contact.inbound.listing import Shown, see, unseen
from forbear.contexts.rulebook.library import open_knowledge
from forbear.interfaces.console.presenter.bargain import handed_lines
from forbear.interfaces.console.presenter.heard import meanings_shown
from forbear.interfaces.console.presenter.word import CHANNELS, either
from forbear.policy.assistant.intent import Intent
from forbear.values.code import Channel
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
        messages.success(request, either("Noted.", "已记下。"))
        return redirect("inbox")
    if request.method == "POST" and request.POST.get("call"):
        called_back(_call(request.POST["call"]), actor=request.principal, now=request.now)
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
    calls = calls_shown(rows=ROWS, actor=request.principal)
    today = settings.FORBEAR_MORNING.day(request.now)
    # Whoever needs care is read first; the others stay in their order.
    rows = sorted((_row(each, today=today) for each in found), key=lambda row: not row["care"])
    shown = {
        "found": rows,
        "talks": [_talk(each) for each in talks],
        "calls": [
            {"call": each, "channel": CHANNELS[Channel.VOICE], "stands": _stands(each)}
            for each in calls
        ],
        "take_up": either("I call them back", "由我回电"),
    }
    return render(request, "console/inbox.html", shown)


def _call(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(
            "No call is named.",
            remedy="Choose one of the list.",
            message_zh="未指定来电。",
            remedy_zh="请在列表中选择。",
        ) from None


def _stands(each: Incoming) -> str:
    """Say how far a call has come; the number proves nothing of who speaks."""
    if each.state is IncomingState.RINGING:
        return either(
            "Rings now. Ask who speaks before anything is said.",
            "正在振铃。先核实身份，再谈任何事项。",
        )
    if each.state is IncomingState.ANSWERED:
        return either("A colleague is talking.", "同事正在通话。")
    return either("Nobody was there; asks to be called back.", "当时无人接听；请求回电。")


_DISTRESS = "DISTRESS"
_MEANINGS = {
    "STOP": gettext_lazy("no more messages"),
    "WRONG_PERSON": gettext_lazy("wrong person"),
    _DISTRESS: gettext_lazy("distress: contact is held"),
}


def _wanted(intent: Intent) -> str:
    title = open_knowledge().answering(intent).title
    return either(title.en, title.zh)


def _talk(each: Waiting) -> dict[str, Any]:
    return {
        "talk": each,
        "wanted": [_wanted(one) for one in each.meant],
        "said": [one.said for one in each.exchanges if one.said],
        # While a life may be in danger nobody is to speak of money.
        "bargain": [] if each.bargain is None or each.care else handed_lines(each.bargain),
    }


def _row(each: Shown, *, today: date) -> dict[str, Any]:
    text = (each.text or "")[:TEXT_LENGTH_MAX].strip()
    read = suggestion(text, None, today=today) if text else None
    return {
        "message": each,
        "channel": CHANNELS[each.channel],
        "acted_on": [_MEANINGS.get(word, word) for word in each.meanings],
        "care": _DISTRESS in each.meanings or (read is not None and read.care),
        "read": [] if read is None else meanings_shown(read),
        "words": {
            "care": either(
                "Care first: stop, say nothing about money, call somebody trained.",
                "先关怀：停下，不要谈钱，请受过训练的同事接手。",
            ),
            "read": either("The assistant reads:", "助手的理解："),
            "suggested": either("See what is suggested", "查看建议"),
        },
    }
