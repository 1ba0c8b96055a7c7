"""How a person is contacted: by which ways, when, in which language, and how often still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from forbear.contexts.contact.channels.registry import login_by_wechat
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.budget import budgets
from forbear.contexts.portfolio.queries.shown import ConsentShown, PersonShown, stands_apart
from forbear.contexts.rights.actions.choose import (
    choose_channel,
    choose_language,
    choose_lessons,
    choose_quiet_time,
    choose_weighing,
    forget_quiet_time,
)
from forbear.interfaces.console.presenter.word import CHANNELS
from forbear.interfaces.portal.view.person import person_of, ref_of
from forbear.interfaces.web.error import said
from forbear.policy.ask.budget import Remaining
from forbear.values.code import Channel, ConsentKind, ConsentState, Language, PointKind
from forbear.values.errors import ForbearError

_MINUTES_AN_HOUR = 60
_BY_POINT = {
    PointKind.MOBILE: (Channel.VOICE, Channel.BOT, Channel.SMS),
    PointKind.LANDLINE: (Channel.VOICE, Channel.BOT),
    PointKind.EMAIL: (Channel.EMAIL,),
    PointKind.WECHAT: (Channel.WECHAT,),
    PointKind.POSTAL: (Channel.LETTER, Channel.VISIT),
}


class QuietForm(forms.Form):
    """A time in which the person is not to be contacted."""

    days = forms.ChoiceField(
        label=gettext_lazy("On which days?"),
        choices=[
            ("01234", gettext_lazy("Monday to Friday")),
            ("56", gettext_lazy("Saturday and Sunday")),
            ("0123456", gettext_lazy("Every day")),
        ],
    )
    begins = forms.TimeField(
        label=gettext_lazy("From"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    ends = forms.TimeField(
        label=gettext_lazy("Until"), widget=forms.TimeInput(attrs={"type": "time"})
    )


@require_http_methods(["GET", "POST"])
def choices(request: Any) -> HttpResponse:
    """Show and change how the person is contacted."""
    form = QuietForm(request.POST if request.POST.get("do") == "quiet" else None)
    bad = ""
    try:
        if _done(request, form):
            return HttpResponseRedirect(reverse("portal:choices"))
    except ForbearError as error:
        bad = " ".join(said(error))
    person = person_of(request)
    shown = {
        "form": form,
        "wrong": bad,
        "channels": _channels(request, person),
        "times": [
            {
                "ref": each.ref,
                "days": _days(each.weekdays),
                "from": _hour(each.opens_minute),
                "until": _hour(each.closes_minute),
            }
            for each in person.limits
        ],
        "language": person.language,
        "lessons": _wants_lessons(person),
        "weighed": not stands_apart(person.consents),
        "wechat": login_by_wechat(settings.FORBEAR_PROVIDERS) is not None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad or form.errors else HTTPStatus.OK
    return render(request, "portal/choices.html", shown, status=status)


def _done(request: Any, form: QuietForm) -> bool:
    ref, by = ref_of(request), {"actor": request.principal, "now": request.now}
    told = request.POST
    match told.get("do"):
        case "channel" if told.get("channel") in set(Channel):
            channel, wanted = Channel(told["channel"]), told.get("wanted") == "1"
            choose_channel(ref, channel, wanted=wanted, **by)
        case "language" if told.get("language") in set(Language):
            choose_language(ref, Language(told["language"]), **by)
        case "weighing":
            choose_weighing(ref, wanted=told.get("wanted") == "1", **by)
        case "lessons":
            choose_lessons(ref, wanted=told.get("wanted") == "1", **by)
        case "forget":
            forget_quiet_time(told.get("ref", ""), **by)
        case "work":
            # The working day as most know it; whoever has other hours names them below.
            choose_quiet_time(
                ref,
                (0, 1, 2, 3, 4),
                opens_minute=9 * _MINUTES_AN_HOUR,
                closes_minute=18 * _MINUTES_AN_HOUR,
                **by,
            )
        case "quiet" if form.is_valid():
            begins, ends = form.cleaned_data["begins"], form.cleaned_data["ends"]
            choose_quiet_time(
                ref,
                tuple(int(day) for day in form.cleaned_data["days"]),
                opens_minute=begins.hour * _MINUTES_AN_HOUR + begins.minute,
                closes_minute=ends.hour * _MINUTES_AN_HOUR + ends.minute,
                **by,
            )
        case _:
            return False
    return True


def _channels(request: Any, person: PersonShown) -> list[dict[str, Any]]:
    """Return every channel that reaches the person, whether it is stopped, and what is left."""
    stopped = {
        each.channel
        for each in person.consents
        if each.kind is ConsentKind.CHANNEL
        and each.state is ConsentState.WITHDRAWN
        and each.contact_point_ref is None
    }
    ways: dict[Channel, Wish] = {}
    for point in person.points:
        if point.relation != "OWN" or point.retired_at is not None:
            continue
        for channel in _BY_POINT.get(PointKind(point.kind), ()):
            ways.setdefault(channel, Wish(person.id, point.id, channel))
    found = budgets(list(ways.values()), actor=request.principal)
    return [
        {
            "code": channel.value,
            "label": CHANNELS[channel],
            "stopped": channel in stopped or None in stopped,
            "left": [
                {"left": cap.left, "days": cap.days, "most": cap.at_most}
                for cap in _tightest(found[wish].caps)
            ],
        }
        for channel, wish in ways.items()
    ]


def _tightest(caps: Sequence[Remaining]) -> list[Remaining]:
    """Return of all caps over one span the one that leaves least: only that one is felt."""
    felt: dict[int | None, Remaining] = {}
    for cap in sorted(caps, key=lambda cap: (cap.left, cap.at_most)):
        felt.setdefault(cap.days, cap)
    return sorted(felt.values(), key=lambda cap: (cap.days is None, cap.days))


def _wants_lessons(person: PersonShown) -> bool:
    """Return whether the latest statement asks for lessons; of two at once the withdrawal."""
    said = [each for each in person.consents if each.kind is ConsentKind.LESSONS]
    return bool(said) and max(said, key=_rank).state is ConsentState.GIVEN


def _rank(said: ConsentShown) -> tuple[datetime, bool]:
    return said.recorded_at, said.state is ConsentState.WITHDRAWN


def _days(weekdays: tuple[int, ...]) -> str:
    return " ".join(str(WEEKDAYS[day]) for day in weekdays)


def _hour(minute: int) -> str:
    return f"{minute // _MINUTES_AN_HOUR:02d}:{minute % _MINUTES_AN_HOUR:02d}"
