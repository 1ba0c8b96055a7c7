"""How is a lender's own service set up that brings messages to people, such as by its app?"""

from __future__ import annotations

from dataclasses import dataclass, field

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.secret import Reference, secret_in
from forbear.contexts.contact.channels.wechat.kind import read_timeout, read_url
from forbear.policy.reading import Field
from forbear.values.code import Channel


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says, and where the secret is.

    ``addresses``: the number or address goes along; else the person's ref alone, by which the
    lender's own service knows them. ``asks``: it can be asked after a message by our id.
    """

    url: str
    secret: Reference = field(repr=False)
    timeout_s: int
    addresses: bool
    asks: bool


def _read(settings: Field) -> Read:
    settings.only("url", "secret", "timeout_s", "addresses", "asks")
    settings.get("url", str)
    return Read(
        read_url(settings, "url", ""),
        secret_in(settings, "secret"),
        read_timeout(settings),
        settings.flag("addresses", default=False),
        settings.flag("asks", default=False),
    )


def _make(entry: Entry, setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.webhook.adapter import WebhookAdapter

    return WebhookAdapter(entry, setting)


# A push to a telephone is a written message to it: every rule that binds and counts text messages
# binds and counts it too.
KIND = Kind(frozenset({Channel.SMS, Channel.EMAIL, Channel.WECHAT}), _read, _make)
