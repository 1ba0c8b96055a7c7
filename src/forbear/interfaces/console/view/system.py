"""Keys of lenders' systems, and where those systems are told of events."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forbear.contexts.exchange.actions.endpoint import retire_endpoint
from forbear.contexts.exchange.actions.token import DAYS_MAX, make_token, revoke_token
from forbear.contexts.exchange.queries import endpoints, receipt_sources, tokens
from forbear.contexts.exchange.scope import SCOPES, Scope
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.span import number_in
from forbear.interfaces.console.presenter.word import either
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, InvalidInput, NotFound

SCOPES_SHOWN = 4


def systems(request: Any) -> HttpResponse:
    """List keys and endpoints; make a key, whose text is told on this one page, or end one."""
    actor, now = request.principal, request.now
    fault: ForbearError | None = None
    made = ""
    if request.method == "POST":
        try:
            made = _done(request)
        except NotFound:
            raise
        except ForbearError as refused:
            fault = refused
        if fault is None and not made:
            return redirect("systems")
    shown = {
        "made": made,
        "tokens": [
            {
                "prefix": each.prefix,
                "name": each.name,
                "scopes": [str(scope) for scope in each.scopes[:SCOPES_SHOWN]],
                "more": max(0, len(each.scopes) - SCOPES_SHOWN),
                "agency": each.agency or "",
                "until": f"{each.expires_at:%Y-%m-%d}",
                "used": here(each.used_at),
                "open": each.in_force(now),
                "revoked": each.revoked_at is not None,
            }
            for each in tokens(actor=actor)
        ],
        "endpoints": endpoints(actor=actor),
        "sources": receipt_sources(actor=actor),
        "scopes": [
            {"code": scope.value, "label": either(told.en, told.zh)}
            for scope, told in SCOPES.items()
        ],
        "chosen": request.POST.getlist("scopes") if fault else [],
        "given": request.POST if fault else {},
        "days_max": DAYS_MAX,
        "fault": "" if fault is None else " ".join(said(fault)),
        "tab": "systems",
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/systems.html", shown, status=status)


def _done(request: Any) -> str:
    """Do what a form asks for; return a new key's text, which is shown this once."""
    told, by = request.POST, {"actor": request.principal, "now": request.now}
    match told.get("deed", ""):
        case "make":
            scopes = [Scope(each) for each in told.getlist("scopes") if each in set(Scope)]
            days = number_in(told.get("days")) or 0
            agency = told.get("agency", "").strip() or None
            return make_token(
                told.get("name", "").strip(), scopes, days=days, agency=agency, **by
            ).text
        case "revoke":
            revoke_token(told.get("prefix", "")[:40], **by)
            messages.success(request, _("The key opens nothing any more."))
        case "retire":
            retire_endpoint(number_in(told.get("endpoint")) or 0, **by)
            messages.success(request, _("Nothing is told there any more."))
        case _:
            raise InvalidInput("There is no such step.", message_zh="没有这一步骤。")
    return ""
