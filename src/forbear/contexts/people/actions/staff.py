"""Who works here, as what, in which teams, and with how much authority?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.models import Staff, Team
from forbear.contexts.people.password import one_time_password
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission, Role
from forbear.contexts.people.session import end_sessions
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.money import Currency
from forbear.values.principal import NotPermitted, Principal, PrincipalKind

LANGUAGES = ("zh-hans", "en")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


class UnknownStaff(NotFound):
    """Nobody of that id works here."""

    code = "UNKNOWN_STAFF"


class NameTaken(Conflict):
    """Somebody else has this name already."""

    code = "NAME_TAKEN"


class LastAdministrator(Conflict):
    """Without an administrator nobody could manage staff."""

    code = "LAST_ADMINISTRATOR"


@dataclass(frozen=True, slots=True)
class Added:
    """A new account. ``password`` is told once, works for a day, and must be changed at once."""

    id: int
    password: str


def add_staff(
    *,
    username: str,
    name: str,
    role: Role,
    teams: Sequence[int] = (),
    language: str = "zh-hans",
    email: str = "",
    officer_ref: str | None = None,
    authority_minor: int = 0,
    authority_currency: Currency = Currency.CNY,
    actor: Principal,
    now: datetime,
) -> Added:
    """Add an account with a one-time password.

    ``teams`` are ids. ``officer_ref`` is the lender's pseudonymous id of the officer.
    ``authority_minor`` is up to which amount they may grant what others ask for.

    Raises:
        NotPermitted: the actor may not manage staff.
        NameTaken: the user name or the officer's id is somebody else's.
        InvalidInput: a value does not keep its form, or a team does not exist.
    """
    may(actor, Permission.STAFF_MANAGE)
    _check_form(username=username, name=name, language=language, authority_minor=authority_minor)
    password = one_time_password()
    staff = Staff(
        username=username,
        name=name.strip(),
        role=role.value,
        language=language,
        email=email,
        officer_ref=officer_ref,
        authority_minor=authority_minor,
        authority_currency=authority_currency.value,
        added_at=now,
        password_given_at=now,
    )
    staff.set_password(password)
    with acting(actor):
        _save(staff)
        staff.teams.set(_teams(teams))
        _record(AuditEvent.STAFF_ADDED, staff, actor, now, _told(staff, teams))
    return Added(staff.pk, password)


def change_staff(
    staff_id: int,
    *,
    name: str | None = None,
    role: Role | None = None,
    teams: Sequence[int] | None = None,
    language: str | None = None,
    email: str | None = None,
    authority_minor: int | None = None,
    authority_currency: Currency | None = None,
    actor: Principal,
    now: datetime,
) -> None:
    """Change what is given; what is None stays. A change of role or teams ends open sessions.

    Raises:
        NotPermitted: the actor may not manage staff, or would change their own role, teams or
            authority.
        UnknownStaff: there is no such account.
        LastAdministrator: nobody would be left to manage staff.
    """
    may(actor, Permission.STAFF_MANAGE)
    powers = [
        value for value in (role, teams, authority_minor, authority_currency) if value is not None
    ]
    if powers:
        _not_oneself(staff_id, actor)
    with acting(actor):
        administrators = _administrators()
        staff = locked_staff(staff_id)
        before = _told(staff, list(staff.teams.values_list("id", flat=True)))
        given: dict[str, Any] = {
            "name": name and name.strip(),
            "role": role and role.value,
            "language": language,
            "email": email,
            "authority_minor": authority_minor,
            "authority_currency": authority_currency and authority_currency.value,
        }
        for field, value in given.items():
            if value is not None:
                setattr(staff, field, value)
        _check_form(
            username=staff.username,
            name=staff.name,
            language=staff.language,
            authority_minor=staff.authority_minor,
        )
        _save(staff)
        if teams is not None:
            staff.teams.set(_teams(teams))
        _keep_one_administrator(administrators)
        after = _told(staff, list(staff.teams.values_list("id", flat=True)))
        changed: Body = {key: value for key, value in after.items() if before[key] != value}
        ended = end_sessions(staff.pk) if {"role", "teams"} & set(changed) else 0
        named = [field for field in ("name", "email") if given[field] is not None]
        body: Body = {**changed, "sessions_ended": ended, "also": named}
        _record(AuditEvent.STAFF_CHANGED, staff, actor, now, body)


def deactivate_staff(staff_id: int, *, actor: Principal, now: datetime) -> None:
    """Close an account and end its sessions. The account stays, since the record names it.

    Raises:
        NotPermitted: the actor may not manage staff, or it is their own account.
        UnknownStaff: there is no such account.
        Conflict: it is closed already.
        LastAdministrator: nobody would be left to manage staff.
    """
    may(actor, Permission.STAFF_MANAGE)
    _not_oneself(staff_id, actor)
    with acting(actor):
        administrators = _administrators()
        staff = locked_staff(staff_id)
        if not staff.is_active:
            raise Conflict(
                f"The account {staff.username} is closed already.",
                message_zh=f"账号 {staff.username} 已经停用。",
            )
        staff.is_active = False
        staff.save(update_fields=["is_active"])
        _keep_one_administrator(administrators)
        body: Body = {"sessions_ended": end_sessions(staff.pk)}
        _record(AuditEvent.STAFF_DEACTIVATED, staff, actor, now, body)


def locked_staff(staff_id: int) -> Staff:
    """Return an account, held until the transaction ends.

    Raises:
        UnknownStaff: there is no such account.
    """
    required()
    found = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if found is None:
        raise UnknownStaff(
            f"There is no member of staff {staff_id}.",
            remedy="Choose from the list of staff.",
            message_zh=f"没有编号为 {staff_id} 的员工。",
            remedy_zh="请从员工列表中选择。",
        )
    return found


def _not_oneself(staff_id: int, actor: Principal) -> None:
    if actor.kind is PrincipalKind.STAFF and int(actor.id) == staff_id:
        raise NotPermitted(
            "Nobody changes their own role, teams or authority, or closes their own account.",
            remedy="Ask another administrator.",
            message_zh="任何人都不能更改自己的角色、团队或权限额度，也不能停用自己的账号。",
            remedy_zh="请找另一位管理员处理。",
        )


def _administrators() -> list[int]:
    # Locking every administrator's row keeps two of them from removing each other at once.
    active = Staff.objects.select_for_update().filter(role=Role.ADMIN.value, is_active=True)
    return list(active.order_by("id").values_list("id", flat=True))


def _keep_one_administrator(before: list[int]) -> None:
    if before and not _administrators():
        raise LastAdministrator(
            "Without an administrator nobody could manage staff.",
            remedy="Make somebody else an administrator first.",
            message_zh="至少要保留一位管理员，否则无人能管理员工。",
            remedy_zh="请先指定另一位管理员。",
        )


def _check_form(*, username: str, name: str, language: str, authority_minor: int) -> None:
    wrong = (
        (
            not _USERNAME.fullmatch(username),
            "The user name takes 2 to 60 small letters, digits, dots, dashes and underscores.",
            "用户名须为 2 至 60 个小写字母、数字、点、连字符或下划线。",
        ),
        (
            not 1 <= len(name.strip()) <= 120,
            "The name takes 1 to 120 characters.",
            "姓名须为 1 至 120 个字符。",
        ),
        (
            language not in LANGUAGES,
            f"The language is one of {', '.join(LANGUAGES)}.",
            f"语言须为 {'、'.join(LANGUAGES)} 之一。",
        ),
        (
            authority_minor < 0,
            "The authority cannot be below zero.",
            "权限额度不能小于零。",
        ),
    )
    for is_wrong, message, message_zh in wrong:
        if is_wrong:
            raise InvalidInput(message, message_zh=message_zh)


def _teams(ids: Sequence[int]) -> list[Team]:
    found = list(Team.objects.filter(pk__in=ids, closed_at__isnull=True))
    if len(found) != len(set(ids)):
        raise InvalidInput(
            "One of the teams does not exist or is closed.",
            remedy="Choose from the list of teams.",
            message_zh="所选团队中有不存在或已关闭的团队。",
            remedy_zh="请从团队列表中选择。",
        )
    return found


def _save(staff: Staff) -> None:
    try:
        staff.save()
    except IntegrityError as error:
        raise NameTaken(
            f"Another account has the user name {staff.username} or the officer id.",
            remedy="Choose another one.",
            message_zh=f"用户名 {staff.username} 或人员编号已被使用。",
            remedy_zh="请换一个。",
        ) from error


def _told(staff: Staff, teams: Sequence[int]) -> Body:
    return {
        "role": staff.role,
        "teams": sorted(teams),
        "language": staff.language,
        "authority_minor": staff.authority_minor,
        "authority_currency": staff.authority_currency,
    }


def _record(event: AuditEvent, staff: Staff, actor: Principal, now: datetime, body: Body) -> None:
    record(event, actor=actor, subject=f"staff:{staff.pk}", now=now, body=body)
