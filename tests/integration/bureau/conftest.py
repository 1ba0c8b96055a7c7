"""A database with one creditor in it, a fresh key ring, and a person who is late."""

import pytest

from tests.support.case import Late, new_late_person
from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]


@pytest.fixture
def late(portfolio) -> Late:
    """Somebody late since September."""
    return new_late_person()
