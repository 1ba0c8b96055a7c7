"""Does text keep within the terminal, whatever it is written in?"""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from forbear.interfaces.commands.console import wrapped

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
