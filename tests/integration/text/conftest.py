"""A database with one creditor in it, a fresh key ring, and no word of any night."""

import pytest

from forbear.contexts.contact.gate import condition
from tests.support.portfolio import portfolio, ring
from tests.support.smsc import node_smsc, rust_smsc

__all__ = ["portfolio", "ring"]


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")


@pytest.fixture(params=["rust", "node"])
def smsc(request):
    """Either of two carriers that were written by others."""
    with {"rust": rust_smsc, "node": node_smsc}[request.param]() as made:
        yield made


@pytest.fixture
def rust():
    """The carrier that can be told to refuse."""
    with rust_smsc() as made:
        yield made
