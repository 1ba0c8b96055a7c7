"""Every word of the pages stands in both languages, and what others wrote lies here unchanged."""

from __future__ import annotations

import gettext
import hashlib
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import translation as words  # noqa: E402  # path set above

INTERFACES = ROOT / "src" / "forbear" / "interfaces"
VENDORS = {
    INTERFACES / "console" / "static" / "vendor": 2,
    INTERFACES / "portal" / "static" / "portal_vendor": 1,
}
TEMPLATES = sorted(INTERFACES.rglob("templates/**/*.html"))


class TestChinese:
    def test_is_whole_fresh_and_fills_in_what_the_english_does(self):
        assert words.faults() == []

    @pytest.mark.skipif(
        not words.can_collect(), reason="Debian's gettext is not installed: make test installs it"
    )
    def test_knows_every_word_of_the_source(self):
        known = {word.key for word in words.read(words.WORDS.read_text(encoding="utf-8"))}

        assert words.collect() == known

    def test_compiled_says_what_is_written(self):
        with words.COMPILED.open("rb") as file:
            compiled = gettext.GNUTranslations(file)
        written = words.read(words.WORDS.read_text(encoding="utf-8"))

        assert len(written) > 100
        for word in written:
            said = (
                compiled.ngettext(word.english, word.plural, 3)
                if word.plural
                else compiled.gettext(word.english)
            )
            assert said == word.chinese

    def test_stands_nowhere_but_in_its_file(self):
        for template in TEMPLATES:
            text = template.read_text(encoding="utf-8").replace("中文", "")
            assert not re.search("[\u4e00-\u9fff]", text), template


class TestTemplates:
    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
    def test_hold_nothing_that_the_policy_forbids(self, template):
        text = template.read_text(encoding="utf-8")

        assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
        assert not re.search(r"\s(style|on\w+)=", text)
        assert "|safe" not in text
        assert "http" not in text.replace("htmx-config", "").replace("hx-", "")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda each: each.name)
class TestVendor:
    def test_lies_as_its_page_says(self, vendor):
        page = (vendor / "VERSION.md").read_text(encoding="utf-8")
        files = [file for file in vendor.iterdir() if file.suffix in {".js", ".css"}]

        assert len(files) == VENDORS[vendor]
        for file in files:
            assert f"`{hashlib.sha256(file.read_bytes()).hexdigest()}`" in page

    def test_loads_nothing_from_elsewhere(self, vendor):
        for file in vendor.glob("*.css"):
            text = file.read_text(encoding="utf-8")
            assert "@import" not in text
            assert all(
                found.startswith("data:") for found in re.findall(r"url\([\"']?([^)]{5})", text)
            )
