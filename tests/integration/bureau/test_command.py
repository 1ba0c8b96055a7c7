"""A month is made, looked at and written from the command line, in both languages and as JSON."""

from __future__ import annotations

import json
import stat

import pytest
from django.conf import settings

from tests.support.home import forbear

ASKED = ("CN_CREDIT", "2026-09")


@pytest.fixture
def home(late, portfolio, tmp_path, monkeypatch):
    """A workspace of somebody who is late."""
    monkeypatch.setenv("DATABASE_URL", portfolio.urls["app"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
    monkeypatch.setenv("FORBEAR_KEYRING_FILE", str(settings.FORBEAR_KEYRING))
    return tmp_path / "home"


def test_a_month_is_made_and_written(late, home, tmp_path):
    place = tmp_path / "file.csv"

    made = forbear("bureau", "export", *ASKED, place, "--home", home, "--json")
    held = forbear("bureau", "withheld", *ASKED, "--home", home, "--lang", "zh")
    said = forbear("bureau", "what-if", late.loan, "--home", home, "--lang", "en")

    assert made.returncode == 0, made.stdout + made.stderr
    told = json.loads(made.stdout)
    assert (told["lines"], told["withheld"], told["part"]) == (0, 1, 1)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert "暂缓报送 1 条" in held.stdout
    assert "事先告知" in held.stdout
    assert "Reported: " in said.stdout
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("lines", "UK_BUREAUS", "2026-09"), 3),
        (("lines", "CN_CREDIT", "2026-9"), 2),
        (("what-if", "nobody", "--pay", "ten@tomorrow"), 2),
    ],
)
def test_what_is_wrong_is_said_without_a_trace(home, words, code):
    done = forbear("bureau", *words, "--home", home, "--lang", "zh")

    assert done.returncode == code, done.stderr
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr
