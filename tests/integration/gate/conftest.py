"""A database with one creditor in it, a fresh key ring, and no word of any night."""

import pytest

from forbear.contexts.contact.gate import condition
from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")
