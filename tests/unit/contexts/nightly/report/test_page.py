"""Is the page whole, closed to the outside, and honest about what is missing?"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources

import pytest

from forbear.contexts.nightly.report import NightIncomplete, write_report
from forbear.contexts.nightly.report.source import read_night
from tests.support.report_night import RULES, write_night

SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@pytest.fixture
def folders(tmp_path):
    return write_night(tmp_path)


@pytest.fixture
def text(folders):
    return write_report(*folders).read_text(encoding="utf-8")


class TestPage:
    def test_is_written_beside_the_night(self, folders):
        assert write_report(*folders) == folders[0] / "report.html"

    def test_is_written_elsewhere_when_asked(self, folders, tmp_path):
        out = tmp_path / "board" / "night.html"

        assert write_report(*folders, out) == out
        assert out.is_file()
        assert list(out.parent.iterdir()) == [out]

    def test_leaves_nothing_half_written(self, folders, tmp_path):
        out = tmp_path / "night.html"
        out.mkdir()

        with pytest.raises(OSError, match="directory"):
            write_report(*folders, out)

        assert not list(tmp_path.glob(".night.html.*"))

    def test_has_the_same_bytes_again(self, folders, tmp_path):
        one = write_report(*folders, tmp_path / "one.html").read_bytes()

        assert write_report(*folders, tmp_path / "two.html").read_bytes() == one

    def test_loads_nothing(self, text):
        body = SCRIPT.sub("", text)

        assert not re.search(r"""(?:src|href)=["'](?!#)""", body)
        assert "url(" not in body
        assert "@import" not in body

    def test_allows_exactly_its_own_scripts(self, text):
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
        policy = policy.replace("&#x27;", "'")
        scripts = SCRIPT.findall(text)

        assert len(scripts) == 3
        for script in scripts:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
        assert "default-src 'none'" in policy
        assert "script-src 'unsafe" not in policy
        assert "http" not in policy

    def test_says_every_statement_in_both_languages(self, text):
        assert text.count('<span lang="en">') == text.count('<span lang="zh-Hans">') > 300

    def test_escapes_what_a_manifest_says(self, tmp_path):
        spiteful = [{**RULES[0], "en": "</script><script>alert(1)</script>", "zh": "<b>"}]
        folders = write_night(tmp_path, rules=spiteful, lender="<img src=x onerror=alert(1)>")

        written = write_report(*folders).read_text(encoding="utf-8")

        assert "<script>alert" not in written
        assert "<img src=x" not in written

    @pytest.mark.parametrize("between", [" ", " / "])
    def test_parts_a_lender_named_in_two_scripts(self, tmp_path, between):
        folders = write_night(tmp_path, lender=f"Banyan (invented){between}榕树（虚构）")

        written = write_report(*folders).read_text(encoding="utf-8")

        assert '<span lang="en">Banyan (invented)</span>' in written
        assert '<span lang="zh-Hans">榕树（虚构）</span>' in written

    def test_adds_up_the_partial_rows_of_the_partitions(self, folders):
        night = read_night(*folders)

        assert night.by_outcome["REFUSED"] == 2012
        assert night.people("continuity") == 2810
        assert sum(row["loans"] for row in night.roll) > 0

    @pytest.mark.parametrize("missing", ["tally", "roll", "vintage", "load"])
    def test_says_what_was_not_measured(self, tmp_path, missing):
        folders = write_night(tmp_path, tables=lambda name: name != missing)

        assert "Not measured in this night" in write_report(*folders).read_text(encoding="utf-8")

    def test_says_what_was_not_measured_when_nothing_was(self, tmp_path):
        folders = write_night(tmp_path, tables=lambda _: False)

        assert write_report(*folders).is_file()

    def test_refuses_a_night_without_manifest(self, folders):
        (folders[0] / "manifest.json").unlink()

        with pytest.raises(NightIncomplete) as caught:
            write_report(*folders)

        assert "forbear night" in caught.value.remedy

    def test_embeds_figures_that_read_back(self, text):
        figures = re.search(r'<script type="application/json" id="figures">(.*?)</script>', text)

        charts = json.loads(figures[1])["charts"]

        assert set(charts) == {"bucket", "plan", "vintage"}
        for chart in charts.values():
            for view in chart["views"]:
                for series in view["series"]:
                    assert len(series["data"]) == len(view["categories"])


class TestVendoredCharts:
    def test_are_the_file_that_their_note_names(self):
        vendor = resources.files("forbear.contexts.nightly.report") / "vendor"
        note = (vendor / "VERSION.md").read_text(encoding="utf-8")
        digest = hashlib.sha256((vendor / "echarts.common.min.js").read_bytes()).hexdigest()

        assert f"`{digest}`" in note
