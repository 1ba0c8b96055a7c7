"""A person's own data: see them, have them corrected or deleted, have decisions explained."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from forbear.contexts.portfolio.queries.shown import PointShown
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.data_request import file_data_request, show_data
from forbear.contexts.rights.explanation import explain_decisions
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.owned import Owned
from forbear.contexts.rights.word import Intake
from forbear.interfaces.console.presenter.person import POINTS, region_name
from forbear.interfaces.console.presenter.word import either, long_day
from forbear.interfaces.portal.field import offer
from forbear.interfaces.portal.presenter.filing import right_words
from forbear.interfaces.portal.view.person import by_of, ref_of
from forbear.interfaces.portal.view.wrong import TEXT_LENGTH_MAX, after_words
from forbear.interfaces.web.error import said
from forbear.values.code import PointKind, Relation
from forbear.values.errors import ForbearError

_PLANS_MAX = 10


class RightForm(forms.Form):
    """Which right is used, and what is to be known for it."""

    right = forms.ChoiceField(label=_("What would you like?"), widget=forms.RadioSelect)
    text = forms.CharField(
        max_length=TEXT_LENGTH_MAX,
        label=_("In your own words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@sensitive_post_parameters()
@sensitive_variables("shown", "found")
def data(request: Any) -> HttpResponse:
    """Show what is held, why it stays, and why machines decided; take a request about it."""
    ref, by, bad = ref_of(request), by_of(request), ""
    form = RightForm(request.POST or None)
    offer(
        form,
        "right",
        [(right.value, words) for right, words in right_words().items()],
    )
    if request.method == "POST" and form.is_valid():
        filed = f"portal-{uuid4().hex}"
        given = FilingSaid(
            ref=filed,
            debtor_ref=ref,
            reason=form.cleaned_data["right"],
            intake=Intake.PORTAL,
            received_date=by["today"],
            text=form.cleaned_data["text"] or None,
        )
        try:
            file_data_request(given, source=Source.PORTAL, **by)
            return HttpResponseRedirect(after_words(request, filed, given.text))
        except ForbearError as error:
            bad = " ".join(said(error))
    found = show_data(ref, actor=request.principal, now=request.now)
    why = explain_decisions(ref, actor=request.principal)
    shown = {
        "form": form,
        "wrong": bad,
        "values": _values(found),
        "held": [{"place": either(each.en, each.zh), "rows": each.rows} for each in found.held],
        "until": "" if found.keep_until is None else long_day(found.keep_until),
        "plans": [
            {"day": each.day, "why": either(each.reason_en, each.reason_zh)}
            for each in why.plans[:_PLANS_MAX]
        ],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad or form.errors else HTTPStatus.OK
    return render(request, "portal/data.html", shown, status=status)


def _values(found: Owned) -> list[dict[str, str]]:
    known = {"name": str(_("Name")), "national_id": str(_("Identity number"))} | {
        f"address of {point.ref}": _point(point) for point in found.person.points
    }
    held = found.values or {}
    values = [{"label": known.get(name) or _label(name), "value": held[name]} for name in held]
    return [*values, *_places(found)]


def _places(found: Owned) -> list[dict[str, str]]:
    """Return where they live, as somebody said, and what their number alone lets us believe."""
    used = _("Region of your number; it chooses a team near you")
    unused = _("Region of your number; not used, since your region is known")
    person = found.person
    places = [
        (_("Region where you live"), person.region),
        (unused if person.region else used, person.believed_region),
    ]
    named = [(str(label), region_name(code)) for label, code in places]
    return [{"label": label, "value": name} for label, name in named if name]


def _point(point: PointShown) -> str:
    kind = str(POINTS[PointKind(point.kind)])
    if point.relation == Relation.OWN:
        return kind
    return str(_("%(kind)s of somebody else") % {"kind": kind})


def _label(name: str) -> str:
    kind = name.partition(" of ")[0]
    words = {"address": _("Where we can reach you"), "note": _("A note about your situation")}
    return str(words.get(kind, _("Somebody who acts for you")))
