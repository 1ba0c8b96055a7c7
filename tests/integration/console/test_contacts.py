"""The live page: what it counts, in whose language, and the switch on it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from forbear.contexts.cases.campaign.alive import beat, leave
from forbear.contexts.cases.campaign.ask import ASKED_OTHERWISE, NO_MESSAGE
from forbear.contexts.cases.models import Asking
from forbear.contexts.contact.gate.word import Cause
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.role import Role
from forbear.interfaces.console.presenter.contacts import CAUSES
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.day import new_night, new_plan
from tests.support.people import new_team
from tests.support.portfolio import SETUP, ring  # noqa: F401  # a fixture

NOW = datetime.now(UTC)
DAY = NOW.date()
LATER = NOW + timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("application", "ring")


@pytest.fixture
def day():
    """A text that waits, one that a rule refuses, and a call."""
    team = new_team("north")
    new_night(DAY, now=NOW)
    for channel in ("SMS", "SMS", "VOICE"):
        new_plan(DAY, (team, "north"), channel=channel, slot="morning")
    ids = [new_plan(DAY, (team, "north"), channel="SMS", slot="morning") for _ in range(2)]
    bounds = {"day": DAY, "channel": "SMS", "zone": "Asia/Shanghai"}
    bounds |= {"opens_at": LATER, "until_at": LATER + timedelta(hours=3)}
    with acting(SETUP):
        Asking.objects.create(debtor_id=ids[0], ask_at=LATER, **bounds)
        Asking.objects.create(
            debtor_id=ids[1],
            asked_at=NOW,
            cause="RULE",
            rules="cn.hours.gbt house.cn.hours",
            turns_at=LATER,
            spent="house.cn.messages_daily",
            **bounds,
        )
    return team


def _at_work(role, *, language="en"):
    secret = new_secret(f"{role}{language}")
    return at_work(new_colleague(role, secret=secret, language=language))


def _sender(now=None):
    sender = uuid4()
    beat(sender, ["simulated"], early=True, actor=SETUP, now=now or datetime.now(UTC))
    return sender


def _figure(page, name):
    return re.search(rf'data-stand="{name}">([^<]+)<', page).group(1)


class TestPage:
    def test_says_where_everything_stands(self, day):
        _sender()
        page = _at_work(Role.ANALYST).get("/contacts/").content.decode()

        assert (_figure(page, "sms-waiting"), _figure(page, "sms-refused")) == ("3", "1")
        assert "Call, for a colleague: 1 to do, 0 done." in page
        assert "(Beijing time)" in page
        assert "cn.hours.gbt" in page
        assert "GB/T 45251" in page
        assert "At most two written messages" in page
        assert "The provider is simulated" in page

    def test_says_it_in_chinese(self, day):
        _sender()
        page = _at_work(Role.SUPERVISOR, language="zh-hans").get("/contacts/").content.decode()

        assert "三日内对同一人发送的文字信息不超过两条" in page
        assert "服务商为模拟" in page

    def test_says_when_nobody_sends(self, day):
        page = _at_work(Role.ADMIN)
        assert "no sender is running" in page.get("/contacts/").content.decode()
        gone = _sender(NOW - timedelta(minutes=5))
        assert "no sender is running" in page.get("/contacts/").content.decode()
        _sender()
        assert "no sender is running" not in page.get("/contacts/").content.decode()
        leave(gone, actor=SETUP)

    def test_names_no_person(self, day):
        page = _at_work(Role.ADMIN).get("/contacts/").content.decode()

        assert not re.search(r"person-\d", page)

    def test_gives_only_its_figures_when_it_asks_by_itself(self, day):
        client = _at_work(Role.ADMIN)

        part = client.get("/contacts/", headers={"HX-Request": "true"}).content.decode()

        assert "<html" not in part
        assert _figure(part, "sms-waiting") == "3"
        still = client.get("/contacts/?still").content.decode()
        assert "hx-get" not in still

    def test_that_asks_by_itself_keeps_no_session_alive(self, day):
        client = _at_work(Role.ADMIN)
        session = client.session
        session["seen_at_s"] -= 60
        session.save()
        before = client.session["seen_at_s"]

        client.get("/contacts/", headers={"X-Forbear-By-Itself": "1"})
        assert client.session["seen_at_s"] == before
        client.get("/contacts/")
        assert client.session["seen_at_s"] > before

    def test_says_so_while_there_is_no_agenda(self):
        page = _at_work(Role.ADMIN).get("/contacts/").content.decode()

        assert "There is no agenda yet" in page


class TestSwitch:
    def test_stops_and_lets_go_on(self, day):
        _sender()
        officer = _at_work(Role.COMPLIANCE)
        officer.post("/contacts/stop/", {"channel": "", "reason": "a fault in the texts"})
        page = officer.get("/contacts/").content.decode()
        assert "Everything is stopped." in page
        assert "a fault in the texts" in page
        number = re.search(r'name="stop" value="(\d+)"', page).group(1)

        officer.post("/contacts/go/", {"stop": number})

        assert "Everything is stopped." not in officer.get("/contacts/").content.decode()

    def test_takes_a_reason_and_a_channel_that_there_is(self, day):
        officer = _at_work(Role.COMPLIANCE)

        assert officer.post("/contacts/stop/", {"channel": "SMS"}).status_code == 422
        told = {"channel": "PIGEON", "reason": "x"}
        assert officer.post("/contacts/stop/", told).status_code == 422
        assert officer.post("/contacts/go/", {"stop": "x"}).status_code == 422

    def test_lets_nobody_go_on_who_may_only_stop(self, day):
        supervisor = _at_work(Role.SUPERVISOR)
        supervisor.post("/contacts/stop/", {"channel": "SMS", "reason": "a fault"})

        page = supervisor.get("/contacts/").content.decode()

        assert "a fault" in page
        assert "/contacts/go/" not in page
        assert supervisor.post("/contacts/go/", {"stop": "1"}).status_code == 403


def test_says_every_cause_in_words():
    assert {each.value for each in Cause} | {NO_MESSAGE, ASKED_OTHERWISE} == set(CAUSES)
