"""Does the command find the night, and say plainly when there is none?"""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from forbear.interfaces.commands.report import report
from forbear.values.errors import NotFound
from tests.support.report_night import write_night


@pytest.fixture
def app():
    made = typer.Typer()
    made.command()(report)
    return made


def run(app, *arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


class TestReport:
    def test_writes_the_latest_night(self, app, tmp_path):
        night, _ = write_night(tmp_path)

        result = run(app, "--home", tmp_path, "--json")

        assert result.exit_code == 0, result.output
        assert json.loads(result.output) == {
            "night": night.name,
            "report": str(night / "report.html"),
        }

    def test_writes_a_named_night_where_asked(self, app, tmp_path):
        night, _ = write_night(tmp_path)

        result = run(app, "--home", tmp_path, "--night", night.name, "--out", tmp_path / "r.html")

        assert result.exit_code == 0, result.output
        assert (tmp_path / "r.html").is_file()

    def test_says_that_there_is_no_night(self, app, tmp_path):
        result = run(app, "--home", tmp_path)

        assert isinstance(result.exception, NotFound)
        assert "forbear night" in result.exception.remedy

    @pytest.mark.parametrize("name", ["nothing", "../books/20261031-demo", ".."])
    def test_takes_no_path_for_a_night(self, app, tmp_path, name):
        write_night(tmp_path)

        result = run(app, "--home", tmp_path, "--night", name)

        assert isinstance(result.exception, NotFound)
