"""A database with one creditor in it, and a fresh key ring."""

from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]
