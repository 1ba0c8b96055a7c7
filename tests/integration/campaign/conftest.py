"""A database with one creditor in it, a fresh key ring, and an agenda that may be worked on."""

import pytest
from django.conf import settings

from forbear.contexts.contact.gate import condition
from tests.support.campaign import Campaign
from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]


@pytest.fixture
def campaign(portfolio, monkeypatch):  # a fixture
    """A day whose night is fresh."""
    monkeypatch.delitem(condition._CONDITIONS, "night")
    return Campaign()


@pytest.fixture
def settings_home(tmp_path, monkeypatch):
    """A home of this test's own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(settings, "FORBEAR_HOME", home)
    return home
