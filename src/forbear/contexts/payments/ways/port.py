"""What must a page be able to do on which people pay?

A page shows one payment that was begun, takes the money, and tells of it in signed messages
(``actions.take_notice``). It never sees an amount in an address: it asks for the payment by its
number, which is random.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from forbear.values.money import Currency


class Page(Protocol):
    """One page. ``provider`` is the name under which it signs."""

    provider: str
    lasts: timedelta
    currencies: frozenset[Currency]

    def address(self, intent: UUID) -> str | None:
        """Return where a payment is made; null: on Forbear's own page, which moves no money."""
