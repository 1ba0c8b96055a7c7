"""A message leaves by an official account once; what that tells is kept and binds at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, override_settings

from forbear.contexts.contact.accounts import AccountToken
from forbear.contexts.contact.channels.file import InvalidChannels, read_channels
from forbear.contexts.contact.channels.kind import Setting, kind_of
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.wechat.access import Access, Fetched
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.fetch import fetch_receipts
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.contact.inbound import listen
from forbear.contexts.contact.models import InboundMessage
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.models import Consent, ContactPoint
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Outcome,
    PointKind,
    PointQuality,
)
from tests.support.gate import DIALLER, NOON, Hand, Said, state_of
from tests.support.inbound import someone
from tests.support.portfolio import NOW, SETUP
from tests.support.wechat import WORDS, called_back, event, file_text, platform, set_secrets, words

S, O = DispatchState, Outcome
OPENID = "oXyz_0123456789-abcdefghijkl"
TEMPLATE, FREE = ("cn.wechat.notice", 1), ("cn.wechat.overdue_gentle", 1)


class Line:
    """A gate whose messages go to one account, and one person who agreed to WeChat."""

    def __init__(self, home, taken, url):
        self.path = home / "channels.yaml"
        self.path.write_text(file_text(url), encoding="utf-8")
        read_channels.cache_clear()
        (entry,) = read_channels(self.path)
        self.platform, self.hand, self.text = taken, Hand(), WORDS
        self.adapter = kind_of("wechat").make(entry, Setting(home, self.hand, in_earnest=True))
        self.providers = Providers([self.adapter])
        self.sender = Sender(self.providers, lambda _: Said(self.text), clock=self.hand)
        self.who = someone(OPENID, kind=PointKind.WECHAT)
        self.agree()

    def agree(self):
        said = ConsentSaid(
            f"agreed-{uuid4().hex}",
            self.who.ref,
            ConsentKind.CHANNEL,
            ConsentState.GIVEN,
            channel=Channel.WECHAT,
        )
        record_consent(said, source=Source.API, actor=SETUP, now=NOW)

    def ask(self, message=TEMPLATE):
        wish = self.who.wish(Channel.WECHAT)
        asked = Asked(uuid4(), wish, Way.AGENDA, "account", message)
        return authorise(asked, actor=DIALLER, clock=self.hand)

    def carry(self, message=TEMPLATE):
        answer = self.ask(message)
        self.sender.carry()
        return answer

    def hear(self):
        fetch_receipts(self.providers, actor=SENDER, clock=self.hand)

    def told(self, inner, *, at=None, client=None, **given):
        """Let the platform tell something, by the address in the web."""
        query, body = called_back(inner, at or datetime.now(UTC), **given)
        return post(query, body)

    def point(self):
        with reading(SETUP):
            return ContactPoint.objects.get(pk=self.who.point_id)

    def withdrawn(self):
        with reading(SETUP):
            rows = Consent.objects.filter(contact_point_id=self.who.point_id)
            return [row.state for row in rows.order_by("id")]


def post(query, body):
    return Client().post(f"/w/account/?{urlencode(query)}", body, content_type="text/xml")


@pytest.fixture
def line(portfolio, tmp_path, monkeypatch):
    set_secrets(monkeypatch)
    with platform() as (taken, url):
        made = Line(tmp_path, taken, url)
        with override_settings(FORBEAR_CHANNELS=made.path):
            yield made
        made.adapter.close()


class TestSending:
    def test_approved_words_go_as_the_template_they_fit(self, line):
        answer = line.carry()

        assert state_of(answer) == (S.ACCEPTED, O.SENT)
        ((path, said),) = line.platform.taken
        assert path == "/cgi-bin/message/template/send"
        assert (said["touser"], said["client_msg_id"]) == (OPENID, answer.id.hex)
        assert said["data"]["amount2"] == {"value": "1,200.00元"}

        line.text = "快还钱"
        assert state_of(line.carry()) == (S.REJECTED, O.FAILED)
        assert len(line.platform.taken) == 1, "words that do not fit never leave"

    def test_free_words_go_within_48_hours_after_the_person_wrote(self, line):
        line.text = "您好，您的问题我们查好了。"
        refused = line.carry(FREE)
        assert state_of(refused)[0] is S.REJECTED
        assert line.platform.fetched == 0, "refused before anything is asked of the platform"

        now = datetime.now(UTC)
        line.hand.at = now.replace(hour=4) + timedelta(days=1)
        line.told(words("想问一下怎么还", OPENID, now))
        written = line.hand() + timedelta(hours=0)
        answer = line.carry(FREE)
        assert state_of(answer)[0] is S.ACCEPTED
        ((path, said),) = line.platform.taken
        assert path == "/cgi-bin/message/custom/send"
        assert said == {"touser": OPENID, "msgtype": "text", "text": {"content": line.text}}

        line.hand.at = written + timedelta(days=2)
        assert state_of(line.carry(FREE))[0] is S.REJECTED
        assert len(line.platform.taken) == 1

    def test_a_code_of_the_platform_is_a_definite_refusal(self, line):
        for code in (40037, 43101, 45009, 45047, 47003, 48001, 99999):
            line.platform.next = code
            assert state_of(line.carry()) == (S.REJECTED, O.FAILED)
        line.hand.on(hours=1)
        line.sender.carry()
        assert line.platform.taken == [], "no send is repeated"

        assert [seen.good for seen in line.adapter.check()] == [True, True]
        line.adapter._platform._base = "http://127.0.0.1:9"
        assert state_of(line.carry())[0] is S.REJECTED, "nobody at the other end costs nothing"
        assert line.platform.taken == [], "neither does a check send anything"

    @pytest.mark.parametrize(
        "wrong",
        [
            "reset",
            *(pytest.param(each, marks=pytest.mark.nightly) for each in ("error", "garbled", -1)),
        ],
    )
    def test_what_breaks_is_not_known_until_the_platform_tells(self, line, wrong):
        line.platform.next = wrong
        answer = line.carry()
        assert state_of(answer)[0] is S.UNKNOWN
        line.hand.on(minutes=3)
        settle(line.providers, actor=SENDER, clock=line.hand)
        assert state_of(answer)[0] is S.UNKNOWN

        # Its number never came, but exactly one message to that person is in doubt.
        real = datetime.now(UTC)
        line.hand.at = real
        with reading(SETUP):
            connection.cursor().execute("UPDATE contact_accountmessage SET left_at = %s", [real])
        line.told(event("TEMPLATESENDJOBFINISH", OPENID, real, MsgID="7", Status="success"))
        line.hand.on(minutes=2)
        line.hear()

        assert state_of(answer) == (S.ACCEPTED, O.DELIVERED)

    def test_whoever_cannot_be_reached_is_not_written_to_again(self, line):
        line.platform.next = 43004
        assert state_of(line.carry())[0] is S.REJECTED
        assert line.withdrawn()[-1] == ConsentState.WITHDRAWN
        assert not line.ask().allowed, "whoever does not follow"

        line.who = someone("oUnknown_0123456789-abcdefgh", kind=PointKind.WECHAT)
        line.agree()
        line.platform.next = 40003
        line.carry()
        assert line.point().quality == PointQuality.INVALID
        assert not line.ask().allowed, "and an id that the account does not know"


class TestReceipts:
    def test_a_finished_message_is_a_receipt(self, line):
        fates = {
            "success": O.DELIVERED,
            "failed: system failed": O.NOT_CONNECTED,
            "failed:user block": O.NOT_CONNECTED,
        }
        for number, (status, outcome) in enumerate(fates.items(), start=200228333):
            line.who = someone(f"oPerson_0123456789-{number}", kind=PointKind.WECHAT)
            line.agree()
            line.hand.at = NOON
            answer, now = line.carry(), datetime.now(UTC)
            inside = {"MsgID": str(number), "Status": f"<![CDATA[{status}]]>"}
            told = event("TEMPLATESENDJOBFINISH", f"oPerson_0123456789-{number}", now, **inside)

            assert [line.told(told).content for _ in range(2)] == [b"success"] * 2
            line.hand.at = datetime.now(UTC)
            line.hear()
            line.hear()

            assert state_of(answer) == (S.ACCEPTED, outcome)
            assert (ConsentState.WITHDRAWN in line.withdrawn()) is ("block" in status)

        line.hand.at = NOON
        line.who = someone(OPENID + "2", kind=PointKind.WECHAT)
        line.agree()
        answer, now = line.carry(), datetime.now(UTC)
        inside = (
            "<List><TemplateId>T</TemplateId><MsgID>200228336</MsgID>"
            "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List>"
        )
        line.told(event("subscribe_msg_sent_event", OPENID, now, SubscribeMsgSentEvent=inside))
        line.hand.at = datetime.now(UTC)
        line.hear()
        assert state_of(answer)[1] is O.DELIVERED, "a notice that was asked for tells it in a list"


class TestWhatPeopleDo:
    def test_words_bind_at_once_and_reach_whoever_listens(self, line, monkeypatch):
        heard = []

        def listener(said, _actor, _now):
            heard.append((said.debtor_id, said.channel, said.text))
            return ()

        monkeypatch.setitem(listen._LISTENERS, "test", listener)
        waits, now = line.ask(), datetime.now(UTC)
        query, body = called_back(words("退订", OPENID, now), now)
        assert [post(query, body).status_code for _ in range(3)] == [200, 200, 200]

        assert state_of(waits)[0] is S.WITHDRAWN
        assert not line.ask().allowed
        with reading(SETUP):
            (row,) = InboundMessage.objects.all()
        assert (row.channel, row.meanings, row.debtor_id) == ("WECHAT", "STOP", line.who.debtor_id)
        assert heard == [(line.who.debtor_id, Channel.WECHAT, "退订")]

    def test_to_unfollow_closes_wechat_and_to_follow_opens_nothing(self, line):
        waits = line.ask()
        line.told(event("unsubscribe", OPENID, datetime.now(UTC)))
        assert state_of(waits)[0] is S.WITHDRAWN
        line.told(event("subscribe", OPENID, datetime.now(UTC)))

        assert line.withdrawn() == [ConsentState.WITHDRAWN]
        assert not line.ask().allowed

        with reading(SETUP):
            before = ContactPoint.objects.count()
        line.told(event("subscribe", "oSomebodyElse_0123456789abcd", datetime.now(UTC)))
        line.told(words("你好", "oSomebodyElse_0123456789abcd", datetime.now(UTC)))

        with reading(SETUP):
            assert ContactPoint.objects.count() == before
            assert InboundMessage.objects.get().debtor_id is None


class TestTheAddress:
    def test_the_platform_s_greeting_is_answered(self, line):
        query, _ = called_back("", datetime.now(UTC))
        answer = Client().get(f"/w/account/?{urlencode({**query, 'echostr': '42'})}")

        assert (answer.status_code, answer.content) == (200, b"42")
        assert answer["Content-Type"].startswith("text/plain")
        query["signature"] = "0" * 40
        assert Client().get(f"/w/account/?{urlencode(query)}").status_code == 403

    def test_what_is_not_the_account_s_own_is_refused(self, line):
        now = datetime.now(UTC)
        inner = words("退订", OPENID, now)
        for wrong, at, given in (
            ("late", now - timedelta(minutes=6), {}),
            ("early", now + timedelta(minutes=6), {}),
            ("app", now, {"receiver": "wxffffffffffffffff"}),
            ("token", now, {"token": "other"}),
            ("damaged", now, {"cipher": "AAAA" * 16}),
            ("signature", now, {}),
            ("unsigned", now, {}),
            ("plain", now, {}),
        ):
            query, body = called_back(inner, at, **given)
            if wrong == "signature":
                query["msg_signature"] = "0" * 40
            if wrong == "unsigned":
                query = {"timestamp": query["timestamp"]}
            assert post(query, inner if wrong == "plain" else body).status_code == 403, wrong
        with reading(SETUP):
            assert not InboundMessage.objects.exists()
        assert Client().get("/w/other/").status_code == 404
        assert (
            Client().post("/w/account/", "x" * 70_000, content_type="text/xml").status_code == 404
        )


class TestToken:
    def test_one_of_many_workers_fetches_it(self, line):
        began, tokens = threading.Barrier(20), []

        def worker():
            access = Access("account", line.adapter._fetched, line.hand, wait_s=10)
            began.wait()
            try:
                tokens.append(access.token())
            finally:
                connection.close()

        for round_no in (1, 2):
            tokens.clear()
            threads = [threading.Thread(target=worker) for _ in range(20)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()

            assert tokens == [line.platform.token] * 20
            assert line.platform.fetched == round_no
            line.platform.made += 1
            line.hand.on(hours=3)

    def test_it_lies_sealed_and_one_that_counts_no_more_is_fetched_anew(self, line):
        line.carry()
        with reading(SETUP):
            row = AccountToken.objects.get()
        assert b"token-1" not in bytes(row.token.cell)

        line.platform.made += 1
        refused = line.carry()
        assert state_of(refused)[0] is S.REJECTED, "and the message itself is not sent again"
        assert state_of(line.carry())[0] is S.ACCEPTED
        assert line.platform.fetched == 2

    def test_a_process_that_died_while_it_fetched_holds_up_nobody_for_long(self, line):
        first = Access("account", lambda: 1 / 0, line.hand, wait_s=0.1)
        with pytest.raises(ZeroDivisionError):
            first.token()
        got = Fetched("fresh", timedelta(hours=2))
        second = Access("account", lambda: got, line.hand, wait_s=0.1)
        assert second.token() is None
        line.hand.on(seconds=21)
        assert second.token() == "fresh"

    def test_while_the_next_is_fetched_the_old_one_serves(self, line):
        fetched = [Fetched("one", timedelta(hours=2)), None]
        access = Access("account", lambda: fetched.pop(0), line.hand, wait_s=0.1)
        assert access.token() == "one"
        line.hand.on(minutes=117)
        assert access.token() == "one", "the platform was away, and the old one still counts"
        line.hand.on(minutes=4)
        assert Access("account", lambda: None, line.hand, wait_s=0.1).token() is None


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"env:WECHAT_SECRET"', "s3cret", "secret"),
        ("timeout_s: 2", "timeout_s: 30", "timeout_s"),
        ("wx0123456789abcdef", "w x", "app_id"),
        ('url: "https://lender', 'url: "http://lender', "url"),
        ("base_url: http://x", "base_url: http://api.example", "base_url"),
        ("{{thing1.DATA}}", "one", "text"),
    ],
)
def test_a_wrong_file_names_the_field(tmp_path, old, new, field):
    path = tmp_path / "channels.yaml"
    text = file_text("http://127.0.0.1:1").replace(
        "base_url: http://127.0.0.1:1", "base_url: http://x"
    )
    text = text.replace("{{amount2.DATA}}", "two") if field == "text" else text
    text = text.replace(old, new)
    if field != "base_url":
        text = text.replace("base_url: http://x", "base_url: https://x.example")
    path.write_text(text, encoding="utf-8")
    read_channels.cache_clear()

    with pytest.raises(InvalidChannels, match=field):
        read_channels(path)
