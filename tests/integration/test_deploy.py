"""In earnest, Django's own checks of what is served find nothing, and shortcuts are refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.database import Database

ROOT = Path(__file__).resolve().parents[2]
KEY = "kR7-vQ2_xP9mZ4tL8wN3yB6cF1hJ5sD0gA-qE2uI7oT9rY4kM8b"


def _checked(made: Database, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    from forbear.contexts.protection.keyring import new_ring
    from forbear.contexts.protection.ringfile import RingFile
    from tests.support.morning import NOW

    if not (home / "keyring.json").exists():
        RingFile(home / "keyring.json").create(new_ring(now=NOW))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORBEAR_")}
    return subprocess.run(
        [
            *(sys.executable, "-W", "error", "-m", "forbear.interfaces.manage", "check"),
            *("--deploy", "--fail-level", "WARNING"),
        ],
        env={
            **kept,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "forbear.settings.prod",
            "DATABASE_URL": made.urls["app"],
            "FORBEAR_HOME": str(home),
            "FORBEAR_HOSTS": "collect.example",
            "FORBEAR_SECRET_KEY": KEY,
            "FORBEAR_POOL": "0",
            **more,
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_settings_in_earnest_are_clean(application, tmp_path):
    done = _checked(application, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr


SHORTCUTS = {
    "FORBEAR_DEMO": ("1", "forbear.E002"),
    "FORBEAR_HOSTS": ("*", "forbear.E004"),
    "FORBEAR_SECRET_KEY": ("django-insecure-anything", "forbear.E005"),
}


@pytest.mark.nightly
def test_shortcuts_are_refused_in_earnest(application, tmp_path):
    """All at once, and each is named."""
    done = _checked(application, tmp_path, **{name: said[0] for name, said in SHORTCUTS.items()})

    assert done.returncode != 0
    assert [fault for _, fault in SHORTCUTS.values() if fault not in done.stderr] == []
