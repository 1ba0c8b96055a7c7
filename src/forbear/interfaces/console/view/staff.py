"""Who works here, as what, and in which teams: for whoever runs the system."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forbear.contexts.people import queries as people
from forbear.contexts.people.actions import (
    add_staff,
    add_team,
    change_staff,
    change_team,
    deactivate_staff,
    reset_password,
    reset_second_factor,
)
from forbear.contexts.people.role import Role
from forbear.contexts.rulebook.library import open_regions
from forbear.interfaces.console.presenter.staff import (
    member_shown,
    roles_shown,
    staff_shown,
    team_shown,
    teams_chosen,
)
from forbear.interfaces.console.view.filing_step import amount_minor
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, InvalidInput, NotFound
from forbear.values.money import Currency


def staff(request: Any) -> HttpResponse:
    """List accounts; add one, whose first password is told on this one page."""
    actor, shown = request.principal, {}
    fault: ForbearError | None = None
    if request.method == "POST":
        try:
            told = request.POST
            added = add_staff(
                username=told.get("username", "").strip(),
                name=told.get("name", "").strip(),
                role=_role(told.get("role", "")),
                teams=_ids(request, "teams"),
                language=told.get("language", "zh-hans"),
                actor=actor,
                now=request.now,
            )
            shown = {"added": told.get("username", "").strip(), "password": added.password}
        except ForbearError as refused:
            fault = refused
    teams = people.teams(actor=actor, with_closed=True)
    found = people.staff(actor=actor, after=request.GET.get("after", "")[:60])
    shown |= {
        **staff_shown(found, teams),
        "roles": roles_shown(request.POST.get("role", "") if fault else ""),
        "teams": teams_chosen(teams, ()),
        "given": request.POST if fault else {},
        "fault": "" if fault is None else " ".join(said(fault)),
        "tab": "staff",
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/staff.html", shown, status=status)


def member(request: Any, staff_id: int) -> HttpResponse:
    """Show one account, and change it, close it, or help somebody who is locked out."""
    actor = request.principal
    fault: ForbearError | None = None
    shown: dict[str, Any] = {}
    if request.method == "POST":
        try:
            shown = _changed(request, staff_id)
        except NotFound:
            raise
        except ForbearError as refused:
            fault = refused
        if fault is None and not shown:
            return redirect("staff_member", staff_id)
    teams = people.teams(actor=actor)
    found = people.staff_member(staff_id, actor=actor)
    shown |= {
        "member": member_shown(found, own=str(staff_id) == actor.id),
        "roles": roles_shown(found.role.value),
        "teams": teams_chosen(teams, found.teams),
        "currencies": [each.value for each in Currency],
        "fault": "" if fault is None else " ".join(said(fault)),
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/staff_member.html", shown, status=status)


def _changed(request: Any, staff_id: int) -> dict[str, Any]:
    """Do what a form of the page asks for; return what is shown this once."""
    told, by = request.POST, {"actor": request.principal, "now": request.now}
    match told.get("deed", ""):
        case "change":
            change_staff(
                staff_id,
                name=told.get("name", "").strip(),
                role=_role(told.get("role", "")),
                teams=_ids(request, "teams"),
                authority_minor=amount_minor(told.get("authority", "")) or 0,
                authority_currency=_currency(told.get("currency", "")),
                **by,
            )
            messages.success(request, _("Changed. What they may do counts from their next page."))
        case "password":
            return {"password": reset_password(staff_id, **by)}
        case "factor":
            reset_second_factor(staff_id, **by)
            messages.success(request, _("Forgotten. They set up a new one when they sign in."))
        case "close":
            deactivate_staff(staff_id, **by)
            messages.success(request, _("The account is closed and signed out everywhere."))
        case _:
            raise InvalidInput("There is no such step.", message_zh="没有这一步骤。")
    return {}


def teams(request: Any) -> HttpResponse:
    """List teams with where they sit and whom they serve; add one or change one."""
    actor = request.principal
    fault: ForbearError | None = None
    if request.method == "POST":
        try:
            _team_kept(request)
        except NotFound:
            raise
        except ForbearError as refused:
            fault = refused
        else:
            messages.success(request, _("The team is kept."))
            return redirect("teams")
    regions = open_regions()
    found = people.teams(actor=actor, with_closed=True)
    shown = {
        "teams": [team_shown(each, regions) for each in found],
        "fault": "" if fault is None else " ".join(said(fault)),
        "given": request.POST if fault else {},
        "tab": "teams",
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/teams.html", shown, status=status)


def _team_kept(request: Any) -> None:
    told, by = request.POST, {"actor": request.principal, "now": request.now}
    facts = {
        "name_en": told.get("name_en", "").strip(),
        "name_zh": told.get("name_zh", "").strip(),
        "time_zone": told.get("time_zone", "").strip(),
        "opens_minute": _minute(told.get("opens", "")),
        "agency": "agency" in told,
    }
    for name in ("regions", "dialects"):
        if name in told:
            facts[name] = told[name].upper().replace("，", " ").replace(",", " ").split()
    number = told.get("team", "")
    if number.isdecimal() and len(number) < 19:
        change_team(int(number), closed="closed" in told, **facts, **by)
    else:
        add_team(code=told.get("code", "").strip(), **facts, **by)


def _minute(text: str) -> int:
    hour, _colon, minute = text.partition(":")
    if not (hour.isdecimal() and minute[:2].isdecimal()):
        raise InvalidInput(
            "When the team begins is no time of day.",
            remedy="Write it like 09:00.",
            message_zh="上班时间格式有误。",
            remedy_zh="请填写如 09:00。",
            field="opens",
        )
    return int(hour) * 60 + int(minute[:2])


def _role(text: str) -> Role:
    if text not in set(Role):
        raise InvalidInput("No role was chosen.", message_zh="未选择角色。", field="role")
    return Role(text)


def _currency(text: str) -> Currency:
    return Currency(text) if text in set(Currency) else Currency.CNY


def _ids(request: Any, name: str) -> tuple[int, ...]:
    given = request.POST.getlist(name)
    return tuple(int(each) for each in given if each.isdecimal() and len(each) < 19)
