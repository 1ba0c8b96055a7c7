"""Passwords are drawn once, and reach programs without being seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from forbear.contexts.database.embedded.place import Place
from forbear.contexts.database.embedded.secret import (
    SecretsGone,
    memory_file,
    passfile_line,
    passwords_of,
    url_of,
)


class TestPasswords:
    def test_they_are_drawn_once_and_differ(self, tmp_path):
        place = Place(tmp_path, tmp_path / "data")

        drawn = passwords_of(place, new=True)

        assert passwords_of(place, new=True) == passwords_of(place, new=False) == drawn
        assert len(set(drawn.values())) == 3
        assert min(map(len, drawn.values())) >= 32
        assert place.secrets.stat().st_mode & 0o777 == 0o600

    def test_those_of_an_existing_database_are_never_drawn_again(self, tmp_path):
        with pytest.raises(SecretsGone):
            passwords_of(Place(tmp_path, tmp_path / "data"), new=False)

        assert list(tmp_path.iterdir()) == []


class TestUrl:
    def test_libpq_reads_back_what_was_meant(self):
        url = url_of("/run/a b", "app", "p@:/?#", "odd name")

        assert conninfo_to_dict(url) == {
            "user": "forbear_app",
            "password": "p@:/?#",
            "dbname": "odd name",
            "host": "/run/a b",
        }


class TestMemoryFile:
    def test_a_program_reads_it_and_it_is_on_no_disk(self):
        read = "import sys; print(open(sys.argv[1]).read(), end='')"
        with memory_file("word") as (path, handle):
            said = subprocess.run(
                [sys.executable, "-c", read, path],
                check=True,
                pass_fds=(handle,),
                capture_output=True,
                text=True,
            ).stdout

        assert said == "word"
        assert not Path(path).exists() or not path.startswith("/proc")

    def test_a_password_file_keeps_odd_characters(self):
        assert passfile_line("me", "a:b\\c") == "*:*:*:me:a\\:b\\\\c\n"
