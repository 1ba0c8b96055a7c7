"""What the lender says of itself: see it, write it down anew, and put it in force by two."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.particular import (
    UnknownParticular,
    adopt_particular,
    propose_particular,
)
from forbear.contexts.portfolio.keeping import keeping_of, keeping_pack, keepings
from forbear.contexts.portfolio.particular import (
    coming_particulars,
    fresh_particulars,
    needed_for,
    written_of,
)
from forbear.contexts.portfolio.queries.creditor import creditors
from forbear.contexts.portfolio.word import ParticularKind
from forbear.interfaces.console.presenter.particular import (
    KINDS,
    change_link,
    form_shown,
    now_said,
    particulars_shown,
    steps_shown,
)
from forbear.interfaces.console.presenter.rules import LAWS, keeping_shown
from forbear.interfaces.console.presenter.span import number_chosen
from forbear.interfaces.console.presenter.word import either
from forbear.interfaces.console.view.words import place
from forbear.interfaces.web.error import said, status_of
from forbear.policy.wording.form import Both
from forbear.values.errors import ForbearError, InvalidInput


@require_GET
def lender(request: Any) -> HttpResponse:
    """Show what the lender says of itself, whose money it is, and how long data are kept."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    own, owners = fresh_particulars(today), creditors(actor=actor)
    bounds = [each for law in LAWS for each in keepings(law, today)]
    shown = {
        **place(request),
        "tab": "lender",
        "creditors": [
            {
                "code": each.code,
                "name": either(each.name_en, each.name_zh),
                "extract": each.extract_date.isoformat() if each.extract_date else "",
            }
            for each in owners
        ],
        "laws": [
            {"label": word, "rules": keeping_shown(keeping_pack(law, today, own))}
            for law, word in LAWS.items()
        ],
        **particulars_shown(own, owners, bounds, coming_particulars(today, actor=actor)),
        "may_change": actor.may(Permission.PARTICULARS_CHANGE),
        "may_keep": actor.may(Permission.RETENTION_MANAGE),
    }
    return render(request, "console/lender.html", shown)


def particular(request: Any) -> HttpResponse:
    """Show one thing that the lender says; ask a second person for a change, or put it in force."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    kind, subject = _which(request)
    fault: ForbearError | None = None
    given: dict[str, str] = {"since": (today + timedelta(days=1)).isoformat()}
    if request.method == "POST":
        try:
            if request.POST.get("deed") == "adopt":
                adopt_particular(
                    number_chosen(request.POST.get("particular")), actor=actor, now=request.now
                )
                messages.success(request, _("It counts from its day on."))
            else:
                given = {name: request.POST.get(name, "") for name in ("en", "zh", "since")}
                says = Both(zh=given["zh"], en=given["en"])
                by = {"since": _day(given["since"]), "actor": actor, "now": request.now}
                propose_particular(kind, subject, says, **by)
                messages.success(request, _("Written down; a second person decides."))
            return redirect(change_link(kind, subject))
        except ForbearError as refused:
            fault = refused
    history = written_of(kind, subject, actor=actor)
    by_whom = {each.asked_by for each in history} | {each.adopted_by or 0 for each in history}
    waiting = {each.id: people.approval(each.approval_id, actor=actor) for each in history[:5]}
    own = fresh_particulars(today)
    now = now_said(kind, subject, own, creditors(actor=actor))
    bounds = keeping_of(subject, today) if kind is ParticularKind.KEEPING else None
    shown = {
        **place(request),
        "form": form_shown(kind, subject, now, given, bounds=bounds, said=own),
        "steps": steps_shown(
            history, waiting, people.staff_names(by_whom, actor=actor), today=today
        ),
        "may_change": actor.may(needed_for(kind)),
        "fault": "" if fault is None else " ".join(said(fault)),
        "tab": "lender",
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/particular.html", shown, status=status)


def _which(request: Any) -> tuple[ParticularKind, str]:
    kind, subject = (
        request.GET.get("kind", ParticularKind.LENDER_NAME.value),
        request.GET.get("of", "").strip()[:120],
    )
    if kind not in set(KINDS):
        raise UnknownParticular(
            "There is no such particular.",
            remedy="Choose from the page of the lender's own particulars.",
            message_zh="没有这一项机构信息。",
            remedy_zh="请从机构信息页面选择。",
        )
    return ParticularKind(kind), subject


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "Say from which day on it counts.",
            message_zh="请填写生效日期。",
            field="since",
        ) from None
