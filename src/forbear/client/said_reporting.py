"""What may be sent about reporting? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import Mark, Purpose, Told


class CorrectionSent(TypedDict):
    """What is right for some months, and by which decision."""

    because: str
    codes: dict[str, object]


class DisputeEndSent(TypedDict):
    """Which dispute is closed, and what lines say of it then; nothing where that is null."""

    closing_mark: NotRequired[Mark | None]
    ref: str


class DisputeSent(TypedDict):
    """A dispute about a loan's lines; ``ref`` is its number where it is handled."""

    from_month: NotRequired[str | None]
    received_date: str
    ref: str
    to_month: NotRequired[str | None]


class PaymentPlanned(TypedDict):
    """A payment that somebody means to make."""

    amount_minor: int
    day: str
    purpose: NotRequired[Purpose]


class ToldSent(TypedDict):
    """Who was told of a month's line as it is now, and by what."""

    how: str
    month: str
    whom: Told


class WhatIfAsked(TypedDict):
    """What would be paid; nothing at all where the list is empty."""

    months: NotRequired[int]
    payments: NotRequired[list[PaymentPlanned]]
