"""Does text keep within the terminal, whatever it is written in?"""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from forbear.interfaces.commands.console import listed, table, wrapped

EN = "While a signed repayment arrangement is kept, collection stops. [Art. 70]"
ZH = "未经债务人同意，22:00 至次日 08:00 严禁电话、外访或以其他方式催收。[工作指引（试行）]"


class TestWrapped:
    @pytest.mark.parametrize("columns", [30, 60, 80])
    @pytest.mark.parametrize("text", [EN, ZH])
    def test_fits_and_loses_nothing(self, text, columns):
        lines = wrapped(text, indent=4, hang=2, columns=columns).split("\n")

        assert max(cell_len(line) for line in lines) <= columns
        assert "".join("".join(lines).split()) == "".join(text.split())

    def test_indents_what_follows_the_first_line(self):
        first, *rest = wrapped(EN, indent=2, hang=3, columns=40).split("\n")

        assert first.startswith("  While")
        assert rest
        assert all(line.startswith("     ") and line[5] != " " for line in rest)

    @pytest.mark.parametrize("columns", range(30, 60))
    def test_begins_no_line_with_a_closing_mark(self, columns):
        lines = wrapped(ZH, columns=columns).split("\n")

        assert not any(line.startswith(tuple("，。、）】")) for line in lines)


class TestTable:
    HEADERS = ("amount", "read", "in the book")
    ROWS = (("loan.principal", "199,963,300.00", "199,879,100.00"), ("利息", "1.00", "0.00"))

    @pytest.mark.parametrize("columns", [32, 40, 60, 100])
    def test_breaks_no_figure(self, columns, capsys, monkeypatch):
        monkeypatch.setenv("COLUMNS", str(columns))

        table("Control totals", self.HEADERS, self.ROWS)
        out = capsys.readouterr().out

        for row in self.ROWS:
            assert all(cell in out for cell in row)
        assert max(cell_len(line) for line in out.split("\n")) <= columns

    def test_names_every_figure_where_it_is_too_wide(self, capsys, monkeypatch):
        monkeypatch.setenv("COLUMNS", "30")

        table("Control totals", self.HEADERS, self.ROWS)

        assert "    read         199,963,300.00\n" in capsys.readouterr().out

    def test_without_rows_is_a_heading(self, capsys):
        table("Nothing", ["team", "people"], [])

        assert "Nothing" in capsys.readouterr().out


def test_a_list_lines_its_figures_up(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    listed("Faults", [("1,038", "payment", EN), ("7", "loan", "")])
    lines = capsys.readouterr().out.split("\n")

    assert lines[1].startswith("  1,038  payment")
    assert lines[2].startswith("         While")
    assert "      7  loan" in lines
