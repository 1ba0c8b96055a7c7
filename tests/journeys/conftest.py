"""A real browser, for the journeys that need one."""

import pytest

try:
    from tests.support.browser import browser
except pytest.skip.Exception:
    pass
else:
    __all__ = ["browser"]
