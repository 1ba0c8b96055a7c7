"""The API on a database with one creditor in it, and a fresh key ring."""

from tests.support.api import api
from tests.support.portfolio import portfolio, ring

__all__ = ["api", "portfolio", "ring"]
