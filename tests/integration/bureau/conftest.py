"""A database with one creditor in it, a fresh key ring, and a person who is late."""

import pytest

from forbear.contexts.contact.gate import condition
from tests.support.case import Late, new_late_person
from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]


@pytest.fixture(autouse=True)
def _fresh_night(monkeypatch):
    """A night fresh enough to send by."""
    monkeypatch.delitem(condition._CONDITIONS, "night", raising=False)


@pytest.fixture
def late(portfolio) -> Late:
    """Somebody late since September."""
    return new_late_person()
