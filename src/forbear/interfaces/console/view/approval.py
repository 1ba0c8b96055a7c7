"""What waits for a second person: see it, grant it, or refuse it with a reason."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.people import queries as people
from forbear.contexts.people.actions import grant, refuse, withdraw
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.interfaces.console.presenter.approval import approval_shown
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, InvalidInput


def approvals(request: Any, *, fault: ForbearError | None = None) -> HttpResponse:
    """List what waits, the oldest first."""
    actor, now = request.principal, request.now
    found = people.approvals_waiting(actor=actor, now=now)
    names = people.staff_names({each.asked_by for each in found}, actor=actor)
    ids = {each.debtor_id for each in found if each.debtor_id is not None}
    sees = actor.may(Permission.PERSON_SEE)
    refs = refs_of(ids, actor=actor) if sees and ids else {}
    rows = [approval_shown(each, names, refs, actor=actor, now=now) for each in found]
    status = HTTPStatus.OK if fault is None else status_of(fault)
    shown = {"rows": rows, "fault": "" if fault is None else " ".join(said(fault))}
    return render(request, "console/approvals.html", shown, status=status)


@require_POST
def decide(request: Any, approval: int) -> HttpResponse:
    """Grant, refuse, or take back what one asked for oneself."""
    by = {"actor": request.principal, "now": request.now}
    reason = request.POST.get("reason", "").strip()[:400]
    try:
        match request.POST.get("deed", ""):
            case "grant":
                grant(approval, reason=reason, **by)
                messages.success(request, _("Granted. Whoever asked may do it now, once."))
            case "refuse":
                refuse(approval, reason=reason, **by)
                messages.success(request, _("Refused; whoever asked can read why."))
            case "withdraw":
                withdraw(approval, **by)
                messages.success(request, _("Taken back."))
            case _:
                raise InvalidInput("There is no such step.", message_zh="没有这一步骤。")
    except ForbearError as fault:
        return approvals(request, fault=fault)
    return redirect("approvals")
