"""After a restore nothing is sent until somebody who may has settled what was sent since."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from forbear.contexts.contact.actions.release_sending import SendingFree, release_sending
from forbear.contexts.database.embedded.place import write_json
from forbear.contexts.database.models import SendingRelease, Settled
from forbear.contexts.database.sending import sending_held
from forbear.contexts.people.role import Role
from forbear.interfaces.web import hold
from forbear.values.principal import NotPermitted
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.database import Database
from tests.support.people import audited, new_principal

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def _mark(restored_at: str = "2026-11-25T02:00:00+00:00") -> dict[str, str]:
    return {
        "restored_at": restored_at,
        "made_at": "2026-11-24T22:00:00+00:00",
        "file": "night.zip",
        "dump_sha256": "ab" * 32,
    }


def _mark_home(home, mark):
    (home / "database").mkdir(exist_ok=True)
    write_json(home / "database" / "RESTORED.json", mark)


def _mark_database(database: Database, mark: dict[str, str]) -> None:
    with psycopg.connect(database.urls["owner"], autocommit=True) as owner:
        text = f"forbear restored {json.dumps(mark)}".replace("'", "''")
        owner.execute(f"COMMENT ON DATABASE \"{database.name}\" IS '{text}'")


def _release(home, actor, settled=Settled.RECORDED_ANEW):
    release_sending(home, settled=settled, actor=actor, now=NOW)


def test_sending_is_free_where_nothing_was_restored(application, tmp_path):
    assert sending_held(tmp_path) is None
    with pytest.raises(SendingFree):
        _release(tmp_path, new_principal(Role.COMPLIANCE))


def test_the_mark_of_the_home_holds_until_it_is_released(application, tmp_path):
    _mark_home(tmp_path, _mark())
    held = sending_held(tmp_path)
    assert held.restored_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    assert "2026-11-24 22:00 UTC" in held.en
    assert "2026-11-24 22:00 UTC" in held.zh

    _release(tmp_path, new_principal(Role.COMPLIANCE))

    assert sending_held(tmp_path) is None
    assert [subject for _who, subject in audited("sending.released")] == [
        "restore:2026-11-25T02:00:00+00:00"
    ]


def test_the_mark_of_the_database_holds_on_any_machine(own_application, tmp_path):
    _mark_database(own_application, _mark())
    assert sending_held(tmp_path) is not None

    _release(tmp_path, new_principal(Role.COMPLIANCE))

    assert sending_held(tmp_path) is None


def test_two_marks_are_released_together_each_with_an_entry(own_application, tmp_path):
    _mark_home(tmp_path, _mark())
    _mark_database(own_application, _mark("2026-11-25T03:00:00+00:00"))

    _release(tmp_path, new_principal(Role.COMPLIANCE))

    assert sending_held(tmp_path) is None
    assert len(audited("sending.released")) == 2


def test_a_later_restore_of_the_same_backup_holds_again(application, tmp_path):
    _mark_home(tmp_path, _mark())
    _release(tmp_path, new_principal(Role.COMPLIANCE))

    _mark_home(tmp_path, _mark("2026-11-25T03:30:00+00:00"))

    assert sending_held(tmp_path) is not None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COMPLIANCE])
def test_nobody_else_may_release(application, tmp_path, role):
    _mark_home(tmp_path, _mark())

    with pytest.raises(NotPermitted):
        _release(tmp_path, new_principal(role))

    assert sending_held(tmp_path) is not None
    assert audited("sending.released") == []


def test_a_release_is_never_taken_back(application, tmp_path):
    _mark_home(tmp_path, _mark())
    _release(tmp_path, new_principal(Role.COMPLIANCE), Settled.NOTHING_SENT)

    with pytest.raises(DatabaseError), transaction.atomic():
        SendingRelease.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        SendingRelease.objects.update(settled="RECORDED_ANEW")


def test_every_page_says_so_to_whoever_has_signed_in(application, tmp_path, monkeypatch):
    _mark_home(tmp_path, _mark())
    monkeypatch.setattr(hold.settings, "FORBEAR_HOME", tmp_path)
    staff = new_colleague(Role.COMPLIANCE, secret=new_secret("hold"))

    page = at_work(staff).get("/")

    assert sending_held(tmp_path).zh in page.content.decode() or (
        sending_held(tmp_path).en in page.content.decode()
    )
    assert "2026-11-24" not in Client().get("/sign-in/").content.decode()


def test_the_page_releases_it_with_one_of_two_words(application, tmp_path, monkeypatch):
    _mark_home(tmp_path, _mark())
    monkeypatch.setattr(hold.settings, "FORBEAR_HOME", tmp_path)
    client = at_work(new_colleague(Role.COMPLIANCE, secret=new_secret("page")))
    assert b"RECORDED_ANEW" in client.get("/sending/").content

    assert client.post("/sending/", {"settled": "LATER"}).status_code == 422
    assert sending_held(tmp_path) is not None
    assert client.post("/sending/", {"settled": "NOTHING_SENT"}).status_code == 302

    assert sending_held(tmp_path) is None
    assert SendingRelease.objects.get().settled == "NOTHING_SENT"
    assert b"RECORDED_ANEW" not in client.get("/sending/").content
