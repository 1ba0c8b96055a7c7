"""Does the report show everything that the import says about the data's quality?"""

from __future__ import annotations

import json

import pytest

from forbear.contexts.nightly.report import write_report
from forbear.contexts.nightly.report.source import read_night
from tests.support.report_night import write_night

CASCADES = [
    {"root": f"instalment.column_{n} EMPTY", "took": {"instalment": 113, "loan": 7 + n}}
    for n in range(10)
]
QUALITY = {
    "cascades": CASCADES,
    "protections_widened": 3,
    "loans_with_rejected_payments": 78,
    "people_with_rejected_attempts": 9,
    "attempts_of_nobody": 4,
    "attempts_without_link": 6,
    "unfinished_files": ["payment.csv"],
}


@pytest.fixture
def written(tmp_path):
    def writing(**quality):
        night, book = write_night(tmp_path)
        path = book / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["quality"] = {**manifest["quality"], **quality}
        path.write_text(json.dumps(manifest), encoding="utf-8")
        return write_report(night, book).read_text(encoding="utf-8")

    return writing


class TestQuality:
    @pytest.mark.parametrize(
        ("en", "zh"),
        [
            ("Loans with a refused payment", "有还款被拒收的贷款"),
            ("People with a refused record of contact", "有触达记录被拒收的人"),
            (
                "They are held until that contact can no longer matter",
                "在该次联系不再影响判断之前不予联系",
            ),
            ("Refused records of contact that name nobody", "无法判断所属人的被拒触达记录"),
            ("They protect the person as a whole.", "按保护本人整体处理。"),
            ("They count against the person as a whole.", "按对本人整体计数。"),
            ("113 instalments, 7 loans", "分期 113 行、贷款 7 行"),
            ("2 more faults", "其余 2 个问题"),
            ("Files that do not end with a line end", "末尾没有换行的文件"),
            ("It is empty but must be filled.", "此处为空，但必须填写。"),
        ],
    )
    def test_names_whose_figures_suffer_and_what_took_what_along(self, written, en, zh):
        text = written(**QUALITY)

        assert en in text
        assert zh in text
        assert ">78<" in text

    def test_says_that_nobody_suffers(self, written):
        nothing = {**dict.fromkeys(QUALITY, 0), "cascades": []}

        text = written(**nothing)

        assert "No loan and no person in the book suffers from a refused row." in text
        assert "took other rows along" not in text

    def test_says_nothing_of_what_an_older_book_does_not_know(self, written):
        text = written(attempts_without_link=None)

        assert "suffers from a refused row" not in text

    def test_says_notes_in_both_languages(self, written):
        text = written(notes=["One & two"], notes_zh=["一与二"])

        assert '<span lang="en">One &amp; two</span><span lang="zh-Hans">一与二</span>' in text

    def test_says_the_notes_of_an_older_book_as_they_are(self, written):
        assert "<li>as before</li>" in written(notes=["as before"])

    def test_shows_a_reason_that_is_new_here_by_its_code(self, written):
        assert "NEWLY_MADE" in written(cascades=[{"root": "a.b NEWLY_MADE", "took": {"x": 1}}])


def test_a_night_without_book_tables_was_not_measured(tmp_path):
    night, book = write_night(tmp_path)
    (book / "manifest.json").write_text("{}", encoding="utf-8")

    assert read_night(night, book).book == {}
    assert "Data quality" in write_report(night, book).read_text(encoding="utf-8")
