"""May somebody do something, and if not: who may?

This is the one question of *who*. Whether a thing may be done *now* is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

from forbear.contexts.people.models import Staff
from forbear.contexts.people.role import GRANTS, ROLES, Permission, Role, permissions_of, sight_of
from forbear.values.principal import NotPermitted, Principal, PrincipalKind, Sight


def may(principal: Principal, permission: Permission) -> None:
    """Let the principal go on, or refuse in words.

    Forbear itself may do whatever its own code does; everybody else needs the permission.

    Raises:
        NotPermitted: the permission is missing; the message says who has it.
    """
    if not principal.may(permission.value):
        raise _refusal(permission)


def doing(actor: Principal, *permissions: Permission) -> Principal:
    """Return the same doer, holding also what an action entails that was allowed.

    Whoever may take in a dispute need not be allowed to place holds by hand. Taking it in places
    one all the same: the action carries the permission, and the record names who acted.
    """
    more = frozenset(permission.value for permission in permissions)
    return replace(actor, permissions=actor.permissions | more)


def principal_of(staff: Staff) -> Principal:
    """Return as whom a member of staff acts, with the teams whose persons they see.

    Raises:
        NotPermitted: the account is closed.
    """
    return principal_and_zone(staff)[0]


def principal_and_zone(staff: Staff) -> tuple[Principal, str | None]:
    """Return the same, and the clock of their first team; null: they work in none.

    Raises:
        NotPermitted: the account is closed.
    """
    if not staff.is_active:
        raise NotPermitted(
            f"The account {staff.username} is closed.",
            remedy="Ask an administrator.",
            message_zh=f"账号 {staff.username} 已停用。",
            remedy_zh="请联系管理员。",
        )
    role = Role(staff.role)
    sight, teams = sight_of(role), dict[int, str]()
    if sight is Sight.TEAMS:
        working = staff.teams.filter(closed_at__isnull=True).order_by("id")
        teams = dict(working.values_list("id", "time_zone"))
    found = Principal(
        PrincipalKind.STAFF,
        str(staff.pk),
        sight,
        teams=tuple(teams),
        permissions=permissions_of(role),
    )
    return found, next(iter(teams.values()), None)


def staff_id(principal: Principal) -> int:
    """Return the id of the member of staff who acts.

    Raises:
        NotPermitted: a program or a person from outside acts; this takes somebody who works here.
    """
    if principal.kind is not PrincipalKind.STAFF:
        raise NotPermitted(
            "This takes somebody who works here.",
            remedy="Sign in to the console and do it there.",
            message_zh="此操作须由在职人员完成。",
            remedy_zh="请登录工作台后操作。",
        )
    return int(principal.id)


def _refusal(permission: Permission) -> NotPermitted:
    grant = GRANTS[permission]
    who = [ROLES[role] for role in Role if role in grant.roles]
    return NotPermitted(
        f"You may not {grant.en}.",
        remedy=f"Ask a colleague who works as {' or '.join(words.en for words in who)}."
        if who
        else "No role may do this here.",
        message_zh=f"您无权{grant.zh}。",
        remedy_zh=f"请找{'或'.join(words.zh for words in who)}处理。"
        if who
        else "没有任何角色可以在这里执行此操作。",
        permission=permission.value,
    )
