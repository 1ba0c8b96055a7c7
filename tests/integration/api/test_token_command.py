"""A lender makes a key for a system of theirs, and takes it back, from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from forbear.contexts.people.actions.team import add_team
from tests.support.api import Caller
from tests.support.home import commands_on, forbear
from tests.support.people import audited
from tests.support.portfolio import SETUP


@pytest.fixture
def token(portfolio, tmp_path, monkeypatch):
    """Return a way to run ``forbear token`` on the test's database."""
    commands_on(portfolio, tmp_path / "keyring.json", monkeypatch)
    return lambda *words: forbear("token", *words, "--home", tmp_path / "home", "--lang", "en")


def _status(key, path):
    return Caller(key, Client()).get(path).status_code


class TestToken:
    def test_opens_what_its_scopes_say_until_it_is_taken_back(self, token):
        made = token("make", "loan system", "--scope", "persons:read", "--days", "5", "--json")
        assert made.returncode == 0, made.stderr
        said = json.loads(made.stdout)

        assert _status(said["token"], "/debtors/nobody") == 404
        assert _status(said["token"], "/loans/nobody") == 403
        (listed,) = json.loads(token("list", "--json").stdout)
        assert (listed["name"], listed["in_force"]) == ("loan system", True)
        assert listed["scopes"] == ["persons:read"]
        assert "token" not in listed
        assert said["token"] not in token("list").stdout

        ended = json.loads(token("revoke", said["prefix"], "--json").stdout)
        assert ended == {"prefix": said["prefix"], "ended": True}
        assert _status(said["token"], "/debtors/nobody") == 401
        assert "revoked before" in token("revoke", said["prefix"]).stdout
        assert len(audited("token.made")) == len(audited("token.revoked")) == 1

    def test_is_shown_once_with_when_it_ends(self, token):
        made = token("make", "loan system", "--scope", "all")

        assert made.stdout.startswith("fb_")
        assert "not shown again" in made.stderr

    def test_for_an_agency_opens_an_agencys_calls_alone(self, token):
        add_team(
            name_en="Far Agency (invented)",
            name_zh="远方机构（虚构）",
            code="far-agency",
            time_zone="Asia/Shanghai",
            agency=True,
            actor=SETUP,
            now=datetime.now(UTC),
        )

        made = token("make", "dialler", "--agency", "far-agency", "--scope", "all", "--json")

        assert _status(json.loads(made.stdout)["token"], "/loans/nobody") == 403
        assert "(far-agency)" in token("list").stdout

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("make", "x", "--scope", "nothing:read"), 2, "There is no scope nothing:read."),
            (("make", "x", "--scope", "all", "--agency", "unknown"), 2, "unknown"),
            (("revoke", "fb_unknown"), 3, "forbear token list"),
        ],
    )
    def test_that_cannot_be_is_refused_with_what_to_do(self, words, code, said, token):
        done = token(*words)

        assert done.returncode == code
        assert said in done.stderr
        assert "Traceback" not in done.stderr
