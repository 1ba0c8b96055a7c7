"""The API on a database with one creditor in it, a fresh key ring, and a way for codes."""

import pytest

from forbear.contexts.contact.gate import condition
from tests.support.api import api
from tests.support.arrangement import inbox
from tests.support.portfolio import portfolio, ring

__all__ = ["api", "inbox", "portfolio", "ring"]


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")
