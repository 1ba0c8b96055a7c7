"""What is answered about evidence? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict

from forbear.client.words import Channel, Checked, Pretence


class Checking(TypedDict):
    """What is answered, in both languages; ``channel`` and ``at`` null: no contact is confirmed."""

    answer: Checked
    at: str | None
    channel: Channel | None
    en: str
    zh: str


class ImpostorListed(TypedDict):
    """A report. ``registered``: the number shown is one of ours, so it may have been faked."""

    channel: Channel
    happened_at: str
    id: int
    number: str | None
    pretence: Pretence
    ref: str
    registered: bool
    reported_at: str


class PageImpostorListed(TypedDict):
    """One part of a list."""

    items: list[ImpostorListed]
    next: str | None
