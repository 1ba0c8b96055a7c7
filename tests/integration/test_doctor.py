"""The examination of an installation finds what is wrong, and says what mends it."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.test import override_settings
from typer.testing import CliRunner

from forbear.contexts.contact.channels.registry import telephone_installed
from forbear.contexts.database.embedded.place import write_json
from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio import number
from forbear.contexts.portfolio.bulk import told_by
from forbear.contexts.portfolio.models import Creditor
from forbear.contexts.rulebook.approved import invented_approvals
from forbear.interfaces.commands import doctor_database
from forbear.interfaces.commands.app import app
from forbear.interfaces.commands.finding import Grade
from tests.support.database import Database
from tests.support.day import new_night
from tests.support.morning import own_ring
from tests.support.portfolio import SETUP
from tests.support.told import file_tells

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ring(tmp_path):
    with own_ring(tmp_path):
        yield tmp_path / "keyring.json"


def _found(home, now: datetime = NOW) -> dict[str, tuple[Grade, str]]:
    findings = list(doctor_database._application(home, now))
    for each in findings:
        assert (each.remedy is None) is (each.grade is Grade.OK)
        texts = [each.said, *([each.remedy] if each.remedy else [])]
        assert all(text.en and text.zh for text in texts)
    return {each.check: (each.grade, each.said.en) for each in findings}


def _beat(database: Database, at: datetime) -> None:
    with psycopg.connect(database.urls["owner"]) as owner:
        owner.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


def test_nothing_is_wrong_where_all_is_well(own_application, tmp_path):
    new_night(NOW.date(), now=NOW)
    _beat(own_application, NOW)

    found = _found(tmp_path)

    assert {check: grade for check, (grade, _said) in found.items()} == dict.fromkeys(
        (
            *("settings", "database", "clock", "migrations", "role", "row security"),
            *(
                "keys",
                "worker",
                "night",
                "sending",
                "telephone",
                "headsets",
                "recogniser",
                "wording",
            ),
        ),
        Grade.OK,
    )


def test_a_worker_whose_heart_has_stopped_is_missed(own_application, tmp_path):
    _beat(own_application, NOW - timedelta(minutes=5))

    assert _found(tmp_path)["worker"][0] is Grade.WARN


def test_a_table_whose_security_was_turned_off_is_named(own_application, tmp_path):
    with psycopg.connect(own_application.urls["owner"]) as owner:
        owner.execute("ALTER TABLE portfolio_loan NO FORCE ROW LEVEL SECURITY")

    grade, said = _found(tmp_path)["row security"]

    assert grade is Grade.FAIL
    assert "portfolio_loan" in said


def test_a_role_that_security_does_not_bind_is_found(own_application, tmp_path):
    from tests.support.application import on_database

    with on_database(own_application, "superuser"):
        from django.test import override_settings

        with override_settings(FORBEAR_STEP_DOWN=False):
            assert _found(tmp_path)["role"][0] is Grade.FAIL


def test_migrations_that_are_missing_end_the_examination(own_application, tmp_path):
    with psycopg.connect(own_application.urls["owner"]) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'cases' AND name ~ '^0003'")

    found = _found(tmp_path)

    assert found["migrations"][0] is Grade.FAIL
    assert "role" not in found


def test_a_missing_key_ring_fails(application, tmp_path, ring):
    ring.unlink()

    assert _found(tmp_path)["keys"][0] is Grade.FAIL


def test_an_old_agenda_and_a_restore_are_told(application, tmp_path):
    new_night(NOW.date(), now=NOW)
    (tmp_path / "database").mkdir()
    write_json(
        tmp_path / "database" / "RESTORED.json",
        {
            "restored_at": "2026-11-25T02:00:00+00:00",
            "made_at": "2026-11-24T22:00:00+00:00",
            "file": "x.zip",
            "dump_sha256": "ab" * 32,
        },
    )

    found = _found(tmp_path, NOW + timedelta(days=3))

    assert found["night"] == (Grade.WARN, "STALE, loaded for 2026-11-25")
    assert found["sending"][0] is Grade.WARN


def test_a_lender_is_told_which_words_await_its_own_approval(own_application, tmp_path):
    assert "invented" in _found(tmp_path)["wording"][1]
    with override_settings(FORBEAR_IN_EARNEST=True):
        grade, said = _found(tmp_path)["wording"]
    awaits = invented_approvals(date(2026, 11, 25))

    assert grade is Grade.WARN
    assert said.startswith(f"{len(awaits)} texts in force await your approval")
    assert "document.voice version 2" in said
    assert "document.voice@1" in invented_approvals(date(2026, 11, 24))


def test_calls_that_cannot_be_made_heard_or_written_down_are_told_with_a_remedy(
    own_application, tmp_path, monkeypatch
):
    filed = tmp_path / "channels.yaml"
    filed.write_text(
        'channels:\n  - {name: trunk, kind: sip, settings: {domain: "x.example", lines: [], '
        'headset: {turn: "turn:t.example", turn_secret: "env:NO_SUCH_SECRET"}}}\n'
    )
    monkeypatch.delenv("NO_SUCH_SECRET", raising=False)
    # The bigger model stands in no lock, so it is missing whatever else is installed.
    with override_settings(FORBEAR_CHANNELS=filed, FORBEAR_RECOGNISER="whisper-small"):
        found = _found(tmp_path)
    there = Grade.OK if telephone_installed() else Grade.WARN

    assert found["telephone"][0] is there
    assert found["headsets"][0] is found["recogniser"][0] is Grade.WARN
    assert "whisper-small" in found["recogniser"][1]
    with override_settings(FORBEAR_RECOGNISER="whisper-enormous"):
        assert "whisper-enormous" in _found(tmp_path)["recogniser"][1]


def test_numbers_that_are_not_read_are_told_where_they_leave_somebody_far_from_any_team(
    application, tmp_path, monkeypatch
):
    monkeypatch.setattr(number, "_library", lambda: None)
    with acting(SETUP):
        told_by("Example Lender", extract_date=NOW.date())
        Creditor.objects.update(code="example-lender")
    file_tells()
    assert "numbers" not in _found(tmp_path)

    file_tells(person={"region": None, "region_source": None})

    grade, said = _found(tmp_path)["numbers"]
    assert grade is Grade.WARN
    assert said.endswith(": 1")


class TestCommand:
    @pytest.fixture(autouse=True)
    def _no_database(self, monkeypatch):
        for name in list(os.environ):
            if name.startswith("DATABASE_"):
                monkeypatch.delenv(name)

    def test_makes_nothing_where_nothing_is(self, tmp_path):
        home = tmp_path / "new"

        done = CliRunner().invoke(app, ["doctor", "--home", str(home), "--json"])

        told = {each["check"]: each["grade"] for each in json.loads(done.stdout)["findings"]}
        assert (done.exit_code, told["home"], told["database"]) == (0, "warn", "warn")
        assert not home.exists()

    def test_fails_where_others_may_read_a_secret_in_both_languages(self, tmp_path):
        (tmp_path / "secret-key").write_text("x")
        (tmp_path / "secret-key").chmod(0o644)

        for lang, remedy in (("en", "may have read them"), ("zh", "请重新生成")):
            done = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path), "--lang", lang])
            assert done.exit_code == 1
            assert remedy in done.stdout.replace("\n", "").replace("  ", " ").replace("  ", "")


def test_what_ends_one_part_of_the_examination_is_found_and_ends_no_other():
    from forbear.interfaces.commands.doctor import _whole
    from forbear.interfaces.commands.finding import ok
    from forbear.values.errors import InvalidInput

    def rules():
        yield ok("calendars", "all", "全部")
        raise InvalidInput("two rules", remedy="rename", message_zh="两条规则", remedy_zh="请改名")

    first, second = _whole("rules", rules())

    assert first.grade is Grade.OK
    assert (second.check, second.grade, second.said.zh) == ("rules", Grade.FAIL, "两条规则")
    assert second.remedy.zh == "请改名"
