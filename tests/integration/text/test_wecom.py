"""A message through WeCom goes when its member of staff confirms it, once, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from forbear.contexts.contact.channels.file import InvalidChannels, read_channels
from forbear.contexts.contact.channels.kind import Setting, kind_of
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.fetch import fetch_receipts
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.models import Staff
from forbear.contexts.people.permission import principal_of
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.models import Consent
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, ConsentKind, ConsentState, Outcome, PointKind
from forbear.values.principal import Sight
from tests.support.gate import DIALLER, Hand, Said, state_of
from tests.support.inbound import someone
from tests.support.people import new_staff
from tests.support.portfolio import NOW, SETUP
from tests.support.wechat import TOKEN, called_back, platform, sealed, set_secrets, signed
from tests.support.wecom import CORP_ID, Enterprise, file_text

S, O = DispatchState, Outcome
CUSTOMER = "wmQJhcCQAAX0123456789abcdefghijk"
WORDS = ("cn.wechat.overdue_gentle", 1)


def collector():
    return Staff.objects.get(pk=new_staff(Role.COLLECTOR).id)


def as_whom(staff):
    # Whose care the person is in is not asked here.
    return replace(principal_of(staff), sight=Sight.ALL)


class Line:
    """A gate whose messages go through one enterprise, a collector, and their customer."""

    def __init__(self, home, taken, url):
        self.staff = collector()
        self.path = home / "channels.yaml"
        self.path.write_text(file_text(url, staff=self.staff.username), encoding="utf-8")
        read_channels.cache_clear()
        (entry,) = read_channels(self.path)
        self.platform, self.hand = taken, Hand()
        self.adapter = kind_of("wecom").make(entry, Setting(home, self.hand, in_earnest=True))
        self.providers = Providers([self.adapter])
        self.sender = Sender(self.providers, lambda _: Said("您好，请查收。"), clock=self.hand)
        self.who = someone(CUSTOMER, kind=PointKind.WECHAT)
        said = ConsentSaid(
            f"agreed-{uuid4().hex}",
            self.who.ref,
            ConsentKind.CHANNEL,
            ConsentState.GIVEN,
            channel=Channel.WECHAT,
        )
        record_consent(said, source=Source.API, actor=SETUP, now=NOW)

    def ask(self, actor=None):
        wish = self.who.wish(Channel.WECHAT)
        asked = Asked(uuid4(), wish, Way.MANUAL, "enterprise", WORDS)
        return authorise(asked, actor=actor or as_whom(self.staff), clock=self.hand)

    def carry(self, actor=None):
        answer = self.ask(actor)
        self.sender.carry()
        return answer

    def round(self, **by):
        """Let time go by, and do what a sender's round does."""
        self.hand.on(**by)
        fetch_receipts(self.providers, actor=SENDER, clock=self.hand)
        settle(self.providers, actor=SENDER, clock=self.hand)


@pytest.fixture
def line(portfolio, tmp_path, monkeypatch):
    set_secrets(monkeypatch)
    with platform(Enterprise()) as (taken, url):
        made = Line(tmp_path, taken, url)
        with override_settings(FORBEAR_CHANNELS=made.path):
            yield made
        made.adapter.close()


def test_it_waits_for_the_member_of_staff_and_goes_when_they_confirm(line):
    answer = line.carry()
    (task,) = line.platform.tasks
    assert (task["sender"], task["external_userid"]) == ("zhangsan", [CUSTOMER])
    assert task["text"] == {"content": "您好，请查收。"}
    assert state_of(answer)[0] is S.UNKNOWN, "until they confirm nobody knows, and it counts"
    line.round(minutes=1)
    assert state_of(answer)[0] is S.UNKNOWN

    line.platform.confirm()
    line.round(seconds=6)

    assert state_of(answer) == (S.ACCEPTED, O.SENT)
    line.round(minutes=10)
    assert len(line.platform.tasks) == len(line.platform.sent) == 1


def test_what_is_not_confirmed_is_taken_back_and_can_go_no_more(line):
    answer = line.carry()
    line.round(minutes=6)
    line.platform.confirm()
    line.round(minutes=10)

    assert state_of(answer) == (S.REJECTED, O.FAILED)
    assert line.platform.tasks[0]["taken_back"]
    assert line.platform.sent == []


@pytest.mark.parametrize("status", [2, 3])
def test_what_the_platform_did_not_let_through_costs_nothing(line, status):
    answer = line.carry()
    line.platform.confirm(status)
    line.round(seconds=6)

    assert state_of(answer) == (S.REJECTED, O.FAILED)


def test_nobody_without_a_registered_account_sends_and_no_machine_does(line):
    other = as_whom(collector())
    for actor in (other, DIALLER):
        assert state_of(line.carry(actor))[0] is S.REJECTED
    line.platform.friends = set()
    assert state_of(line.carry())[0] is S.REJECTED, "nor to whom they are no contact of"
    assert line.platform.tasks == []
    assert [seen.good for seen in line.adapter.check()] == [True, False]

    line.platform.friends = {"zhangsan"}
    line.platform.next = 41048
    assert state_of(line.carry())[0] is S.REJECTED
    line.platform.next = "reset"
    assert state_of(line.carry())[0] is S.UNKNOWN, "a task may be there, so it counts"
    assert [seen.good for seen in line.adapter.check()] == [True, True]


def test_a_customer_who_removes_a_member_of_staff_is_written_to_no_more(line):
    waits, now = line.ask(), datetime.now(UTC)

    def told(change, **given):
        inner = (
            f"<xml><ToUserName>{CORP_ID}</ToUserName><FromUserName>sys</FromUserName>"
            f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType>event</MsgType>"
            f"<Event>change_external_contact</Event><ChangeType>{change}</ChangeType>"
            f"<UserID>zhangsan</UserID><ExternalUserID>{CUSTOMER}</ExternalUserID></xml>"
        )
        query, body = called_back(inner, now, **{"receiver": CORP_ID, **given})
        answer = Client().post(f"/w/enterprise/?{urlencode(query)}", body, content_type="text/xml")
        return answer.status_code

    assert told("del_follow_user", receiver="ww9999999999999999") == 403
    assert told("add_external_contact") == 200
    assert state_of(waits)[0] is S.AUTHORISED
    assert [told("del_follow_user"), told("del_follow_user")] == [200, 200]

    assert state_of(waits)[0] is S.WITHDRAWN
    assert not line.ask().allowed
    with reading(SETUP):
        rows = Consent.objects.filter(contact_point_id=line.who.point_id)
        assert [row.state for row in rows] == [ConsentState.WITHDRAWN]

    when, echo = str(int(now.timestamp())), sealed("4217", receiver=CORP_ID)
    query = {"timestamp": when, "nonce": "n", "echostr": echo}
    query["msg_signature"] = signed(TOKEN, when, "n", echo)
    assert Client().get(f"/w/enterprise/?{urlencode(query)}").content == b"4217"


def test_a_wrong_file_names_the_field(tmp_path):
    text = file_text("https://x.example", staff="alice")
    for old, new, field in (
        ("{alice: zhangsan}", "{}", "accounts"),
        ("{alice: zhangsan}", "{alice: z, bob: z}", "accounts"),
        ("timeout_s: 2", "timeout_s: 2\n      confirm_minutes: 90", "confirm_minutes"),
    ):
        path = tmp_path / f"{uuid4().hex}.yaml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InvalidChannels, match=field):
            read_channels(path)
