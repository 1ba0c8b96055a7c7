"""One real browser for the tests of a module; where there is none, they skip and say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if not CHROMIUM.exists():
    pytest.skip(
        "Debian's chromium is not installed: make test installs it", allow_module_level=True
    )

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
DESK, PHONE = (1280, 900), (320, 640)


@pytest.fixture(scope="module")
def browser():
    """A browser without a window."""
    with pytest.MonkeyPatch.context() as patch, playwright.sync_playwright() as driver:
        # Playwright runs a loop of its own in this thread, which Django takes for ours.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        # For that loop Django keeps connections of its own; one that stayed open would reach the
        # next module after its database is gone.
        connections.close_all()
        opened.close()
