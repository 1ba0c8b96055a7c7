"""What the tests of pages share."""

from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]
