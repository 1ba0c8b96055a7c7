"""`forbear up` says what keeps it from serving, and does not go on without its database."""

from __future__ import annotations

from forbear.interfaces.commands.application import not_brought_up
from forbear.interfaces.commands.up import _database_stays
from forbear.interfaces.workers.group import Group

CONTEXT = """Traceback (most recent call last):
  File "x.py", line 1, in f
django.db.utils.ProgrammingError: permission denied to create role
CONTEXT:  SQL statement "CREATE ROLE forbear_app"
PL/pgSQL function inline_code_block line 3 at SQL statement
"""


def test_a_migration_that_may_not_make_the_role_is_told_with_its_remedy():
    error = not_brought_up(CONTEXT)

    assert "permission denied to create role" in error.message
    assert "CREATEROLE" in error.remedy
    assert "CREATEROLE" in str(error.data["remedy_zh"])


def test_what_wrote_no_error_is_told_by_its_last_line():
    assert not_brought_up("first\nlast\n").message.endswith(": last")
    assert not_brought_up("").message.endswith(": no word")


def test_a_group_ends_with_1_when_its_ground_is_gone():
    assert Group([], say=print, founded=lambda: False).run() == 1


def test_a_database_that_has_ended_is_missed_after_some_looks_and_said(capsys):
    times = iter(range(0, 1000, 3))
    stays = _database_stays(
        "postgresql://nobody@127.0.0.1:1/none", "zh", now_s=lambda: float(next(times))
    )

    assert [stays() for _ in range(5)] == [True, True, True, True, False]
    assert "数据库已停止" in capsys.readouterr().err
