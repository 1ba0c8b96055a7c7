"""Every contact that was made with the person: when, by which way, what for, and by whom."""

from __future__ import annotations

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from forbear.contexts.contact.record import Recorded, contacts_recorded
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.data_request import file_data_request
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import DataRight, Intake
from forbear.interfaces.console.presenter.word import CHANNELS, long_day
from forbear.interfaces.portal.view.person import by_of, who_of
from forbear.interfaces.web.clock import clock_named
from forbear.values.code import Channel
from forbear.values.principal import PrincipalKind

ROWS_MAX = 200


def record(request: Any) -> HttpResponse:
    """Show the record, and take that the person wants a recording."""
    person = who_of(request)
    with reading(request.principal):
        found, left_out = contacts_recorded(person.id, most=ROWS_MAX)
    made = [each for each in found if each.attempt_id is not None]
    number = request.POST.get("contact", "")
    if request.method == "POST" and number in {str(each.attempt_id) for each in made}:
        ref = f"portal-{uuid4().hex}"
        by = by_of(request)
        given = FilingSaid(
            ref=ref,
            debtor_ref=person.ref,
            reason=DataRight.SEE.value,
            intake=Intake.PORTAL,
            received_date=by["today"],
            text=f"Recording of contact {number} / 第 {number} 次联系的录音",
        )
        file_data_request(given, source=Source.PORTAL, **by)
        return HttpResponseRedirect(reverse("portal:filing", args=[ref]))
    zone = next(iter(person.time_zones), settings.FORBEAR_MORNING.zone.key)
    shown = {
        "contacts": [contact_shown(each, zone) for each in reversed(made)],
        "clock": clock_named(zone),
        "left_out": left_out,
        "refused": len(found) - len(made),
    }
    return render(request, "portal/record.html", shown)


def contact_shown(row: Recorded, zone: str) -> dict[str, Any]:
    """Return what a person reads of one contact; times in their zone, staff by number alone."""
    channel, at = Channel(row.channel), row.at.astimezone(ZoneInfo(zone))
    return {
        "number": row.attempt_id,
        "at": f"{long_day(at.date())} {at:%H:%M}",
        "channel": CHANNELS[channel],
        "mine": row.direction == "INBOUND",
        "purpose": _purpose(row),
        "who": _who(row),
        "spoken": channel in {Channel.VOICE, Channel.BOT},
    }


def _purpose(row: Recorded) -> str:
    purpose = "" if row.let is None else row.let.purpose
    return {
        "COLLECT": _("About an amount that is due"),
        "REPLY": _("An answer to you"),
        "REQUIRED_NOTICE": _("A notice that the law asks for"),
        "OPT_OUT_CONFIRMATION": _("To confirm that messages end"),
        "CLOSING_NOTICE": _("The last message after you asked for contact to end"),
        "REMINDER": _("A reminder that you asked for"),
        "ACCESS": _("A one-time code that was asked for"),
        "EDUCATION": _("A short lesson that you chose to receive"),
    }.get(purpose, _("Not told by the system that made it"))


def _who(row: Recorded) -> str:
    """Return the number of whoever on our staff made it; what Forbear sends has none."""
    kind, _colon, number = ("", "", "") if row.let is None else row.let.asked_by.partition(":")
    return number.rjust(4, "0") if kind == PrincipalKind.STAFF.lower() else ""
