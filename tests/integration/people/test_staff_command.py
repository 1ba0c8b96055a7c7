"""The first account of an installation is made from the command line."""

from __future__ import annotations

import json

import pytest

from forbear.contexts.people.models import Staff
from tests.support.home import forbear


@pytest.fixture
def home(application, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", application.urls["app"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
    monkeypatch.setenv("FORBEAR_KEYRING_FILE", str(tmp_path / "keyring.json"))
    return tmp_path / "home"


class TestStaffCommand:
    def test_adds_an_account_and_gives_it_a_new_start(self, home):
        told = ("--name", "Sample Person", "--home", home, "--json")
        added = forbear("staff", "add", "first", *told)
        again = forbear("staff", "reset", "first", "--home", home, "--json")

        assert (added.returncode, again.returncode) == (0, 0), added.stderr + again.stderr
        account = Staff.objects.get(username="first")
        assert account.role == "ADMIN"
        assert account.check_password(json.loads(again.stdout)["password"])
        assert not account.check_password(json.loads(added.stdout)["password"])

    def test_adds_an_agency_for_which_keys_are_made(self, home):
        words = ("--name-en", "Far Agency", "--name-zh", "远方机构", "--home", home)
        added = forbear("staff", "agency", "far", *words, "--lang", "zh")
        again = forbear("staff", "agency", "far", *words)
        scope = ("--agency", "far", "--scope", "agency:contact", "--home", home)
        made = forbear("token", "make", "dialler", *scope, "--json")
        (key,) = json.loads(forbear("token", "list", "--home", home, "--json").stdout)

        assert (added.returncode, again.returncode, made.returncode) == (0, 4, 0), added.stderr
        assert "团队编号" in added.stdout
        assert (key["agency"], key["scopes"]) == ("far", ["agency:contact"])

    def test_says_what_is_wrong(self, home):
        wrong = forbear("staff", "add", "x1", "--name", "X", "--role", "KING", "--home", home)
        nobody = forbear("staff", "reset", "nobody", "--home", home)

        assert (wrong.returncode, nobody.returncode) == (2, 3)
        assert "There is no role KING." in wrong.stderr
        assert "There is no account nobody." in nobody.stderr
