"""A database with one creditor, and telephones in another process that stay for all tests here."""

import pytest
from django.test import override_settings

from tests.support.desk import new_shop
from tests.support.phones import Telephones, telephones
from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]


@pytest.fixture(scope="module")
def phones() -> Telephones:
    """The other process."""
    with telephones() as there:
        yield there


@pytest.fixture
def shop():
    """One team's day."""
    return new_shop()


@pytest.fixture
def late(shop):
    """Somebody whom it may call now."""
    return shop.late()


@pytest.fixture
def collector(shop, late, tmp_path, request):
    """A collector who has taken the case, beside the channels that the module names."""
    client = shop.client()
    client.post(f"/cases/{late.case_id}/take/")
    filed = tmp_path / "channels.yaml"
    filed.write_text(request.module.CHANNELS)
    with override_settings(FORBEAR_CHANNELS=filed):
        yield client
