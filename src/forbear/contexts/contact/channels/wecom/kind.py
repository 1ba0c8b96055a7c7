"""How is an enterprise of WeCom set up, and which accounts of staff are registered?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.secret import Reference, secret_in
from forbear.contexts.contact.channels.wechat.kind import read_id, read_timeout, read_url
from forbear.policy.reading import Field
from forbear.values.code import Channel

_FIELDS = (
    "corp_id",
    "secret",
    "token",
    "aes_key",
    "base_url",
    "timeout_s",
    "confirm_minutes",
    "accounts",
)
_API = "https://qyapi.weixin.qq.com"
_CONFIRM_MINUTES, _CONFIRM_MINUTES_MAX = 5, 30


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says, and where the secrets are.

    ``accounts``: the registered account of each member of staff, by their name for signing in.
    ``confirm_minutes``: so long a task waits for its member of staff before it is taken back.
    """

    app_id: str
    secret: Reference = field(repr=False)
    token: Reference = field(repr=False)
    aes_key: Reference = field(repr=False)
    base_url: str
    timeout_s: int
    confirm_minutes: int
    accounts: Mapping[str, str]


def _read(settings: Field) -> Read:
    settings.only(*_FIELDS)
    accounts = settings.get("accounts", dict)
    good = all(isinstance(each, str) and each.strip() for pair in accounts.items() for each in pair)
    if not accounts or not good:
        raise settings.fail("accounts", "names no accounts", "Write NAME: USERID for each.")
    if len(set(accounts.values())) < len(accounts):
        raise settings.fail("accounts", "names an account twice", "One account is one person's.")
    confirm = settings.get("confirm_minutes", int, default=_CONFIRM_MINUTES)
    if not 1 <= confirm <= _CONFIRM_MINUTES_MAX:
        remedy = f"Write a number from 1 to {_CONFIRM_MINUTES_MAX}."
        raise settings.fail("confirm_minutes", "is out of range", remedy)
    return Read(
        read_id(settings, "corp_id"),
        secret_in(settings, "secret"),
        secret_in(settings, "token"),
        secret_in(settings, "aes_key"),
        read_url(settings, "base_url", _API),
        read_timeout(settings),
        confirm,
        dict(accounts),
    )


def _make(entry: Entry, setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.wecom.adapter import WecomAdapter

    return WecomAdapter(entry, setting)


KIND = Kind(frozenset({Channel.WECHAT}), _read, _make)
