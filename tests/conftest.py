"""What every test may count on: no network but this machine's own."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest

pytest_plugins = ["tests.support.database", "tests.support.application", "tests.support.effort"]

_SPARK = importlib.util.find_spec("pyspark")
if _SPARK is not None and _SPARK.origin is not None:
    # Under some orders of import the Spark client looks for a whole Spark, which it does not need.
    os.environ.setdefault("SPARK_HOME", str(Path(_SPARK.origin).parent))
_QUIET, _QUIET_MAX = "unit", 600
_TESTS = Path(__file__).parent
_LOOPBACK = ("127.", "::1", "localhost")


# Whatever is made while the tests are read stays to the end: looking there for garbage again and
# again takes a third of the time of reading.
gc.disable()


def pytest_ignore_collect(collection_path, config):
    """Leave unread by day what is long to read already."""
    by_day = config.option.markexpr == "not nightly"
    return True if by_day and collection_path.name.endswith("_nightly.py") else None


def pytest_collection(session):
    """Read the tests from the end where the other worker reads them from the beginning.

    Each then finds half of them prepared by the other.
    """
    whole = [Path(one).resolve() for one in session.config.args] == [_TESTS]
    if whole and os.environ.get("PYTEST_XDIST_WORKER") == "gw1":
        for path in sorted(_TESTS.rglob("test_*.py"), reverse=True):
            if not path.name.endswith("_nightly.py"):
                name = path.relative_to(_TESTS.parent).with_suffix("")
                # A file whose extra is not installed says so when it is collected.
                with suppress(pytest.skip.Exception):
                    importlib.import_module(".".join(name.parts))


def pytest_collection_finish():
    """Look for garbage from now on, and never again among what is there already."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items):
    """Start the longest tests first; the others keep their random order.

    While one worker makes the database that all copy, the other runs what needs none: the second
    half of the list is where it begins.
    """
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
    half = len(items) // 2
    quiet = [item for item in items[half:] if _QUIET in item.path.parts][:_QUIET_MAX]
    chosen = set(quiet)
    items[half:] = quiet + [item for item in items[half:] if item not in chosen]


@pytest.fixture(autouse=True, scope="session")
def _only_loopback():
    """Refuse every connection that would leave the machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(
            _LOOPBACK
        ):
            msg = f"a test tried to reach {address[0]}"
            raise AssertionError(msg)
        return connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect
