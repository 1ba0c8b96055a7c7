"""A contact is explained, and sending stopped and let go on, from the command line."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.conf import settings

from tests.support.agency import house
from tests.support.gate import Desk, person
from tests.support.home import forbear

__all__ = ["house"]


@pytest.fixture
def home(portfolio, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", portfolio.urls["app"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
    monkeypatch.setenv("FORBEAR_KEYRING_FILE", str(settings.FORBEAR_KEYRING))
    return tmp_path / "home"


def test_a_contact_is_told_in_both_languages_and_as_json(home):
    desk = Desk()
    answer = desk.ask(person())
    desk.sender().carry()

    en = forbear("contact", "show", answer.id, "--home", home, "--lang", "en")
    zh = forbear("contact", "show", answer.id, "--home", home, "--lang", "zh")
    told = json.loads(forbear("contact", "show", answer.id, "--home", home, "--json").stdout)

    assert "INTENT: allowed" in en.stdout
    assert "INTENT: 允许" in zh.stdout
    assert "cn.calls.effective_daily  allows  counted=0" in en.stdout
    assert told["state"] == "ACCEPTED"
    assert [one["stage"] for one in told["decisions"]] == ["AUTHORISE", "INTENT"]


def test_a_stop_binds_at_once_and_is_let_go(home):
    desk, who = Desk(), person()
    none = forbear("contact", "stops", "--home", home, "--lang", "en")

    stopped = forbear("contact", "stop", "GLOBAL", "--reason", "drill", "--home", home)
    refused = desk.ask(who)
    (on,) = json.loads(forbear("contact", "stops", "--home", home, "--json").stdout)
    gone_on = forbear("contact", "go", on["number"], "--home", home, "--lang", "zh")

    assert none.stdout.strip() == "Nothing is stopped."
    assert stopped.returncode == 0, stopped.stderr
    assert [one.en for one in refused.reasons] == ["Stopped (everything): drill"]
    assert [one.zh for one in refused.reasons] == ["已停止（全部）：drill"]
    assert gone_on.stdout.strip() == "已恢复发送。"
    assert desk.ask(who).allowed


def test_agencies_days_are_reconciled_in_both_languages_and_as_json(house, home):
    agency = house.agency()
    agency.report(agency.contact(agency.person()))

    due = forbear("contact", "reconcile", "--home", home, "--lang", "en")
    again = forbear("contact", "reconcile", "--home", home, "--lang", "zh")
    day = forbear("contact", "reconcile", "2026-11-25", "--home", home, "--json")

    assert "2026-11-25  far-agency  0 begun, 1 reported, 1 findings" in due.stdout
    assert "A contact was made without a permit." in " ".join(due.stdout.split())
    assert "未取得许可即进行了联系。" in again.stdout
    assert "开始" not in again.stdout
    told = json.loads(day.stdout)
    assert [one["reported"] for one in told["closed"]] == [1]
    assert [one["kind"] for one in told["standing"]] == ["NO_PERMIT"]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("show", uuid4()), 3, "There is no contact"),
        (("stop", "ALL", "--reason", "x"), 2, "There is no scope 'ALL'."),
        (("stop", "CHANNEL", "FAX", "--reason", "x"), 2, "A stop names what it stops, and why."),
        (("reconcile", "2199-01-01"), 2, "2199-01-01 is not over everywhere."),
        (("go", "77"), 4, "There is no such stop that is on."),
    ],
)
def test_what_is_wrong_is_said(home, given, code, said):
    done = forbear("contact", *given, "--home", home, "--lang", "en")

    assert done.returncode == code
    assert said in done.stderr
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr
