"""The record of what was done: search it, check it, and see who looked at whom."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.audit.folder import Folder
from forbear.contexts.audit.search import Sought
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.contexts.people.watch import (
    check_whole_record,
    looks_at_people,
    search_record,
    standing_of_record,
)
from forbear.contexts.portfolio.queries.find import find_by_ref, refs_of
from forbear.contexts.protection.reveal import RevealReason
from forbear.interfaces.console.presenter.record import (
    checkpoint_shown,
    found_shown,
    groups,
    groups_shown,
    look_shown,
    looks_counted,
    reasons_shown,
)
from forbear.interfaces.console.presenter.span import days_asked, number_in
from forbear.interfaces.web.error import said
from forbear.values.errors import ForbearError
from forbear.values.principal import staff_number


@require_GET
def record(request: Any) -> HttpResponse:
    """Show entries of some days."""
    actor, given, morning = request.principal, request.GET, settings.FORBEAR_MORNING
    days = days_asked(given, today=morning.day(request.now), zone=morning.zone)
    group, ref = given.get("what", ""), given.get("person", "").strip()[:64]
    by, subject = number_in(given.get("by")), given.get("subject", "").strip()[:120]
    persons = find_by_ref(ref, actor=actor, now=request.now) if ref else ()
    sought = Sought(
        events=groups().get(group),
        subject=subject or None,
        debtor_id=persons[0].id if persons else (0 if ref else None),
        by=None if by is None else f"staff:{by}",
        since=days.since,
        until=days.until,
    )
    page = search_record(sought, before=number_in(given.get("before")), actor=actor)
    doers = {row.done.by for row in page.rows}
    names = people.staff_names(_staff_ids(doers), actor=actor)
    query = given.copy()
    query.pop("before", None)
    shown = {
        "rows": [found_shown(row, names) for row in page.rows],
        "next": page.next,
        "groups": groups_shown(group),
        "given": {"person": ref, "by": by or "", "subject": subject},
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "query": query.urlencode(),
        **_tabs("record", actor),
    }
    return render(request, "console/record.html", shown)


def record_check(request: Any) -> HttpResponse:
    """Show how the signed tree stands; on demand, check every entry against it."""
    actor = request.principal
    standing, checkpoints, leaves = standing_of_record(actor=actor)
    shown: dict[str, Any] = {
        "checkpoints": [checkpoint_shown(each) for each in checkpoints],
        "leaves": f"{leaves:,}",
        "unsequenced": standing.unsequenced_at,
        "unsigned": standing.unsigned_at,
        "copies": bool(settings.FORBEAR_CHECKPOINTS),
        **_tabs("check", actor),
    }
    if request.method == "POST":
        shown["report"] = _checked(request)
    return render(request, "console/record_check.html", shown)


def _checked(request: Any) -> dict[str, Any]:
    began = time.perf_counter()
    copies = tuple(one for each in settings.FORBEAR_CHECKPOINTS for one in Folder(each).read())
    try:
        report = check_whole_record(copies, actor=request.principal)
    except ForbearError as refused:
        return {"refused": " ".join(said(refused))}
    lang = "zh" if request.LANGUAGE_CODE.startswith("zh") else "en"
    return {
        "good": not report.findings,
        "leaves": f"{report.leaves:,}",
        "waiting": f"{report.waiting:,}",
        "checkpoints": f"{report.checkpoints:,}",
        "seconds": f"{time.perf_counter() - began:.1f}",
        "findings": [each.said(lang) for each in report.findings[:50]],
        "more": max(0, len(report.findings) - 50),
    }


@require_GET
def looks(request: Any) -> HttpResponse:
    """Show who looked at values in full."""
    actor, given, morning = request.principal, request.GET, settings.FORBEAR_MORNING
    days = days_asked(given, today=morning.day(request.now), zone=morning.zone)
    reason = given.get("reason", "")
    by = number_in(given.get("by"))
    page = looks_at_people(
        since=days.since,
        until=days.until,
        staff_id=by,
        reason=RevealReason(reason) if reason in set(RevealReason) else None,
        before=number_in(given.get("before")),
        actor=actor,
    )
    doers = {row.by for row in page.rows} | set(page.by_doer)
    names = people.staff_names(_staff_ids(doers), actor=actor)
    called = refs_of({row.debtor_id for row in page.rows}, actor=actor)
    query = given.copy()
    query.pop("before", None)
    shown = {
        "rows": [look_shown(row, names, called) for row in page.rows],
        **looks_counted(page, names),
        "next": page.next,
        "reasons": [{**each, "chosen": each["code"] == reason} for each in reasons_shown()],
        "by": by or "",
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "query": query.urlencode(),
        **_tabs("looks", actor),
    }
    return render(request, "console/looks.html", shown)


def _tabs(tab: str, actor: Any) -> dict[str, Any]:
    return {"tab": tab, "sees_looks": actor.may(Permission.REVEALS_SEE)}


def _staff_ids(doers: set[str]) -> set[int]:
    return {number for number in map(staff_number, doers) if number is not None}
