"""The live page of the day's contacts, and the switch that stops them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.cases.campaign.alive import senders_alive
from forbear.contexts.cases.campaign.figures import Live, live
from forbear.contexts.contact.gate.stop import place_stop, release_stop, stops_on
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.nightly.latest import latest_night
from forbear.contexts.people.role import Permission
from forbear.interfaces.console.presenter.contacts import live_shown, state_shown, stops_shown
from forbear.interfaces.console.presenter.word import CHANNELS
from forbear.interfaces.web.hold import held_now
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput

COUNTED_FOR_S = 2


def contacts(request: Any) -> HttpResponse:
    """Show how the day's contacts stand; as a part of the page where the page itself asks."""
    actor, now = request.principal, request.now
    night = latest_night(actor=actor, now=now)
    stops = stops_on(actor=actor)
    found = None if night.day is None else counted(night.day, request)
    senders = senders_alive(actor=actor, now=now)
    shown = {
        "state": state_shown(night, found, senders, stops, held_now(), now=now),
        "live": None if found is None else live_shown(found),
        "still": "still" in request.GET,
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "console/contacts_live.html", shown)
    shown["stops"] = stops_shown(stops)
    shown["channels"] = [{"code": code.value, "label": word} for code, word in CHANNELS.items()]
    shown["sees_persons"] = actor.may(Permission.PERSON_SEE)
    shown["may_stop"] = actor.may(Permission.SENDING_STOP)
    shown["may_release"] = actor.may(Permission.SENDING_RELEASE)
    return render(request, "console/contacts.html", shown)


def counted(day: date, request: Any) -> Live:
    """Count the day, at most every other second, however many look on."""
    found: Live | None = cache.get(f"contacts:{day}")
    if found is None:
        found = live(day, actor=request.principal, now=request.now)
        cache.set(f"contacts:{day}", found, COUNTED_FOR_S)
    return found


@require_POST
def stop(request: Any) -> HttpResponse:
    """Stop everything, or one channel."""
    channel = request.POST.get("channel", "")
    if "asked" in request.POST and "sure" not in request.POST:
        raise InvalidInput(
            "Nothing was stopped: it was not confirmed.",
            remedy="Tick that you are sure, then stop.",
            message_zh="未停止：尚未确认。",
            remedy_zh="请勾选确认后再停止。",
            field="sure",
        )
    if channel and channel not in set(Channel):
        raise InvalidInput("There is no such channel.", message_zh="没有这个渠道。")
    place_stop(
        StopScope.CHANNEL if channel else StopScope.GLOBAL,
        channel,
        reason=request.POST.get("reason", "").strip(),
        actor=request.principal,
        now=request.now,
    )
    messages.success(request, _("Stopped."))
    return redirect("contacts")


@require_POST
def go(request: Any) -> HttpResponse:
    """Let go on what a stop held."""
    number = request.POST.get("stop", "")
    if not number.isdecimal():
        raise InvalidInput("There is no such stop.", message_zh="没有这条停止指令。")
    release_stop(int(number), actor=request.principal, now=request.now)
    messages.success(request, _("Sending goes on."))
    return redirect("contacts")
