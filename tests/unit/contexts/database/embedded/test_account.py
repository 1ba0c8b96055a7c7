"""Root never runs the server as itself, and takes another account only where that is safe."""

from __future__ import annotations

import os
import pwd
import subprocess
from types import SimpleNamespace

import pytest

from forbear.contexts.database.embedded import account
from forbear.contexts.database.embedded.account import NoAccount, choose_account


@pytest.fixture
def machine(monkeypatch):
    """A machine seen by root, without programs that make accounts, and with the named ones."""

    def with_accounts(**uids: int):
        def look_up(name):
            if name not in uids:
                raise KeyError(name)
            return SimpleNamespace(pw_uid=uids[name], pw_gid=uids[name])

        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(account, "_SYSTEM_PATH", "")
        monkeypatch.setattr(pwd, "getpwnam", look_up)

    return with_accounts


class TestRoot:
    def test_our_own_account_comes_first(self, machine):
        machine(forbear=991, postgres=992, nobody=4_000_001)

        assert (choose_account().name, choose_account().uid) == ("forbear", 991)
        assert choose_account().options == {"user": 991, "group": 991, "extra_groups": []}

    def test_then_that_of_an_installed_postgresql(self, machine):
        machine(postgres=992, nobody=4_000_001)

        assert choose_account().name == "postgres"

    def test_nobody_serves_where_nothing_else_runs_as_it(self, machine):
        machine(nobody=4_000_001)

        assert choose_account().name == "nobody"

    def test_nobody_in_use_by_others_does_not_serve(self, machine):
        uid = os.getuid() or 4_000_001
        with subprocess.Popen(["/bin/sh", "-c", "read word"], stdin=subprocess.PIPE, user=uid):
            machine(nobody=uid)
            with pytest.raises(NoAccount) as caught:
                choose_account()

        assert "useradd" in caught.value.remedy
        assert "useradd" in caught.value.data["remedy_zh"]

    def test_a_second_root_is_no_other_account(self, machine):
        machine(forbear=0, postgres=0)

        with pytest.raises(NoAccount):
            choose_account()


class TestOrdinary:
    def test_an_ordinary_user_stays_himself(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 4_000_001)

        found = choose_account()

        assert (found.uid, found.switches, found.options) == (4_000_001, False, {})
