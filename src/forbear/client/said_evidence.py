"""What may be sent about evidence? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import Form, Language


class LineSent(TypedDict):
    """A number that an agency calls from; ``agency`` is its team's code."""

    agency: str
    name_en: str
    name_zh: str
    number: str


class PackSent(TypedDict):
    """About whose loans; ``loan_refs`` null: all of them."""

    debtor_ref: str
    form: NotRequired[Form]
    language: NotRequired[Language]
    loan_refs: NotRequired[list[str] | None]


class ReceiptWanted(TypedDict):
    """Which payment of which loan."""

    form: NotRequired[Form]
    language: NotRequired[Language]
    loan_ref: str
    payment_ref: str


class SeenContactSent(TypedDict):
    """A number, and about when it was contacted; ``at`` null: lately."""

    at: NotRequired[str | None]
    number: str


class SettlementSent(TypedDict):
    """Which loan is to be certified as settled."""

    form: NotRequired[Form]
    language: NotRequired[Language]
    loan_ref: str
