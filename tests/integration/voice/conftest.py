"""A database with one creditor, and telephones in another process that stay for all tests here."""

import pytest

from tests.support.phones import Telephones, telephones
from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]


@pytest.fixture(scope="module")
def phones() -> Telephones:
    """The other process."""
    with telephones() as there:
        yield there
