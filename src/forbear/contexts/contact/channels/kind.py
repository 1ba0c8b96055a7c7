"""What is known of each kind of channel, before anything of it is made ready?

A kind's own module is small and opens nothing: the web asks it what a channel carries on every
page, and only the sender makes it ready.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from forbear.contexts.contact.channels.port import Adapter
from forbear.policy.reading import Field
from forbear.values.code import Channel

KINDS: dict[str, str] = {
    "simulated": "forbear.contexts.contact.channels.simulated.kind",
    "sip": "forbear.contexts.contact.channels.voice.kind",
    "smpp": "forbear.contexts.contact.channels.smpp.kind",
    "sms_http": "forbear.contexts.contact.channels.sms_http.kind",
    "letter": "forbear.contexts.contact.channels.letter.kind",
    "mail": "forbear.contexts.contact.channels.mail.kind",
    "wechat": "forbear.contexts.contact.channels.wechat.kind",
    "wecom": "forbear.contexts.contact.channels.wecom.kind",
    "webhook": "forbear.contexts.contact.channels.webhook.kind",
}
"""Where each kind says what it is, under the name ``KIND``: one line a kind."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one part of a message, one call or one letter costs, in minor units of a currency."""

    per_part_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One channel as its file names it.

    ``settings`` are what its kind made of them; secrets in them are references, not yet opened.
    ``cost`` null: nobody said what it costs.
    """

    name: str
    kind: str
    carries: frozenset[Channel]
    settings: Any = field(default=None, repr=False)
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Where channels are set up. ``in_earnest``: real persons are contacted from here."""

    home: Path
    clock: Callable[[], datetime]
    in_earnest: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channel.

    ``carries``: all that it can carry; an entry may name some of it. ``read`` makes its settings
    from the file, and refuses what is wrong. ``make`` makes an entry ready to use, and may connect.
    ``apart``: a process of its own carries its contacts, such as the switchboard; no sender does.
    """

    carries: frozenset[Channel]
    read: Callable[[Field], Any]
    make: Callable[[Entry, Setting], Adapter]
    apart: bool = False


def kind_of(name: str) -> Kind:
    """Return a kind that is in the table."""
    kind: Kind = import_module(KINDS[name]).KIND
    return kind
