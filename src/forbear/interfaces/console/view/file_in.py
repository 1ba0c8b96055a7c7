"""A colleague at a desk takes in what a person puts before the lender, in three inputs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.portfolio.queries.find import refs_of
from forbear.contexts.portfolio.row import unknown_person
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.complaint import ComplaintSaid, file_complaint
from forbear.contexts.rights.actions.dispute import file_dispute
from forbear.contexts.rights.actions.hardship import HardshipSaid, declare_hardship
from forbear.contexts.rights.filing import Filed, FilingSaid
from forbear.contexts.rights.word import FilingKind, Intake
from forbear.interfaces.console.view.work import request_id
from forbear.interfaces.web.error import said
from forbear.values.errors import ForbearError, InvalidInput, NotFound

SEVERITY = 3
"""Of a hardship that is told at a desk; whoever looks into it says otherwise."""


@require_POST
def file_in(request: Any, person: int) -> HttpResponse:
    """Take in a dispute, a complaint or a hardship; contact stops where it must, at once."""
    kind = request.POST.get("kind", "")
    ref = refs_of([person], actor=request.principal).get(person)
    if ref is None:
        raise unknown_person(str(person))
    if kind not in {FilingKind.DISPUTE, FilingKind.COMPLAINT, FilingKind.HARDSHIP}:
        raise InvalidInput("There is no such filing.", message_zh="没有这类事项。")
    try:
        filed = _filed(request, FilingKind(kind), ref)
    except NotFound:
        raise
    except ForbearError as refused:
        messages.error(request, " ".join(said(refused)))
        return redirect("person", person)
    words = _("Taken in as %(ref)s.") % {"ref": filed.ref}
    if filed.due_on is not None:
        due = _("An answer is due by %(day)s.") % {"day": filed.due_on}
        words = f"{words} {due}"
    messages.success(request, words)
    return redirect("person", person)


def _filed(request: Any, kind: FilingKind, ref: str) -> Filed:
    form, now = request.POST, request.now
    today = settings.FORBEAR_MORNING.day(now)
    filing = FilingSaid(
        ref=f"desk-{request_id(request).hex[:12]}",
        debtor_ref=ref,
        reason=form.get("reason", ""),
        intake=Intake.PHONE,
        received_date=today,
        text=form.get("text", "").replace("\r\n", "\n").strip() or None,
    )
    by = {"source": Source.STAFF, "actor": request.principal, "today": today, "now": now}
    match kind:
        case FilingKind.DISPUTE:
            return file_dispute(filing, **by)
        case FilingKind.COMPLAINT:
            return file_complaint(ComplaintSaid(filing), **by)
        case _:
            hard = HardshipSaid(filing, severity=SEVERITY, consented="consented" in form)
            return declare_hardship(hard, **by)
