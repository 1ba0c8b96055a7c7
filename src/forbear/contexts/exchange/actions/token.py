"""How is a key for a lender's system made, and taken back?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.models import Token
from forbear.contexts.exchange.scope import FOR_AGENCIES, OF_AGENCIES, Scope
from forbear.contexts.exchange.token import new_token
from forbear.contexts.people.care import agencies
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import InvalidInput, NotFound
from forbear.values.principal import Principal, PrincipalKind

NAME_LENGTH_MAX = 120
DAYS_MAX = 366


class UnfitToken(InvalidInput):
    """A key cannot be made like this."""

    code = "UNFIT_TOKEN"


class UnknownToken(NotFound):
    """There is no such key."""

    code = "UNKNOWN_TOKEN"


@dataclass(frozen=True, slots=True)
class TokenMade:
    """A new key; ``text`` is shown this once and kept nowhere."""

    id: int
    prefix: str
    expires_at: datetime
    text: str = field(repr=False)


def make_token(
    name: str,
    scopes: Collection[Scope],
    *,
    days: int,
    agency: str | None = None,
    actor: Principal,
    now: datetime,
) -> TokenMade:
    """Make a key that may do what its scopes say, for some days.

    ``agency``: the code of the agency whose system it is for; null: the lender's own.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
        UnfitToken: no name, no scope, not between 1 and 366 days, no such agency, or scopes that
            are not for its system.
    """
    with acting(actor):
        may(actor, Permission.TOKENS_MANAGE)
        said = _name(name)
        _days(days)
        wanted = sorted({Scope(scope).value for scope in scopes})
        if not wanted:
            raise _unfit("scopes", "A key needs a scope.", "密钥至少需要一个范围。")
        _fit(scopes, agency)
        agency_id = None if agency is None else _agency(agency)
        made = new_token()
        row = Token.objects.create(
            name=said,
            prefix=made.prefix,
            sha256=made.sha256,
            scopes=wanted,
            agency_id=agency_id,
            made_by_id=int(actor.id) if actor.kind is PrincipalKind.STAFF else None,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        record(
            AuditEvent.TOKEN_MADE,
            actor=actor,
            subject=f"token:{row.pk}",
            now=now,
            body={
                "prefix": made.prefix,
                "scopes": wanted,
                "agency": agency_id,
                "expires_at": row.expires_at,
            },
        )
        return TokenMade(row.pk, made.prefix, row.expires_at, made.text)


def revoke_token(prefix: str, *, actor: Principal, now: datetime) -> bool:
    """Take a key back at once; say whether it was in force until now.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
        UnknownToken: there is none of this prefix.
    """
    with acting(actor):
        may(actor, Permission.TOKENS_MANAGE)
        row = Token.objects.select_for_update().filter(prefix=prefix).first()
        if row is None:
            raise UnknownToken(
                "There is no key that begins like this.",
                remedy="List them: forbear token list",
                message_zh="没有以此开头的密钥。",
                remedy_zh="请查看列表：forbear token list",
            )
        if row.revoked_at is not None:
            return False
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        record(
            AuditEvent.TOKEN_REVOKED,
            actor=actor,
            subject=f"token:{row.pk}",
            now=now,
            body={"prefix": prefix},
        )
        return True


def _name(name: str) -> str:
    said = name.strip()
    if not 0 < len(said) <= NAME_LENGTH_MAX or not said.isprintable():
        raise _unfit(
            "name",
            f"A key's name has 1 to {NAME_LENGTH_MAX} printable characters.",
            f"密钥名称须为 1 至 {NAME_LENGTH_MAX} 个可见字符。",
        )
    return said


def _fit(scopes: Collection[Scope], agency: str | None) -> None:
    unfit = set(scopes) & OF_AGENCIES if agency is None else set(scopes) - FOR_AGENCIES
    if unfit:
        one = min(scope.value for scope in unfit)
        raise _unfit(
            "scopes",
            f"The scope {one} is for agencies' systems alone."
            if agency is None
            else f"An agency's system may not have the scope {one}.",
            f"范围 {one} 仅供外包机构的系统使用。"
            if agency is None
            else f"外包机构的系统不能拥有范围 {one}。",
        )


def _agency(code: str) -> int:
    found = next((each for each in agencies() if each.code == code and each.open), None)
    if found is None:
        raise _unfit("agency", f"There is no agency {code}.", f"没有外包机构 {code}。")
    return found.id


def _days(days: int) -> None:
    if not 1 <= days <= DAYS_MAX:
        raise _unfit(
            "days",
            f"A key is in force for 1 to {DAYS_MAX} days.",
            f"密钥有效期须为 1 至 {DAYS_MAX} 天。",
        )


def _unfit(field_name: str, en: str, zh: str) -> UnfitToken:
    return UnfitToken(
        en,
        remedy="Say which system it is for, what it may do, and for how long.",
        message_zh=zh,
        remedy_zh="请说明用于哪个系统、可做什么、有效多久。",
        field=field_name,
    )
