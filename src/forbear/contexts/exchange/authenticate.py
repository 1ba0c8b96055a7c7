"""Whose key is this, what may it do, and has it called too often this minute?"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forbear.contexts.database.prepared import ask
from forbear.contexts.exchange.models import Token
from forbear.contexts.exchange.scope import SCOPES, Scope
from forbear.contexts.exchange.token import prefix_of, token_hash
from forbear.values.errors import Denied, Transient
from forbear.values.principal import NotPermitted, Principal, PrincipalKind, Sight

_NOBODY = bytes(32)
# Every call asks this: it is planned once a connection.
_KEY = (
    "SELECT t.id, t.sha256, t.scopes, t.agency_id, t.revoked_at, t.expires_at, g.closed_at "
    "FROM exchange_token t LEFT JOIN people_team g ON g.id = t.agency_id WHERE t.prefix = %s"
)
# One row a key: the minute of its latest call, and how many calls that minute has seen.
_COUNT = (
    "INSERT INTO exchange_tokenuse (token_id, minute, calls) VALUES (%s, %s, 1) "
    "ON CONFLICT (token_id) DO UPDATE SET minute = excluded.minute, calls = CASE "
    "WHEN exchange_tokenuse.minute = excluded.minute THEN exchange_tokenuse.calls + 1 ELSE 1 END "
    "RETURNING calls"
)


class NotAuthenticated(Denied):
    """The request carries no key that is in force."""

    code = "NOT_AUTHENTICATED"


class TooManyCalls(Transient):
    """The key has called too often this minute."""

    code = "TOO_MANY_CALLS"


class _Row(NamedTuple):
    """A key as it is kept. ``agency_closed_at`` null: no agency's, or it is open."""

    id: int
    sha256: bytes
    scopes: list[str]
    agency_id: int | None
    revoked_at: datetime | None
    expires_at: datetime
    agency_closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """A system that has shown its key. ``agency_id`` null: the lender's own."""

    token_id: int
    scopes: frozenset[str]
    agency_id: int | None = None

    def principal(self, scope: Scope) -> Principal:
        """Return as whom a call under one scope acts, with that scope's permissions alone.

        Raises:
            NotPermitted: the key was not made for this.
        """
        if scope.value not in self.scopes:
            allowed = SCOPES[scope]
            raise NotPermitted(
                f"This key may not {allowed.en}.",
                remedy=f"Ask an administrator for a key with the scope {scope.value}.",
                message_zh=f"此密钥无权{allowed.zh}。",
                remedy_zh=f"请向管理员申请包含范围 {scope.value} 的密钥。",
                scope=scope.value,
            )
        return Principal(
            PrincipalKind.TOKEN,
            str(self.token_id),
            Sight.ALL if self.agency_id is None else Sight.TEAMS,
            teams=() if self.agency_id is None else (self.agency_id,),
            permissions=SCOPES[scope].permissions,
        )


def authenticate(text: str, *, now: datetime) -> Caller:
    """Return whose key it is. The comparison takes the same time, right or wrong.

    Raises:
        NotAuthenticated: unknown, revoked, expired, or its agency is closed; which is not told.
    """
    prefix = prefix_of(text)
    rows = [] if prefix is None else ask(_KEY, [prefix])
    row = _Row(*rows[0]) if rows else None
    same = hmac.compare_digest(_NOBODY if row is None else bytes(row.sha256), token_hash(text))
    over = row is None or row.revoked_at or row.expires_at <= now or row.agency_closed_at
    if row is None or not same or over:
        raise NotAuthenticated(
            "The key is not one that is in force.",
            remedy="Send it as Authorization: Bearer fb_…; ask an administrator for a new one.",
            message_zh="该密钥无效。",
            remedy_zh="请以 Authorization: Bearer fb_… 发送；或请管理员提供新的密钥。",
        )
    return Caller(row.id, frozenset(row.scopes), row.agency_id)


def count_call(caller: Caller, *, most: int, now: datetime) -> int:
    """Count one call of a key, also over several processes; return how many are left this minute.

    Raises:
        TooManyCalls: there were ``most`` already; ``retry_after_s`` says when to try again.
    """
    minute = int(now.timestamp()) // 60
    ((calls,),) = ask(_COUNT, [caller.token_id, minute])
    if calls == 1:
        Token.objects.filter(pk=caller.token_id).update(used_at=now)
    if calls > most:
        wait_s = 60 - int(now.timestamp()) % 60
        raise TooManyCalls(
            f"This key has made {most:,} calls this minute, the most there may be.",
            remedy=f"Try again in {wait_s} seconds.",
            message_zh=f"此密钥本分钟的调用已达上限 {most:,} 次。",
            remedy_zh=f"请在 {wait_s} 秒后重试。",
            retry_after_s=wait_s,
        )
    return most - calls
