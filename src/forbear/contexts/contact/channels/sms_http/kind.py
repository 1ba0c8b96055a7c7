"""How is an HTTP gateway for text messages set up?

Two dialects. ``json`` is described wholly by the file: address, headers, body with {places}, and
where in an answer the gateway's own number stands. ``aliyun`` signs as that cloud wants it and asks
by our own id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.secret import Reference, secret_in
from forbear.policy.reading import Field
from forbear.values.code import Channel

PLACES = ("id", "number", "text", "secret")
"""What may stand in braces in addresses, headers and bodies."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says. ``secret``: where it is; ``fields``: by dialect."""

    dialect: str
    url: str
    timeout_s: int
    calling_code: str
    secret: Reference = field(repr=False)
    fields: dict[str, Any]


_COMMON = ("dialect", "url", "timeout_s", "calling_code", "secret")
_JSON = ("headers", "body", "ref_at", "good_at", "good", "look_up_url")
_ALIYUN = ("access_key_id", "sign_name", "template_code", "text_variable")


def _read(settings: Field) -> Read:
    dialect = settings.get("dialect", str, default="json")
    if dialect not in {"json", "aliyun"}:
        raise settings.fail("dialect", f"'{dialect[:20]}' is not known", "Use: json, aliyun.")
    settings.only(*_COMMON, *(_JSON if dialect == "json" else _ALIYUN))
    url = settings.get("url", str)
    here = url.startswith(("http://127.0.0.1", "http://localhost"))
    if not url.startswith("https://") and not here:
        raise settings.fail("url", "is not https", "Numbers and words go over https alone.")
    timeout_s = settings.get("timeout_s", int, default=10)
    if not 1 <= timeout_s <= 30:
        raise settings.fail("timeout_s", "is out of range", "Write a number from 1 to 30.")
    fields = _json(settings) if dialect == "json" else _aliyun(settings)
    code = settings.get("calling_code", str, default="86")
    return Read(dialect, url, timeout_s, code, secret_in(settings, "secret"), fields)


def _json(settings: Field) -> dict[str, Any]:
    headers, body = settings.get("headers", dict, default={}), settings.get("body", dict)
    if not all(isinstance(value, str) for value in headers.values()):
        raise settings.fail("headers", "is not a mapping of texts", "Write texts, in quotes.")
    return {
        "headers": dict(headers),
        "body": dict(body),
        "ref_at": settings.get("ref_at", str),
        "good_at": settings.get("good_at", str, default=""),
        "good": settings.get("good", str, default=""),
        "look_up_url": settings.get("look_up_url", str, default=""),
    }


def _aliyun(settings: Field) -> dict[str, Any]:
    return {
        "access_key_id": settings.get("access_key_id", str),
        "sign_name": settings.get("sign_name", str),
        "template_code": settings.get("template_code", str),
        "text_variable": settings.get("text_variable", str, default="content"),
    }


def _make(entry: Entry, setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.sms_http.adapter import HttpAdapter
    from forbear.contexts.contact.channels.sms_http.cloud import Cloud
    from forbear.contexts.contact.channels.sms_http.plain import Plain

    read: Read = entry.settings
    dialect = Plain if read.dialect == "json" else Cloud
    return HttpAdapter(entry, read, dialect(read, read.secret.open(), setting.clock))


KIND = Kind(frozenset({Channel.SMS}), _read, _make)
