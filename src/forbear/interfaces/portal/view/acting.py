"""The person lets somebody act for them, for a while, and ends it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forbear.contexts.access.actions.representative import end_acting, let_act
from forbear.contexts.access.queries import acting_for_me
from forbear.contexts.portfolio.word import RepresentativeKind
from forbear.contexts.rulebook.library import open_portal
from forbear.interfaces.console.presenter.word import long_day
from forbear.interfaces.portal.field import offer
from forbear.interfaces.portal.view.person import person_of

_DAYS = (7, 30, 90)
_KINDS = (
    (RepresentativeKind.HELPER.value, _("somebody who helps me")),
    (RepresentativeKind.LAWYER.value, _("my lawyer")),
    (RepresentativeKind.DEBT_ADVISER.value, _("a debt adviser")),
    (RepresentativeKind.GUARDIAN.value, _("my guardian")),
)


class ActingForm(forms.Form):
    """Who, in which capacity, and for how long; nothing is chosen beforehand."""

    name = forms.CharField(
        max_length=100,
        label=_("Their name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(choices=_KINDS, label=_("Who it is"), widget=forms.RadioSelect)
    days = forms.TypedChoiceField(coerce=int, label=_("For how long"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        most = open_portal().representative_days
        offered = [days for days in _DAYS if days <= most]
        offer(
            self,
            "days",
            [(days, _("%(days)s days") % {"days": days}) for days in offered],
        )


@sensitive_post_parameters()
def acting(request: Any) -> HttpResponse:
    """Show who acts for the person, and let somebody more."""
    if request.inside.representative is not None:
        return render(request, "portal/acting_not.html", {}, status=HTTPStatus.FORBIDDEN)
    form = ActingForm(request.POST or None)
    granted = None
    if request.method == "POST" and form.is_valid():
        granted = let_act(
            form.cleaned_data["name"],
            RepresentativeKind(form.cleaned_data["kind"]),
            days=form.cleaned_data["days"],
            actor=request.principal,
            today=settings.FORBEAR_MORNING.day(request.now),
            now=request.now,
        )
    shown = {
        "form": ActingForm() if granted else form,
        "granted": granted
        and {
            "address": request.build_absolute_uri(reverse("portal:link", args=[granted.token])),
            "code": granted.code,
            "until": long_day(granted.until),
        },
        "rows": _rows(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/acting.html", shown, status=status)


@require_POST
def end(request: Any, ref: UUID) -> HttpResponse:
    """Let somebody act no longer."""
    end_acting(ref, actor=request.principal, now=request.now)
    return HttpResponseRedirect(reverse("portal:acting"))


def _rows(request: Any) -> list[dict[str, Any]]:
    named = {each.ref: each for each in person_of(request).representatives}
    return [
        {
            "ref": each.ref,
            "name": named[each.representative_ref].name_masked,
            "until": long_day(settings.FORBEAR_MORNING.day(each.expires_at)),
        }
        for each in acting_for_me(actor=request.principal, now=request.now)
        if each.representative_ref in named
    ]
