"""Sending an approved message by hand: which may go, word for word, and letting one go."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forbear.contexts.cases.actions.send_message import send_message
from forbear.contexts.cases.desk.message import offers_for
from forbear.contexts.cases.desk.person import WAYS, person_desk
from forbear.contexts.cases.desk.whose import open_case_of
from forbear.contexts.contact.channels.registry import carrier_of
from forbear.interfaces.console.presenter.message import offers_shown
from forbear.interfaces.console.presenter.person import who_shown
from forbear.interfaces.console.presenter.word import either
from forbear.interfaces.console.view.work import request_id, wish_of
from forbear.values.code import Channel, PointKind
from forbear.values.errors import InvalidInput


def message(request: Any, person: int) -> HttpResponse:
    """Show what may be sent to a contact point, or send it."""
    if request.method == "POST":
        return _send(request, person)
    actor, asked = request.principal, request.GET
    point = asked.get("point", "")
    desk = person_desk(
        person, today=settings.FORBEAR_MORNING.day(request.now), actor=actor, now=request.now
    )
    to = next((each for each in desk.person.points if str(each.id) == point), None)
    channel = _channel(asked.get("channel", ""))
    if to is None or channel not in WAYS[PointKind(to.kind)]:
        raise InvalidInput("There is no such contact point.", message_zh="没有这个联系方式。")
    offers = offers_for(
        person, channel=channel, loan_id=desk.about, point_id=to.id, actor=actor, now=request.now
    )
    shown = {
        "who": who_shown(desk, {}),
        "to": to,
        "channel": channel.value,
        "loan": desk.about,
        "offers": offers_shown(offers),
        "acts": desk.mine(actor) and carrier_of(channel, settings.FORBEAR_PROVIDERS) is not None,
        "carried": carrier_of(channel, settings.FORBEAR_PROVIDERS) is not None,
        "request_id": uuid4(),
    }
    return render(request, "console/message.html", shown)


def _send(request: Any, person: int) -> HttpResponse:
    actor, form = request.principal, request.POST
    channel = _channel(form.get("channel", ""))
    name, _at, version = form.get("message", "").rpartition("@")
    provider = None if channel is None else carrier_of(channel, settings.FORBEAR_PROVIDERS)
    if channel is None or provider is None or not version.isdecimal():
        raise InvalidInput("Nothing can be sent like this.", message_zh="无法这样发送。")
    answer = send_message(
        open_case_of(person, actor=actor),
        wish_of(request, person, channel),
        (name, int(version)),
        request=request_id(request),
        provider=provider,
        actor=actor,
        now=request.now,
    )
    if answer.allowed:
        messages.success(request, _("Allowed; the message is on its way."))
    else:
        why = answer.reasons[0]
        messages.error(request, _("Nothing was sent: %(why)s") % {"why": either(why.en, why.zh)})
    return redirect("person", person)


def _channel(text: str) -> Channel | None:
    return Channel(text) if text in set(Channel) and text != Channel.VOICE.value else None
