"""What is left of a month?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Month:
    """What comes in, what must go out, and what else is spent, in minor units a month."""

    income_minor: int
    needs_minor: int
    spending_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What is left before any debt is paid; may be below zero."""
        return self.income_minor - self.needs_minor - self.spending_minor

    @property
    def after_needs_minor(self) -> int:
        """What is left after what must go out; may be below zero."""
        return self.income_minor - self.needs_minor
