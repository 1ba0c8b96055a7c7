"""Which page is in use: the lender's own, or the one that moves no money?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from forbear.contexts.payments.ways.port import Page
from forbear.contexts.rulebook.library import open_paying
from forbear.values.money import Currency


@dataclass(frozen=True, slots=True)
class LendersPage:
    """A page of the lender's own, at an address that holds the number of the payment."""

    provider: str
    lasts: timedelta
    currencies: frozenset[Currency]
    template: str

    def address(self, intent: UUID) -> str:
        """Return where this payment is made."""
        return self.template.replace("{intent}", str(intent))


@dataclass(frozen=True, slots=True)
class SimulatedPage:
    """Forbear's own page, on which somebody says what shall happen; no money moves."""

    provider: str
    lasts: timedelta
    currencies: frozenset[Currency]

    def address(self, intent: UUID) -> None:
        """Return nothing: whoever shows it knows where it is."""
        del intent


def page_in_use() -> Page | None:
    """Return the page on which people pay; null: there is none, and they transfer the money.

    The page that moves no money is there in a demonstration alone.
    """
    told = open_paying().page
    if told is None:
        return None
    if told.address is not None:
        return LendersPage(told.provider, told.lasts, told.currencies, told.address)
    if not settings.FORBEAR_DEMO:
        return None
    return SimulatedPage(told.provider, told.lasts, told.currencies)
