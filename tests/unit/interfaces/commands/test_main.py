"""What does a person see when something goes wrong that no command foresaw?"""

from __future__ import annotations

import errno
import json

import polars as pl
import pytest

from forbear.contexts.nightly import intake
from forbear.interfaces.commands.main import run
from forbear.values.errors import InvalidInput
from tests.support.home import forbear

FULL = "No space left on device (os error 28)"


@pytest.fixture
def failing(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def fail(error, *options):
        def refuse(*_given, **_named):
            raise error

        monkeypatch.setattr(intake, "import_extract", refuse)
        code = run(["import", "extract", "--lang", "en", *options])
        out, err = capfd.readouterr()
        return code, out, err

    return fail


class TestTheSystem:
    @pytest.mark.parametrize(
        "error",
        [
            OSError(errno.ENOSPC, "No space left on device"),
            OSError(FULL),
            pl.exceptions.ComputeError(FULL),
        ],
        ids=["system", "engine", "engine's own"],
    )
    def test_that_has_no_space_left_is_no_defect(self, failing, tmp_path, error):
        code, out, err = failing(error)

        assert code == 1
        assert err.startswith("The system says: No space is left on the device.\n→ Check the path")
        assert out == ""
        assert not (tmp_path / "forbear-defect.log").exists()

    def test_is_understood_in_chinese(self, failing):
        _code, _out, err = failing(PermissionError(errno.EACCES, "denied", "/x"), "--lang", "zh")

        assert err.startswith("系统提示：没有权限（/x）。")

    def test_keeps_its_own_words_where_they_are_rare(self, failing):
        _code, _out, err = failing(OSError(errno.EMFILE, "Too many open files"))

        assert "The system says: Too many open files." in err


class TestTheDatabase:
    def test_that_is_away_is_no_defect(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COLUMNS", "300")
        monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

        done = forbear("audit", "verify", "--home", tmp_path / "home", "--lang", "en")
        zh = forbear("audit", "verify", "--home", tmp_path / "home", "--lang", "zh")

        assert (done.returncode, zh.returncode) == (6, 6)
        assert done.stderr.startswith("The database could not answer: ")
        assert "mend DATABASE_URL" in " ".join(done.stderr.split())
        assert zh.stderr.startswith("数据库无法应答：")
        assert not (tmp_path / "forbear-defect.log").exists()


class TestADefect:
    def test_is_admitted_and_written_down(self, failing, tmp_path):
        code, out, err = failing(ZeroDivisionError("amount"))

        assert (code, out) == (70, "")
        assert "This is a defect of Forbear (ZeroDivisionError)." in err
        assert "Traceback" not in err
        assert "Traceback" in (tmp_path / "forbear-defect.log").read_text()

    def test_is_admitted_where_nothing_can_be_written(self, failing, tmp_path):
        (tmp_path / "forbear-defect.log").mkdir()

        assert "Its details could not be written." in failing(ZeroDivisionError())[2]


class TestStopped:
    def test_by_the_keyboard(self, failing):
        code, out, err = failing(KeyboardInterrupt())

        assert (code, out) == (130, "")
        assert err.startswith("Stopped. Nothing half-done counts")


class TestJson:
    def test_of_an_error_has_both_languages_and_stands_alone(self, failing):
        error = InvalidInput("No.", remedy="Yes.", message_zh="否。", remedy_zh="是。")

        code, out, err = failing(error, "--json")

        assert (code, err) == (2, "")
        told = json.loads(out)["error"]
        assert (told["message"], told["message_zh"]) == ("No.", "否。")
        assert (told["remedy"], told["remedy_zh"]) == ("Yes.", "是。")

    def test_of_misuse_is_json_too(self, capfd):
        code = run(["night", "--workers", "none", "--json"])
        out, err = capfd.readouterr()

        assert code == 2
        assert json.loads(out)["error"]["code"] == "INVALID_INPUT"
        assert "--workers" in err
