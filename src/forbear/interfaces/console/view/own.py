"""Own rules: proposed by one, tried on the past, let count or withdrawn by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from forbear.contexts.house.actions.own_rule import (
    PROPOSED,
    ask_own_rule_end,
    decide_own_rule,
    decide_own_rule_end,
    propose_own_rule,
)
from forbear.contexts.house.models import Verdict
from forbear.contexts.house.queries import OwnFound, own_found, own_ids, own_in_force, own_listed
from forbear.contexts.people import queries as people
from forbear.contexts.people.permission import staff_id
from forbear.contexts.rulebook.library import open_lender, open_library
from forbear.interfaces.console.presenter.own import fault_shown, listed, own_shown
from forbear.interfaces.console.presenter.own_form import CLOSED, KINDS, TEXT, form_shown, text_of
from forbear.interfaces.console.presenter.rules import difference_shown, laws_shown
from forbear.interfaces.console.view.rules import tried
from forbear.interfaces.web.error import said, status_of
from forbear.policy.own import OwnText, read_own, with_own
from forbear.policy.pack import Library
from forbear.policy.rule import Rule
from forbear.values.code import Jurisdiction
from forbear.values.errors import ForbearError, InvalidInput

_VERDICTS = {
    "approve": Verdict.APPROVED,
    "refuse": Verdict.REFUSED,
    "take_back": Verdict.TAKEN_BACK,
}


@require_GET
def own_rules(request: Any) -> HttpResponse:
    """List own rules: what waits, what counts, what is to come, what is past."""
    found = own_listed(actor=request.principal)
    shown = {"parts": listed(found, today=_today(request)), "tab": "own"}
    return render(request, "console/own_rules.html", shown)


def own_rule_new(request: Any) -> HttpResponse:
    """Let a form write a rule, or take its text; show what it would change, and propose it."""
    actor, today = request.principal, _today(request)
    given = request.POST if request.method == "POST" else request.GET
    law, kind = _law(given), given.get("kind", CLOSED)
    kind = kind if kind in KINDS else CLOSED
    text, deed = given.get("text", "").replace("\r\n", "\n"), given.get("deed", "")
    fault: ForbearError | None = None
    effect: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if deed == "write" and kind != TEXT:
                pack = own_in_force(actor=actor).pack(law, today)
                taken = own_ids(actor=actor)
                text = text_of(law, kind, given, pack=pack, taken=taken, today=today)
            if deed == "propose":
                row = propose_own_rule(
                    text,
                    reason=given.get("reason", ""),
                    today=today,
                    actor=actor,
                    now=request.now,
                )
                messages.success(request, _("Proposed; a second person of compliance decides."))
                return redirect("own_rule", row)
            effect = _effect(_changed(text, None, request), request, on_past=deed == "try")
        except ForbearError as refused:
            fault = refused
    shown = {
        "laws": laws_shown(law),
        "law": law.value.lower(),
        "form": form_shown(law, kind, given, today=today),
        "text": text,
        "reason": given.get("reason", ""),
        "writes": kind == TEXT or bool(text),
        **effect,
        **_faults(fault, text),
        "tab": "own",
    }
    return render(request, "console/own_rule_new.html", shown, status=_status(fault))


def own_rule(request: Any, row: int) -> HttpResponse:
    """Show one own rule; decide it, try it on the past, or ask for its end and decide that."""
    actor, today = request.principal, _today(request)
    fault: ForbearError | None = None
    effect: dict[str, Any] = {}
    own = own_found(row, actor=actor)
    if request.method == "POST":
        try:
            if request.POST.get("deed", "") != "try":
                messages.success(request, _done(request, own, today))
                return redirect("own_rule", row)
        except ForbearError as refused:
            fault = refused
    try:
        if own.proposal.verdict is None:
            changed = _changed(own.text, own, request)
            effect = _effect(changed, request, on_past=request.POST.get("deed") == "try")
    except ForbearError as refused:
        fault = fault or refused
    asked = (own.proposal, *own.ends_asked)
    by = {each.asked_by for each in asked} | {each.decided_by or 0 for each in asked}
    names = people.staff_names(by, actor=actor)
    shown = {
        "own": own_shown(own, names, me=staff_id(actor), today=today),
        **effect,
        **_faults(fault, ""),
        "tab": "own",
    }
    return render(request, "console/own_rule.html", shown, status=_status(fault))


def _done(request: Any, own: OwnFound, today: date) -> str:
    by = {"actor": request.principal, "now": request.now}
    deed, reason = request.POST.get("deed", ""), request.POST.get("reason", "").strip()
    if deed == "ask_end":
        ask_own_rule_end(own.id, reason=reason, **by)
        return _("Asked; it counts until a second person withdraws it.")
    if deed in _VERDICTS and own.waiting_end is not None:
        decide_own_rule_end(own.waiting_end.id, _VERDICTS[deed], why=reason, **by)
        return _("Withdrawn; it is asked no more.") if deed == "approve" else _("Done.")
    if deed in _VERDICTS:
        decide_own_rule(own.id, _VERDICTS[deed], why=reason, today=today, **by)
        if deed != "approve":
            return _("Done.")
        if own.effective <= today:
            return _("Approved: it counts from this moment.")
        return _("Approved: it counts from %(day)s.") % {"day": own.effective}
    raise InvalidInput("There is no such step.", message_zh="没有这一步骤。")


@dataclass(frozen=True)
class _Changed:
    """The rules as they count, and as they would with a proposal, on its first day."""

    rule: Rule
    day: date
    before: Library
    after: Library


def _changed(text: str, own: OwnFound | None, request: Any) -> _Changed:
    rule = read_own(PROPOSED, text, open_library())
    counting = own_in_force(actor=request.principal)
    name = PROPOSED if own is None else own.file
    texts = [row.as_text() for row in counting.rows]
    after = with_own(open_library(), [*texts, OwnText(name, text)])
    return _Changed(rule, max(rule.effective, _today(request)), counting.library, after)


def _effect(changed: _Changed, request: Any, *, on_past: bool) -> dict[str, Any]:
    law = changed.rule.jurisdiction
    actor = open_lender().actors.get(law)
    before, after = (
        library.pack(law, as_of=changed.day, actor=actor)
        for library in (changed.before, changed.after)
    )
    shown = {
        "difference": difference_shown(before, after),
        "day": changed.day.isoformat(),
        "against": _("now"),
    }
    if on_past:
        shown |= tried(changed.after, changed.day, changed.before, changed.day, request)
    return shown


def _law(given: Any) -> Jurisdiction:
    name = given.get("law", "").upper()
    return Jurisdiction(name) if name in set(Jurisdiction) else Jurisdiction.CN


def _today(request: Any) -> date:
    today: date = settings.FORBEAR_MORNING.day(request.now)
    return today


def _faults(fault: ForbearError | None, text: str) -> dict[str, Any]:
    if fault is None:
        return {"fault": ""}
    return {"fault": " ".join(said(fault)), "fault_line": fault_shown(fault, text)}


def _status(fault: ForbearError | None) -> HTTPStatus:
    return HTTPStatus.OK if fault is None else status_of(fault)
