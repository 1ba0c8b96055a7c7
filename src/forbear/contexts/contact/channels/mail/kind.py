"""How is a mail server set up that takes our mail?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.secret import Reference, secret_if
from forbear.policy.reading import Field
from forbear.values.code import Channel

_FIELDS = (
    "host",
    "port",
    "tls",
    "user",
    "password",
    "from_address",
    "from_name",
    "reply_to",
    "return_domain",
    "unsubscribe_url",
    "timeout_s",
)
_TLS = ("starttls", "implicit", "none")
_ADDRESS = re.compile(r"[^@\s<>]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|[^@\s<>]+@localhost")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says, and where the password is; null: the server asks for none."""

    said: dict[str, Any]
    password: Reference | None


def _read(settings: Field) -> Read:
    settings.only(*_FIELDS)
    tls = settings.get("tls", str, default=_TLS[0])
    if tls not in _TLS:
        raise settings.fail("tls", f"'{tls[:20]}' is not known", f"Use: {', '.join(_TLS)}.")
    said: dict[str, Any] = {
        "host": settings.get("host", str),
        "port": settings.get("port", int, default=465 if tls == "implicit" else 587),
        "tls": tls,
        "user": settings.get("user", str, default=""),
        "from_address": settings.get("from_address", str),
        "from_name": settings.get("from_name", str),
        "reply_to": settings.get("reply_to", str, default=""),
        "return_domain": settings.get("return_domain", str),
        "unsubscribe_url": settings.get("unsubscribe_url", str, default=""),
        "timeout_s": settings.get("timeout_s", int, default=10),
    }
    for name in ("from_address", "reply_to"):
        if said[name] and not _ADDRESS.fullmatch(said[name]):
            raise settings.fail(name, "is no e-mail address", "Write it as name@example.com.")
    if not _DOMAIN.fullmatch(said["return_domain"]):
        raise settings.fail("return_domain", "is no domain", "Write it as bounces.example.com.")
    url = said["unsubscribe_url"]
    if url and not url.startswith("https://"):
        raise settings.fail("unsubscribe_url", "is not https", "Mail services ask for https.")
    if not 1 <= said["timeout_s"] <= 30:
        raise settings.fail("timeout_s", "is out of range", "Write a number from 1 to 30.")
    password = secret_if(settings, "password")
    if (password is None) != (not said["user"]):
        raise settings.fail("password", "goes with user", "Give both, or neither.")
    return Read(said, password)


def _make(entry: Entry, setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.mail.adapter import MailAdapter, Settings

    read: Read = entry.settings
    password = "" if read.password is None else read.password.open()
    return MailAdapter(entry, Settings(password=password, **read.said), setting)


KIND = Kind(frozenset({Channel.EMAIL}), _read, _make)
