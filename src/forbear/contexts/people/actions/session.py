"""How is signing in and out written down, and how does a session end?

Signing in is done by whoever shows the pages; these blocks put it and its entry into one
transaction, so that nobody is in without a record of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.staff import LANGUAGES, locked_staff
from forbear.contexts.people.models import Staff
from forbear.contexts.people.permission import staff_id
from forbear.contexts.people.session import end_sessions
from forbear.values.code import Code
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import NotPermitted, Principal

_FACTORS = {Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value}


class Refusal(Code):
    """Why somebody was not let in."""

    CREDENTIALS = "CREDENTIALS"
    """An unknown user name, a wrong password, a closed account or a lapsed first password."""
    SECOND_FACTOR = "SECOND_FACTOR"
    TOO_MANY = "TOO_MANY"
    """Too many failures; not even the right password helps for a while."""


class Ending(Code):
    """Why a session ended."""

    ASKED = "ASKED"
    IDLE = "IDLE"
    TOO_LONG = "TOO_LONG"
    FACTOR_MISSING = "FACTOR_MISSING"
    """A second factor was set up in another session; this one has not shown it."""


class LastSecondFactor(Conflict):
    """Nobody works here without a second factor."""

    code = "LAST_SECOND_FACTOR"


class UnknownSession(NotFound):
    """There is no such session of one's own."""

    code = "UNKNOWN_SESSION"


@contextmanager
def signing_in(*, factors: Sequence[str], actor: Principal, now: datetime) -> Iterator[None]:
    """Let somebody in inside the block; ``factors`` name by what they showed who they are."""
    with acting(actor):
        yield
        _record(AuditEvent.STAFF_SIGNED_IN, actor, now, factors=sorted(factors))


@contextmanager
def signing_out(*, why: Ending, actor: Principal, now: datetime) -> Iterator[None]:
    """Let somebody out inside the block."""
    with acting(actor):
        yield
        _record(AuditEvent.STAFF_SIGNED_OUT, actor, now, why=why.value)


def refuse_sign_in(username: str | None, *, why: Refusal, actor: Principal, now: datetime) -> None:
    """Write down that somebody was not let in.

    The name that was typed is not kept, since people type passwords there by mistake; the account
    is, when there is one of that name.
    """
    with acting(actor):
        known = Staff.objects.filter(username=username or "").values_list("pk", flat=True).first()
        record(
            AuditEvent.STAFF_SIGN_IN_REFUSED,
            actor=actor,
            subject=f"staff:{known}" if known else "staff:unknown",
            now=now,
            body={"why": why.value},
        )


@contextmanager
def changing_second_factors(*, shown: bool, actor: Principal, now: datetime) -> Iterator[None]:
    """Let somebody add or remove second factors of their own inside the block.

    ``shown``: they have shown one in this session. Who has not may only set up a first one.

    Raises:
        NotPermitted: there is one, and it was not shown.
        LastSecondFactor: none would be left.
    """
    me = staff_id(actor)
    with acting(actor):
        locked_staff(me)
        before = _factors(me)
        if before and not shown:
            raise NotPermitted(
                "Your second factor was set up in another session.",
                remedy="Sign in again and show it.",
                message_zh="您的第二验证方式已在另一会话中设置。",
                remedy_zh="请重新登录并完成验证。",
            )
        yield
        after = _factors(me)
        if before and not set(after.values()) & _FACTORS:
            raise LastSecondFactor(
                "Nobody works here without a second factor.",
                remedy="Add another one before you remove this one.",
                message_zh="在职人员必须保留至少一种第二验证方式。",
                remedy_zh="请先添加另一种，再移除此项。",
            )
        for pk in sorted(after.keys() - before.keys()):
            _record(AuditEvent.STAFF_SECOND_FACTOR_ADDED, actor, now, kind=after[pk])
        for pk in sorted(before.keys() - after.keys()):
            _record(AuditEvent.STAFF_SECOND_FACTOR_REMOVED, actor, now, kind=before[pk])


def end_session(session_id: int, *, actor: Principal, now: datetime) -> None:
    """End one of one's own sessions.

    Raises:
        UnknownSession: it is not one's own, or has ended.
    """
    me = staff_id(actor)
    with acting(actor):
        found = UserSession.objects.filter(pk=session_id, user_id=me).first()
        if found is None:
            raise UnknownSession(
                "There is no such session.",
                remedy="It may have ended already.",
                message_zh="没有这个会话。",
                remedy_zh="它可能已经结束。",
            )
        Session.objects.filter(session_key=found.session_key).delete()
        found.delete()
        _record(AuditEvent.SESSION_ENDED, actor, now, sessions_ended=1)


def end_other_sessions(current: str, *, actor: Principal, now: datetime) -> int:
    """End every session of one's own but the current one; return how many."""
    me = staff_id(actor)
    with acting(actor):
        ended = end_sessions(me, but=current)
        _record(AuditEvent.SESSION_ENDED, actor, now, sessions_ended=ended)
    return ended


def choose_language(language: str, *, actor: Principal, now: datetime) -> None:
    """Choose in which language one works.

    Raises:
        InvalidInput: there is no such language here.
    """
    me = staff_id(actor)
    if language not in LANGUAGES:
        raise InvalidInput(
            f"The language is one of {', '.join(LANGUAGES)}.",
            message_zh=f"语言须为 {'、'.join(LANGUAGES)} 之一。",
        )
    with acting(actor):
        Staff.objects.filter(pk=me).update(language=language)
        _record(AuditEvent.STAFF_CHANGED, actor, now, language=language)


def _factors(me: int) -> dict[int, str]:
    return dict(Authenticator.objects.filter(user_id=me).values_list("pk", "type"))


def _record(event: AuditEvent, actor: Principal, now: datetime, **body: object) -> None:
    record(event, actor=actor, subject=f"staff:{actor.id}", now=now, body=body)
