"""Every migration of ours, as the SQL that it runs, held against what blocks a busy table.

The rules are those of squawk. What an empty installation begins with blocks nobody.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings

from forbear.contexts.database.role import MIGRATION_LOCK_S_MAX
from tests.support.application import on_database
from tests.support.database import Database

OURS = {
    config.label for config in apps.get_app_configs() if config.name.startswith("forbear.contexts")
}

# Rules about taste, and about what is seen to elsewhere.
EXCLUDED = {
    "prefer-bigint-over-int": "small numbers stay small; ids are big",
    "prefer-bigint-over-smallint": "the same",
    "prefer-text-field": "a length is a promise that the database keeps",
    "prefer-robust-stmts": "a migration is one transaction, or one statement",
    "require-lock-timeout": "the role that migrates has one: see database/role.py",
    "require-statement-timeout": "to validate a constraint takes its time, and blocks nobody",
}
# Rules that keep a table in use from being blocked, and programs in use from being broken. They
# judge what comes after the first release; before it every table was empty and no program ran.
BUSY = {
    "adding-field-with-default",
    "adding-foreign-key-constraint",
    "adding-not-nullable-field",
    "adding-required-field",
    "adding-serial-primary-key-field",
    "ban-drop-constraint",
    "ban-drop-default",
    "ban-drop-not-null",
    "changing-column-type",
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
    "require-concurrent-index-creation",
    "require-concurrent-index-deletion",
}
# The number of each app's newest migration in the first release; empty until there is one.
FIRST_RELEASE: dict[str, int] = {}
# Later migrations that break a rule all the same: which, and why that is safe.
REASONS: dict[tuple[str, str], dict[str, str]] = {}


def _squawk() -> str | None:
    beside = Path(sys.executable).parent / "squawk"
    return str(beside) if beside.exists() else shutil.which("squawk")


def _later() -> list[tuple[str, str]]:
    """Every migration of ours but those that make an app's first tables."""
    names = sorted(each for each in MigrationLoader(None).disk_migrations if each[0] in OURS)
    return [each for each in names if not each[1].startswith(("0001_", "0002_pre_guards"))]


def _sql(label: str, name: str) -> str:
    out = io.StringIO()
    call_command("sqlmigrate", label, name, stdout=out, no_color=True)
    return out.getvalue()


def _faults(sql: str) -> list[dict]:
    done = subprocess.run(
        [
            _squawk(),
            *("--reporter", "json", "--pg-version", "15.0"),
            *("--exclude", ",".join(EXCLUDED)),
        ],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout)


def _kept(
    migration: tuple[str, str], found: list[dict], released: dict[str, int]
) -> dict[str, str]:
    """What of the faults found speaks against a migration, by rule."""
    label, name = migration
    early = not released or int(name.split("_")[0]) <= released.get(label, 0)
    excused = {*REASONS.get(migration, {}), *(BUSY if early else ())}
    told = {each["rule_name"]: f"{each['message']} (line {each['line']})" for each in found}
    return {rule: said for rule, said in told.items() if rule not in excused}


@pytest.mark.parametrize("migration", _later(), ids=".".join)
def test_it_blocks_no_busy_table(application, migration):
    assert _kept(migration, _faults(_sql(*migration)), FIRST_RELEASE) == {}


def test_after_the_first_release_every_rule_counts():
    found = _faults("CREATE INDEX seen ON portfolio_loan (ref);")

    for released, name, counts in (
        ({}, "0040_pre_seen", False),
        ({"portfolio": 40}, "0040_pre_seen", False),
        ({"portfolio": 40}, "0041_pre_seen", True),
        ({"portfolio": 40}, "0001_pre_first", False),
    ):
        assert bool(_kept(("portfolio", name), found, released)) is counts
    assert _kept(("pledges", "0001_pre_first"), found, {"portfolio": 40})


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("CREATE INDEX seen ON portfolio_loan (ref);", "require-concurrent-index-creation"),
        ("ALTER TABLE portfolio_loan ADD COLUMN x integer NOT NULL;", "adding-required-field"),
        ("ALTER TABLE portfolio_loan ADD CHECK (ref > '');", "constraint-missing-not-valid"),
    ],
)
def test_a_planted_fault_is_found(sql, rule):
    assert rule in {each["rule_name"] for each in _faults(sql)}


def test_every_reason_is_still_needed():
    assert set(REASONS) <= set(_later())


def test_a_migration_gives_up_waiting_for_a_lock(own_application: Database):
    with (
        psycopg.connect(own_application.urls["owner"]) as blocking,
        on_database(own_application, "owner"),
        override_settings(FORBEAR_STEP_DOWN=False),
    ):
        blocking.execute("LOCK TABLE people_team IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == (f"{MIGRATION_LOCK_S_MAX}s",)
            cursor.execute("SET lock_timeout = '200ms'")
            with pytest.raises(OperationalError, match="lock timeout"):
                cursor.execute("ALTER TABLE people_team ADD COLUMN x integer")
