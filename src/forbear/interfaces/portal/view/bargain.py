"""A button in the talk about an arrangement: an amount, less a month, one to read, or leave it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from forbear.contexts.assistant.bargain import Pressed, keep_chosen
from forbear.contexts.assistant.talk import hear
from forbear.interfaces.portal.field import AmountField
from forbear.interfaces.portal.presenter.bargain import READS, RESUMES
from forbear.interfaces.portal.view.ask import AskForm, inside_page
from forbear.interfaces.web.error import said
from forbear.policy.arrange.word import PlanKind
from forbear.policy.assistant.bargain import Move, Where
from forbear.policy.assistant.bargain_heard import Moved
from forbear.values.errors import ForbearError

_MOVES = frozenset({Move.TELLS, Move.WANTS_LESS_A_MONTH, Move.CHOOSES, Move.CANNOT, Move.LEAVES})
_TURN_DIGITS_MAX = 4


class PressedForm(forms.Form):
    """Which talk, at which turn, and what is done in it."""

    ref = forms.UUIDField()
    turn = forms.IntegerField(min_value=0, max_value=10**_TURN_DIGITS_MAX)
    move = forms.ChoiceField(choices=[(each, each) for each in (*sorted(_MOVES), RESUMES, READS)])
    kind = forms.ChoiceField(choices=[(each, each) for each in PlanKind], required=False)
    month = AmountField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for what a move needs."""
        found = super().clean() or {}
        if found.get("move") == Move.TELLS and found.get("month") is None and not self.errors:
            self.add_error("month", _("Please type an amount, such as 120 or 120.50."))
        if found.get("move") == Move.CHOOSES and not found.get("kind"):
            self.add_error("kind", _("Please choose one of them."))
        return found

    def moved(self) -> Moved | None:
        """Return what is done; null: the talk is taken up again."""
        told = self.cleaned_data
        if told["move"] == RESUMES:
            return None
        move = Move(told["move"])
        if move is Move.TELLS and not told["month"]:
            return Moved(Move.CANNOT)
        return Moved(
            move,
            told["month"] if move is Move.TELLS else None,
            PlanKind(told["kind"]) if move is Move.CHOOSES else None,
        )


@require_POST
def bargain(request: Any) -> HttpResponse:
    """Do what was pressed; what is chosen leads to the page on which it is read and signed."""
    form = PressedForm(request.POST)
    if not form.is_valid():
        wrong = " ".join(str(each) for found in form.errors.values() for each in found)
        return inside_page(request, AskForm(), wrong)
    ref: UUID = form.cleaned_data["ref"]
    by = {"today": settings.FORBEAR_MORNING.day(request.now), "now": request.now}
    try:
        if form.cleaned_data["move"] == READS:
            return _to_page(keep_chosen(ref, request.inside, **by))
        pressed = Pressed(ref, form.cleaned_data["turn"], form.moved())
        heard = hear(None, request.inside, pressed=pressed, **by)
        stood = heard.stood
        if form.cleaned_data["move"] == Move.CHOOSES and stood and stood.where is Where.CHOSEN:
            return _to_page(keep_chosen(UUID(stood.ref), request.inside, **by))
    except ForbearError as error:
        return inside_page(request, AskForm(), " ".join(said(error)))
    return HttpResponseRedirect(f"{reverse('portal:ask')}#last")


def _to_page(arrangement: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:plan", args=[arrangement]))
