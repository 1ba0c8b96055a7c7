"""How is an official account of WeChat set up?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.secret import Reference, secret_in
from forbear.contexts.contact.channels.wechat.form import Form, wrong_in
from forbear.policy.reading import Field
from forbear.values.code import Channel

_FIELDS = (
    "app_id",
    "secret",
    "token",
    "aes_key",
    "base_url",
    "authorize_url",
    "timeout_s",
    "templates",
)
_APP_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
_BY = ("template", "subscribe")
_TIMEOUT_S_MAX = 10
API, PAGES = "https://api.weixin.qq.com", "https://open.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says, and where the secrets are.

    ``templates``: by the message's id, one for each language that the platform approved.
    """

    app_id: str
    secret: Reference = field(repr=False)
    token: Reference = field(repr=False)
    aes_key: Reference = field(repr=False)
    base_url: str
    authorize_url: str
    timeout_s: int
    templates: dict[str, tuple[Form, ...]]


def read_id(settings: Field, name: str) -> str:
    """Return an account's own id.

    Raises:
        InvalidRule: it is none.
    """
    found: str = settings.get(name, str)
    if not _APP_ID.fullmatch(found):
        raise settings.fail(name, "is no id", "Copy it from the platform's own page.")
    return found


def read_url(settings: Field, name: str, default: str) -> str:
    """Return the address of the platform, or of what stands in for it.

    Raises:
        InvalidRule: it is not https.
    """
    url: str = settings.get(name, str, default=default)
    here = url.startswith(("http://127.0.0.1", "http://localhost"))
    if not url.startswith("https://") and not here:
        raise settings.fail(name, "is not https", "Secrets and words go over https alone.")
    return url.rstrip("/")


def read_timeout(settings: Field) -> int:
    """Return how long one answer may take, in seconds.

    Raises:
        InvalidRule: it is out of range.
    """
    found: int = settings.get("timeout_s", int, default=_TIMEOUT_S_MAX)
    if not 1 <= found <= _TIMEOUT_S_MAX:
        raise settings.fail("timeout_s", "is out of range", "Write a number from 1 to 10.")
    return found


def _read(settings: Field) -> Read:
    settings.only(*_FIELDS)
    return Read(
        read_id(settings, "app_id"),
        secret_in(settings, "secret"),
        secret_in(settings, "token"),
        secret_in(settings, "aes_key"),
        read_url(settings, "base_url", API),
        read_url(settings, "authorize_url", PAGES),
        read_timeout(settings),
        _templates(settings),
    )


def _templates(settings: Field) -> dict[str, tuple[Form, ...]]:
    found: dict[str, tuple[Form, ...]] = {}
    for each in settings.parts("templates") if settings.has("templates") else []:
        each.only("message", "template_id", "by", "url", "text")
        by, url = each.get("by", str, default=_BY[0]), each.get("url", str, default="")
        if by not in _BY:
            raise each.fail("by", f"'{by[:20]}' is not known", f"Use: {', '.join(_BY)}.")
        if url and not url.startswith("https://"):
            raise each.fail("url", "is not https", "People follow https links alone.")
        text = each.get("text", str)
        wrong = wrong_in(text)
        if wrong:
            raise each.fail("text", wrong, "Copy the template as the platform shows it.")
        message, form = each.get("message", str), Form(each.get("template_id", str), by, url, text)
        found[message] = (*found.get(message, ()), form)
    return found


def _make(entry: Entry, setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.wechat.adapter import WechatAdapter

    return WechatAdapter(entry, setting)


KIND = Kind(frozenset({Channel.WECHAT}), _read, _make)
