"""How does somebody get a first password, choose their own, or start anew?"""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.staff import locked_staff
from forbear.contexts.people.password import check_password_strength, one_time_password
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.people.session import end_sessions
from forbear.values.errors import InvalidInput
from forbear.values.principal import NotPermitted, Principal


def reset_password(of: int, *, actor: Principal, now: datetime) -> str:
    """Give a member of staff a one-time password and end their sessions; return it.

    Raises:
        NotPermitted: the actor may not manage staff, or it is their own account.
        UnknownStaff: there is no such account.
    """
    may(actor, Permission.STAFF_MANAGE)
    _not_oneself(of, actor)
    password = one_time_password()
    with acting(actor):
        staff = locked_staff(of)
        staff.set_password(password)
        staff.password_given_at = now
        staff.save(update_fields=["password", "password_given_at"])
        body: Body = {"sessions_ended": end_sessions(of)}
        record(
            AuditEvent.STAFF_PASSWORD_GIVEN, actor=actor, subject=f"staff:{of}", now=now, body=body
        )
    return password


def reset_second_factor(of: int, *, actor: Principal, now: datetime) -> None:
    """Forget every second factor of a member of staff and end their sessions.

    They set up a new one at their next sign-in.

    Raises:
        NotPermitted: the actor may not manage staff, or it is their own account.
        UnknownStaff: there is no such account.
    """
    may(actor, Permission.STAFF_MANAGE)
    _not_oneself(of, actor)
    with acting(actor):
        locked_staff(of)
        forgotten, _ = Authenticator.objects.filter(user_id=of).delete()
        body: Body = {"forgotten": forgotten, "sessions_ended": end_sessions(of)}
        record(
            AuditEvent.STAFF_SECOND_FACTOR_RESET,
            actor=actor,
            subject=f"staff:{of}",
            now=now,
            body=body,
        )


def choose_password(
    *, current: str, chosen: str, session: str | None, actor: Principal, now: datetime
) -> None:
    """Let a member of staff choose their own password; every session but ``session`` ends.

    Raises:
        InvalidInput: the current password is another one, or the new one is the same.
        WeakPassword: the new one is too easy to guess.
    """
    me = staff_id(actor)
    with acting(actor):
        staff = locked_staff(me)
        if not staff.check_password(current):
            raise InvalidInput("The current password is not right.", message_zh="当前密码不正确。")
        if current == chosen:
            raise InvalidInput(
                "The new password is the old one.",
                remedy="Choose another one.",
                message_zh="新密码与原密码相同。",
                remedy_zh="请另选一个。",
            )
        check_password_strength(chosen, staff=staff)
        staff.set_password(chosen)
        staff.password_given_at = None
        staff.save(update_fields=["password", "password_given_at"])
        body: Body = {"sessions_ended": end_sessions(me, but=session)}
        record(
            AuditEvent.STAFF_PASSWORD_CHANGED,
            actor=actor,
            subject=f"staff:{me}",
            now=now,
            body=body,
        )


def _not_oneself(of: int, actor: Principal) -> None:
    # Somebody at an unlocked desk must not be able to take an administrator's account over.
    if str(of) == actor.id:
        raise NotPermitted(
            "Nobody resets their own password or second factor.",
            remedy="Change it under your name, or ask another administrator.",
            message_zh="任何人都不能重置自己的密码或第二验证方式。",
            remedy_zh="请在个人页面中更改，或找另一位管理员处理。",
        )
