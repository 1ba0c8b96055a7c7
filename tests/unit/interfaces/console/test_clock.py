"""Whoever works here reads times on a clock that is named, never bare and never UTC's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

from forbear.interfaces.console.presenter.clock import here, here_zone

CONSOLE = Path(__file__).resolve().parents[4] / "src" / "forbear" / "interfaces" / "console"
# They turn an instant to a clock before they write it.
CLOCKS = {"clock.py", "word.py"}
_HOURS = re.compile(r"\{(?P<of>[^{}:]+):[^{}]*%H")
_TEMPLATE_HOURS = re.compile(r'\|date:"[^"]*H:i')


def test_an_instant_is_told_on_the_reader_s_clock():
    at = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)

    with timezone.override("Asia/Shanghai"):
        assert (here(at), here_zone()) == ("2026-11-25 09:02", "Asia/Shanghai")
    with timezone.override("America/New_York"):
        assert here(at, "second") == "2026-11-24 20:02:03"
        assert here(at, "time") == "20:02:03"
    assert here(None) == ""


def test_no_page_says_utc():
    said = [
        path.name
        for path in CONSOLE.rglob("templates/**/*.html")
        if re.search(r"\bUTC\b", path.read_text(encoding="utf-8"))
    ]
    assert said == []


def test_no_page_shows_hours_without_naming_the_clock():
    bare = [
        path.name
        for path in CONSOLE.rglob("templates/**/*.html")
        if _TEMPLATE_HOURS.search(text := path.read_text(encoding="utf-8"))
        and not re.search(r"\bhere\b", text)
    ]
    assert bare == []


def test_no_hour_is_written_that_was_not_turned_to_a_clock():
    bare = [
        f"{path.name}: {found['of']}"
        for path in CONSOLE.rglob("*.py")
        if path.name not in CLOCKS
        for found in _HOURS.finditer(path.read_text(encoding="utf-8"))
        if found["of"] not in {"there", "here"} and "astimezone" not in found["of"]
    ]
    assert bare == []
