"""The API on a database with one creditor in it, and a fresh key ring."""

from tests.support.api import api
from tests.support.paying import in_use
from tests.support.portfolio import portfolio, ring

__all__ = ["api", "in_use", "portfolio", "ring"]
