"""The commands copy a database of one's own and bring it back, and say what follows."""

from __future__ import annotations

import json

import pytest
from django.db import connections
from typer.testing import CliRunner

from forbear.contexts.database.sending import sending_held
from forbear.contexts.house.queries import own_in_force
from forbear.interfaces.commands.app import app
from forbear.values.errors import NotFound
from tests.support.own import Two, quiet
from tests.support.people import NOW, SETUP, new_team

RUN = CliRunner()


@pytest.fixture
def own(own_application, monkeypatch):
    """A PostgreSQL of one's own, with a role that may read and make everything."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_BACKUP_URL", own_application.urls["superuser"])
    monkeypatch.setenv("DATABASE_OWNER_URL", own_application.urls["superuser"])
    return own_application


def test_a_copy_is_brought_back_and_holds_sending(own, cluster, tmp_path):
    from forbear.contexts.people.models import Team

    new_team("kept")
    two = Two()
    two.adopt(quiet(), now=NOW)
    file = tmp_path / "copy.zip"
    made = RUN.invoke(app, ["backup", str(file), "--home", str(tmp_path), "--json"])
    assert made.exit_code == 0, made.exception
    assert json.loads(made.stdout)["tables"]["public.people_team"] == 1
    new_team("lost")
    two.adopt(quiet("own.cn.lost"), now=NOW)
    assert len(own_in_force(actor=SETUP).rows) == 2
    connections.close_all()

    back = RUN.invoke(app, ["restore", str(file), "--home", str(tmp_path), "--lang", "en"])

    try:
        assert back.exit_code == 0, back.exception
        assert "Nothing is sent from now on" in " ".join(back.stdout.split())
        assert [team.code for team in Team.objects.all()] == ["kept"]
        assert [row.rule_id for row in own_in_force(actor=SETUP).rows] == ["own.cn.quiet"]
        assert sending_held(tmp_path) is not None
        # The mark is the database's own as well: another machine's home is held too.
        assert sending_held(tmp_path / "another") is not None
    finally:
        connections.close_all()
        cluster.as_superuser(f'DROP DATABASE IF EXISTS "{own.name}_replaced" WITH (FORCE)')


def test_a_home_without_a_database_is_refused_and_nothing_made(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL"):
        monkeypatch.delenv(name, raising=False)

    done = RUN.invoke(app, ["backup", str(tmp_path / "x.zip"), "--home", str(tmp_path / "none")])

    assert isinstance(done.exception, NotFound)
    assert list(tmp_path.iterdir()) == []
