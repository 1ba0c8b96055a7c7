"""The log stays short, and a server's notes are read with care."""

from __future__ import annotations

import os

from forbear.contexts.database.embedded import process
from forbear.contexts.database.embedded.account import present_account


class TestRotate:
    def test_a_long_log_moves_aside_under_an_open_hand(self, tmp_path, monkeypatch):
        monkeypatch.setattr(process, "_LOG_BYTES_MAX", 10)
        log = tmp_path / "server.log"
        with log.open("ab", buffering=0) as hand:
            for number in range(6):
                hand.write(b"line %d of the log\n" % number)
                process.rotate(log)
            hand.write(b"after\n")

        kept = sorted(path.name for path in tmp_path.iterdir())
        assert kept == ["server.log", "server.log.1", "server.log.2", "server.log.3"]
        assert log.read_text() == "after\n"
        assert (tmp_path / "server.log.1").read_text() == "line 5 of the log\n"
        assert (tmp_path / "server.log.1").stat().st_mode & 0o077 == 0

    def test_a_short_log_stays(self, tmp_path):
        log = tmp_path / "server.log"
        log.write_text("one line")

        process.rotate(log)

        assert [path.name for path in tmp_path.iterdir()] == ["server.log"]


class TestNotes:
    def test_notes_that_are_missing_or_damaged_name_nobody(self, tmp_path):
        assert process.postmaster_pid(tmp_path) is None
        (tmp_path / "postmaster.pid").write_text("not a number")
        assert process.postmaster_pid(tmp_path) is None

    def test_a_process_that_only_stands_in_the_folder_is_no_server(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        assert os.getpid() not in process.processes_in(tmp_path)


class TestReaches:
    def test_what_is_missing_is_not_reached(self, tmp_path):
        account = present_account()

        assert process.reaches(account, tmp_path)
        assert not process.reaches(account, tmp_path / "missing")
