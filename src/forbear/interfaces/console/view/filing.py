"""Disputes, complaints, hardship and requests: what waits, one whole, and what is done with it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.people import queries as people
from forbear.contexts.people.permission import staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.rights.actions.attachment import attach, open_attachment
from forbear.contexts.rights.actions.open_statements import open_statements
from forbear.contexts.rights.export import export_complaint
from forbear.contexts.rights.listing import FilingShown, get_filing, list_reviews
from forbear.contexts.rights.word import FilingKind, Side
from forbear.contexts.rights.worklist import filing_of, worklist
from forbear.interfaces.console.presenter.filing import (
    choices_shown,
    deeds_shown,
    filing_shown,
    kinds_shown,
    reviews_shown,
    worklist_shown,
)
from forbear.interfaces.console.presenter.record import reasons_shown
from forbear.interfaces.console.presenter.rule import steps_of
from forbear.interfaces.console.presenter.span import number_in
from forbear.interfaces.console.view.filing_step import DEEDS
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, InvalidInput, NotFound

FILE_BYTES_MAX = 10_000_000
REVIEWS_MAX = 50


@require_GET
def filings(request: Any) -> HttpResponse:
    """Show what waits for an answer, the one whose day comes first on top."""
    actor, now, given = request.principal, request.now, request.GET
    today = settings.FORBEAR_MORNING.day(now)
    kind = given.get("kind", "").upper()
    chosen = FilingKind(kind) if kind in set(FilingKind) else None
    mine, settled = "mine" in given, "settled" in given
    found = worklist(
        kind=chosen,
        owner_id=staff_id(actor) if mine else None,
        settled=settled,
        skip=number_in(given.get("skip")) or 0,
        today=today,
        actor=actor,
        now=now,
    )
    reviews = list_reviews(after=0, rows=REVIEWS_MAX, today=today, actor=actor)
    names = people.staff_names({row.owner_id for row in found.rows if row.owner_id}, actor=actor)
    shown = {
        **worklist_shown(found, names, today=today),
        "reviews": reviews_shown(reviews),
        "kinds": kinds_shown(chosen),
        "kind": chosen.value.lower() if chosen else "",
        "mine": mine,
        "settled": settled,
    }
    return render(request, "console/filings.html", shown)


@require_GET
def filing(request: Any, filing: int) -> HttpResponse:
    """Show one filing."""
    return _page(request, filing)


@require_POST
def filing_open(request: Any, filing: int) -> HttpResponse:
    """Show what was said, on this one page; the look is recorded."""
    actor, now = request.principal, request.now
    of = filing_of(filing, actor=actor, now=now)
    reason = request.POST.get("reason", "")
    today = settings.FORBEAR_MORNING.day(now)
    try:
        found = open_statements(of.ref, reason, actor=actor, today=today, now=now)
    except NotFound:
        raise
    except ForbearError as refused:
        return _page(request, filing, fault=refused)
    return _page(request, filing, opened=found)


@require_POST
def filing_step(request: Any, filing: int) -> HttpResponse:
    """Take a step with a filing; what was written stays on the page where it cannot be taken."""
    actor, now = request.principal, request.now
    of = filing_of(filing, actor=actor, now=now)
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise InvalidInput("There is no such step.", message_zh="没有这一步骤。")
    try:
        deed(of.ref, request.POST, actor=actor, today=settings.FORBEAR_MORNING.day(now), now=now)
    except NotFound:
        raise
    except ForbearError as refused:
        return _page(request, filing, fault=refused)
    messages.success(request, _("It is written down."))
    return redirect("filing", filing)


@require_POST
def filing_attach(request: Any, filing: int) -> HttpResponse:
    """Keep a file with a filing."""
    actor, now = request.principal, request.now
    of = filing_of(filing, actor=actor, now=now)
    file = request.FILES.get("file")
    try:
        if file is None or file.size > FILE_BYTES_MAX:
            raise _no_file()
        side = Side.LENDER if request.POST.get("side") == Side.LENDER else Side.PERSON
        attach(of.ref, file.name, file.read(), side=side, actor=actor, now=now)
    except NotFound:
        raise
    except ForbearError as refused:
        return _page(request, filing, fault=refused)
    messages.success(request, _("The file is kept, sealed."))
    return redirect("filing", filing)


@require_POST
def filing_file(request: Any, file: UUID) -> HttpResponse:
    """Hand a file out; that it was opened is recorded."""
    found = open_attachment(file, actor=request.principal, now=request.now)
    # It is handed out to be kept, never shown inside the console.
    answer = HttpResponse(found.content, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, found.name)
    return answer


@require_POST
def filing_export(request: Any, filing: int) -> HttpResponse:
    """Hand out a complaint for an authority, as JSON or CSV; that it was done is recorded."""
    actor, now = request.principal, request.now
    of = filing_of(filing, actor=actor, now=now)
    today = settings.FORBEAR_MORNING.day(now)
    made = export_complaint(of.ref, actor=actor, today=today, now=now)
    table = request.POST.get("as") == "csv"
    kind, text = ("text/csv", made.table) if table else ("application/json", made.document)
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    name = f"complaint-{filing}.{'csv' if table else 'json'}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(
    request: Any,
    ident: int,
    *,
    opened: FilingShown | None = None,
    fault: ForbearError | None = None,
) -> HttpResponse:
    actor, now = request.principal, request.now
    of = filing_of(ident, actor=actor, now=now)
    today = settings.FORBEAR_MORNING.day(now)
    found = opened or get_filing(of.ref, today=today, actor=actor, now=now)
    works = actor.may(Permission.FILINGS_WORK)
    staff = people.staff_who(Permission.FILINGS_WORK, actor=actor) if works else ()
    names = people.staff_names(_named(found), actor=actor)
    shown = {
        "filing": filing_shown(found, names, today=today, opened=opened is not None),
        "of": of,
        "deeds": deeds_shown(found, actor=actor),
        "choices": choices_shown(found, staff, law=of.law),
        "steps": steps_of([each.rule_id for each in found.clocks if not each.met_at]),
        "reasons": reasons_shown(),
        "may_reveal": actor.may(Permission.VALUE_REVEAL),
        "may_export": works and found.complaint is not None,
        "works": works,
        "fault": "" if fault is None else " ".join(said(fault)),
        "given": {} if fault is None else request.POST,
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/filing.html", shown, status=status)


def _named(found: FilingShown) -> set[int]:
    ids = {found.filing.owner_id or 0}
    ids |= {0 if found.complaint is None else found.complaint.about_staff or 0}
    for each in found.statements:
        kind, _colon, ident = each.author.partition(":")
        ids |= {int(ident)} if kind == "staff" and ident.isdecimal() else set()
    return ids - {0}


def _no_file() -> InvalidInput:
    most = FILE_BYTES_MAX // 1_000_000
    return InvalidInput(
        "No file was chosen, or it is too large.",
        remedy=f"Choose one of at most {most} MB.",
        message_zh="未选择文件，或文件过大。",
        remedy_zh=f"请选择不超过 {most} MB 的文件。",
        field="file",
    )
