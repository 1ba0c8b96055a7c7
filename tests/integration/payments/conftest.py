"""The API on a database with one creditor in it, and a page that is in use."""

import pytest

from tests.support.api import api
from tests.support.paying import in_use
from tests.support.portfolio import portfolio, ring

__all__ = ["api", "in_use", "portfolio", "ring"]


@pytest.fixture(autouse=True)
def _page(in_use):
    """The page that moves no money is in use."""
