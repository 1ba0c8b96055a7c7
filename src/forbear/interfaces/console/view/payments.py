"""What payment pages told that somebody must look into: see it, and say what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forbear.contexts.payments.actions.settle_notice import SettledSaid, settle_notice
from forbear.contexts.payments.queries import list_notices
from forbear.contexts.payments.word import Settled
from forbear.interfaces.console.presenter.payments import notice_shown
from forbear.interfaces.web.error import said
from forbear.values.errors import ForbearError

ROWS_MAX = 100


def payments(request: Any) -> HttpResponse:
    """List what waits, the oldest first, and take what came of one of them."""
    wrong = ""
    told = request.POST
    if request.method == "POST" and told.get("settled") in set(Settled):
        try:
            settle_notice(
                _number(told.get("notice")),
                SettledSaid(
                    _number(told.get("version")),
                    Settled(told["settled"]),
                    told.get("loan", "").strip() or None,
                ),
                actor=request.principal,
                today=settings.FORBEAR_MORNING.day(request.now),
                now=request.now,
            )
            messages.success(request, _("It is written down."))
            return redirect("payments")
        except ForbearError as error:
            wrong = " ".join(said(error))
    found = list_notices(rows=ROWS_MAX, actor=request.principal)
    shown = {"notices": [notice_shown(each) for each in found], "wrong": wrong}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "console/payments.html", shown, status=status)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < len(str(2**63)) else 0
