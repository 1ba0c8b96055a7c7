"""How can people pay a lender: to which account, and on which page?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both
from forbear.values.money import Currency

_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{0,17}")
_HOLDS = re.compile(r"{(\w+)}")
_IN_QR = frozenset({"payee", "account", "reference", "amount", "currency"})


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """The lender's own page. ``address`` null: Forbear's own, which moves no money.

    ``lasts``: so long a payment that was begun may be finished there.
    """

    provider: str
    address: str | None
    lasts: timedelta
    currencies: frozenset[Currency]


@dataclass(frozen=True, slots=True)
class TransferTo:
    """An account that money is sent to. ``qr`` null: the square says the details in words."""

    payee: Both
    bank: Both
    account: str
    qr: str | None


@dataclass(frozen=True, slots=True)
class Paying:
    """Every way of paying a lender. ``page`` null: there is none. Amounts in minor units."""

    page: PaymentPage | None
    transfer: Mapping[Currency, TransferTo]
    least_minor: Mapping[Currency, int]


def load_paying(file: str, text: str) -> Paying:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="how people pay")
    read.only("source", "verified", "basis", "page", "least_minor", "transfer")
    least = read.part("least_minor").only(*Currency)
    transfer = read.part("transfer").only(*Currency)
    return Paying(
        page=_page(read.part("page")) if read.has("page") else None,
        transfer={Currency(name): _account(transfer.part(name)) for name in transfer.value},
        least_minor={currency: least.count(currency.value) for currency in Currency},
    )


def _page(field: Field) -> PaymentPage:
    field.only("provider", "address", "minutes", "currencies")
    provider = field.get("provider", str)
    if not _PROVIDER.fullmatch(provider):
        raise field.fail(
            "provider", f"'{provider}' is no name", "Use 1 to 18 small letters, digits and -."
        )
    address = field.get("address", str, default=None)
    if address is not None and (
        not address.startswith("https://") or _HOLDS.findall(address) != ["intent"]
    ):
        raise field.fail(
            "address", "is no address", "Write https://… with {intent} where the number stands."
        )
    return PaymentPage(
        provider,
        address,
        timedelta(minutes=field.count("minutes")),
        field.words("currencies", Currency),
    )


def _account(field: Field) -> TransferTo:
    field.only("payee", "bank", "account", "qr")
    qr = field.get("qr", str, default=None)
    unknown = sorted(set(_HOLDS.findall(qr or "")) - _IN_QR)
    if unknown:
        raise field.fail("qr", f"'{unknown[0]}' is not known", f"Use: {', '.join(sorted(_IN_QR))}.")
    return TransferTo(both(field, "payee"), both(field, "bank"), field.get("account", str), qr)
