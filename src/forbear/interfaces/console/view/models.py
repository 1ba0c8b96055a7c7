"""The lender's measured models: which count, how good and fair they are, and who let them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.nightly.insight.cards import model_card, model_lines
from forbear.contexts.nightly.insight.decide import let_model_count, take_model_back
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.role import Permission
from forbear.interfaces.console.presenter.models import card_shown, line_shown, notice_shown
from forbear.interfaces.web.error import said
from forbear.values.errors import Conflict, InvalidInput, NotFound


@require_GET
def models(request: Any) -> HttpResponse:
    """Show every model, and what the night passes over."""
    lines, notices = model_lines(Workspace(settings.FORBEAR_HOME), actor=request.principal)
    shown = {
        "lines": [line_shown(line) for line in lines],
        "notices": [notice_shown(notice) for notice in notices],
    }
    return render(request, "console/models.html", shown)


@require_GET
def card(request: Any) -> HttpResponse:
    """Show one version: what it says, how good, how fair, what moved, who let it count."""
    workspace = Workspace(settings.FORBEAR_HOME)
    try:
        found = model_card(workspace, *_asked(request.GET), actor=request.principal)
    except InvalidInput as harmed:
        messages.error(request, " ".join(said(harmed)))
        return redirect("models")
    decides = request.principal.may(Permission.MODELS_DECIDE)
    shown = {**card_shown(found), "decides": decides}
    return render(request, "console/model_card.html", shown)


@require_POST
def decide(request: Any) -> HttpResponse:
    """Say that a version shall count, or take the one that counts back."""
    name, version = _asked(request.POST)
    by = {"actor": request.principal, "now": request.now}
    workspace = Workspace(settings.FORBEAR_HOME)
    try:
        if request.POST.get("do") == "back":
            take_model_back(workspace, name, **by)
            words = _(
                "Taken back. The version before counts from the next night on, or the tables."
            )
        elif let_model_count(workspace, name, version, **by):
            words = _("It counts from the next night on.")
        else:
            words = _("Noted. It counts when a second person has agreed, too.")
        messages.success(request, words)
    except (Conflict, InvalidInput) as refused:
        messages.error(request, " ".join(said(refused)))
    query = f"?name={name}&version={version}"
    return HttpResponseRedirect(reverse("model_card") + query)


def _asked(told: Any) -> tuple[str, int]:
    name, version = told.get("name", ""), told.get("version", "")
    if not (name.isascii() and name.replace("_", "").isalnum() and version.isdecimal()):
        raise NotFound("There is no such model.", message_zh="没有该模型。")
    return name, int(version[:6])
