"""What does the import say at a terminal?"""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from forbear.interfaces.commands.main import run
from tests.support.extract import Extract


@pytest.fixture
def dirty(tmp_path):
    extract = Extract(30).state_totals()
    extract.tables["instalment"][0]["due_date"] = "2026-02-30"
    extract.tables["payment"][6]["amount"] = "１０３．５０"
    extract.tables["payment"][3]["amount"] = "1e309"
    return extract.write(tmp_path / "extract")


def said(capfd, *arguments) -> tuple[int, str]:
    code = run([str(each) for each in arguments])
    out, err = capfd.readouterr()
    return code, " ".join((out + err).replace("│", " ").replace("┃", " ").split())


def _by_three(extract):
    rows = extract.tables["instalment"]
    return [rows[n : n + 3] for n in range(0, len(rows), 3)]


class TestImport:
    @pytest.mark.parametrize("columns", [60, 80, 200])
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_breaks_no_figure_and_no_line(self, tmp_path, capfd, monkeypatch, columns, lang):
        extract = Extract(30)
        for loan, instalments in zip(extract.tables["loan"], _by_three(extract), strict=True):
            loan["principal"] = "9999999.99"
            for instalment in instalments:
                instalment["principal"] = "3333333.33"
        folder = extract.state_totals().write(tmp_path / "extract")
        monkeypatch.setenv("COLUMNS", str(columns))

        code = run(["import", str(folder), "--home", str(tmp_path / "home"), "--lang", lang])
        out = capfd.readouterr().out

        assert code == 0
        assert out.count("299,999,999.70") >= 6
        home = str(tmp_path)
        assert max(cell_len(line) for line in out.split("\n") if home not in line) <= columns

    def test_speaks_chinese_where_the_environment_does(self, dirty, tmp_path, capfd, monkeypatch):
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

        code, text = said(
            capfd, "import", dirty, "--home", tmp_path / "home", "--max-reject-share", "0.1"
        )

        assert code == 0
        assert "控制总额" in text
        assert "日历上没有这一天" in text
        assert "此账簿现已生效。" in text
        assert "This book" not in text

    def test_shows_counts_totals_faults_and_what_to_do_next(
        self, dirty, tmp_path, capfd, monkeypatch
    ):
        monkeypatch.setenv("COLUMNS", "220")

        code, text = said(
            capfd, "import", dirty, "--home", tmp_path / "home", "--max-reject-share", "0.1"
        )

        assert code == 0
        assert "payment 90 86 4" in text
        assert "payment.amount 6,001.50 6,105.00 5,798.00 203.50 103.50" in text
        assert "It is written in scientific notation" in text
        assert "1 instalment.due_date · first in instalment.csv line 2 There is no such day" in text
        assert "6 instalment.due_date IMPOSSIBLE_DATE 2 instalment, 1 loan, 3 payment" in text
        assert "1 values of payment.amount_minor were written unusually" in text
        assert "This book counts now. Next: forbear night --home" in text

    @pytest.mark.parametrize(
        ("lang", "warning"),
        [
            ("en", "Warning: payment.csv does not end with a line end."),
            ("zh", "警告：payment.csv 末尾没有换行。"),
        ],
    )
    def test_warns_of_a_file_that_may_be_cut(self, tmp_path, capfd, lang, warning):
        folder = Extract(3).write(tmp_path / "extract")
        path = folder / "payment.csv"
        path.write_bytes(path.read_bytes().removesuffix(b"\n"))

        code, text = said(capfd, "import", folder, "--home", tmp_path / "home", "--lang", lang)

        assert code == 0
        assert warning in text

    def test_answers_with_json_beside_rejected_rows(self, dirty, tmp_path, capfd):
        code = run(
            [
                "import",
                str(dirty),
                "--home",
                str(tmp_path / "home"),
                "--json",
                "--max-reject-share",
                "0.1",
            ]
        )

        answer = json.loads(capfd.readouterr().out)
        assert code == 0
        assert answer["already"] is False
        assert answer["rejects"] == 8

    def test_ends_with_2_in_words_when_too_much_is_rejected(self, dirty, tmp_path, capfd):
        code, text = said(
            capfd, "import", dirty, "--home", tmp_path / "home", "--max-reject-share", "0.01"
        )

        assert code == 2
        assert "would be rejected, more than 1.0%" in text
        assert "Traceback" not in text
        assert "refused" in text
