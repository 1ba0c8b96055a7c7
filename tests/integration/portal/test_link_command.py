"""A lender makes a person's link, and takes it back, from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from forbear.contexts.access.enter import ask_by_link, send_code
from forbear.contexts.access.limit import source_of
from forbear.contexts.access.principal import DOOR
from tests.support.home import commands_on, forbear
from tests.support.portal import inbox
from tests.support.portfolio import new_person, new_point, portfolio, ring  # noqa: F401


def test_makes_a_link_that_leads_to_a_code_until_it_is_taken_back(
    portfolio,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    commands_on(portfolio, tmp_path / "keyring.json", monkeypatch)
    ref = new_person(national_id="11010519491231002X")
    new_point(ref)
    told = ("--home", tmp_path / "home", "--json")

    made = forbear("link", "make", ref, *told)
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert _sent(said["path"])
    ended = forbear("link", "revoke", said["ref"], *told)

    assert json.loads(ended.stdout) == {"ref": said["ref"], "ended": True}
    assert not _sent(said["path"])
    assert forbear("link", "make", "nobody", *told).returncode == 3


def _sent(path):
    now, token = datetime.now(UTC), path.removeprefix("/p/l/").strip("/")
    asked = ask_by_link(token, source=source_of("192.0.2.4"), now=now)
    with inbox():
        return send_code(asked.entry_id, actor=DOOR, now=now)
