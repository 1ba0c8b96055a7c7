"""A permitted mail leaves once; what comes back of it, or because of it, is understood."""

from __future__ import annotations

import re
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.test import Client

from forbear.contexts.contact.channels.kind import Entry, Setting
from forbear.contexts.contact.channels.mail.adapter import MailAdapter, Settings
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.mail.report import Kind
from forbear.contexts.contact.mail.returned import take_mail
from forbear.contexts.contact.models import InboundMessage
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, ConsentKind, ConsentState, Outcome, PointKind
from tests.support.gate import DIALLER, Hand, Said, state_of
from tests.support.inbound import someone
from tests.support.mailroom import mailroom
from tests.support.portfolio import SETUP

S, O = DispatchState, Outcome
SUBJECT, TEXT = "给您的一份说明", "您好：\n这是一份说明。"
ADDRESS = "zhang@example.com"


class Post:
    """A gate whose mails go to one server, and one person who agreed to mails."""

    def __init__(self, room, home):
        self.room, self.hand = room, Hand()
        settings = Settings(
            host="127.0.0.1",
            port=room.port,
            tls="none",
            user="",
            password="",
            from_address="care@lender.example",
            from_name="示例消费金融",
            reply_to="",
            return_domain="bounces.lender.example",
            unsubscribe_url="https://lender.example/p/u",
            timeout_s=2,
        )
        entry = Entry("post", "mail", frozenset({Channel.EMAIL}))
        self.adapter = MailAdapter(entry, settings, Setting(home, self.hand, in_earnest=False))
        self.sender = Sender(
            Providers([self.adapter]), lambda _: Said(TEXT, SUBJECT), clock=self.hand
        )
        self.who = someone(ADDRESS, kind=PointKind.EMAIL)
        agreed = ConsentSaid(
            f"agreed-{uuid4().hex}",
            self.who.ref,
            ConsentKind.CHANNEL,
            ConsentState.GIVEN,
            channel=Channel.EMAIL,
        )
        record_consent(agreed, source=Source.API, actor=SETUP, now=self.hand())

    def ask(self):
        wish = self.who.wish(Channel.EMAIL)
        asked = Asked(uuid4(), wish, Way.AGENDA, "post", ("cn.email.overdue_factual", 1))
        return authorise(asked, actor=DIALLER, clock=self.hand)

    def carry(self):
        answer = self.ask()
        assert answer.allowed, answer.reasons
        self.sender.carry()
        return answer

    def quality(self):
        with reading(SETUP):
            return ContactPoint.objects.get(pk=self.who.point_id).quality


@pytest.fixture
def post(portfolio, tmp_path):
    with mailroom() as room:
        yield Post(room, tmp_path)


def shown(answer, word):
    """Return a page without what is new on every page."""
    assert answer.status_code == 200
    page = answer.content.decode().replace(word, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def report(post, *, action="failed", status="5.1.1", kind="delivery-status"):
    """What another server says of the last mail: RFC 3464, or RFC 5965."""
    told = EmailMessage()
    told["From"], told["To"] = "MAILER-DAEMON@example.com", post.room.back[-1]
    told["Subject"] = "Undelivered"
    body = (
        "Reporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; {ADDRESS}\nAction: {action}\nStatus: {status}\n"
    )
    if kind == "feedback-report":
        body = "Feedback-Type: abuse\nUser-Agent: Example/1\nVersion: 1\n"
    original = f"Message-ID: {post.room.mails[-1]['Message-ID']}\nSubject: x\n"
    whole = (
        f"From: MAILER-DAEMON@example.com\nTo: {post.room.back[-1]}\nSubject: Undelivered\n"
        f"MIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="B"\n\n'
        f"--B\nContent-Type: text/plain\n\nSorry.\n"
        f"--B\nContent-Type: message/{kind}\n\n{body}\n"
        f"--B\nContent-Type: text/rfc822-headers\n\n{original}\n--B--\n"
    )
    return whole.encode()


def test_a_mail_leaves_as_it_should(post):
    answer = post.carry()

    assert state_of(answer) == (S.ACCEPTED, O.SENT)
    (mail,) = post.room.mails
    assert (mail["Subject"], mail["To"]) == (SUBJECT, ADDRESS)
    assert mail["From"].addresses[0].display_name == "示例消费金融"
    assert mail.get_content().strip().replace("\r\n", "\n") == TEXT
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        r"<mailto:unsubscribe\+[0-9a-f]{48}@bounces.lender.example>,\s*"
        r"<https://lender.example/p/u/[0-9a-f]{48}>",
        mail["List-Unsubscribe"],
    )
    assert re.fullmatch(r"bounce\+[0-9a-f]{48}@bounces.lender.example", post.room.back[0])


@pytest.mark.parametrize(
    ("step", "answer", "stands"),
    [
        ("mail", "451 later", S.REJECTED),
        ("rcpt", "550 no such user", S.REJECTED),
        ("rcpt", "451 later", S.REJECTED),
        ("data", "554 no", S.REJECTED),
    ],
)
def test_a_refusal_is_definite(post, step, answer, stands):
    post.room.answers[step] = answer

    assert state_of(post.carry())[0] is stands
    assert post.room.mails == []
    assert post.quality() == ("INVALID" if answer.startswith("550") else "UNTRIED")


@pytest.mark.parametrize(
    ("step", "stands"), [("mail", S.REJECTED), ("rcpt", S.REJECTED), ("data", S.UNKNOWN)]
)
def test_a_server_that_vanishes_costs_no_second_mail(post, step, stands):
    post.room.vanishes = step

    answer = post.carry()

    assert state_of(answer)[0] is stands
    post.sender.carry()
    assert len(post.room.mails) == (step == "data")


@pytest.mark.parametrize(
    ("status", "action", "kind", "outcome", "quality"),
    [
        ("5.1.1", "failed", Kind.HARD_BOUNCE, O.NOT_CONNECTED, "INVALID"),
        ("5.2.2", "failed", Kind.SOFT_BOUNCE, O.NOT_CONNECTED, "UNTRIED"),
        ("4.4.1", "failed", Kind.SOFT_BOUNCE, O.NOT_CONNECTED, "UNTRIED"),
        ("4.4.1", "delayed", Kind.DELAYED, O.SENT, "UNTRIED"),
        ("2.0.0", "delivered", Kind.DELIVERED, O.DELIVERED, "UNTRIED"),
    ],
)
def test_a_bounce_is_read_and_a_hard_one_suspends_the_address(
    post, status, action, kind, outcome, quality
):
    answer = post.carry()

    for _ in range(2):
        took = take_mail(report(post, status=status, action=action), now=post.hand())

    assert (took.kind, took.ours) == (kind, True)
    assert state_of(answer)[1] is outcome
    assert post.quality() == quality
    assert post.ask().allowed == (quality != "INVALID")


def test_a_bounce_settles_a_mail_that_nobody_knew_of(post):
    post.room.vanishes = "data"
    answer = post.carry()
    assert state_of(answer)[0] is S.UNKNOWN

    take_mail(report(post), now=post.hand())

    assert state_of(answer) == (S.ACCEPTED, O.NOT_CONNECTED)


@pytest.mark.parametrize("way", ["complaint", "one_click", "mailto"])
def test_whoever_wants_no_more_mails_gets_none(post, way):
    post.carry()
    mail = post.room.mails[-1]
    word = re.search(r"/u/([0-9a-f]{48})", mail["List-Unsubscribe"])[1]
    if way == "complaint":
        take_mail(report(post, kind="feedback-report"), now=post.hand())
    elif way == "mailto":
        to = re.search(r"mailto:([^>]+)", mail["List-Unsubscribe"])[1]
        take_mail(f"From: {ADDRESS}\nTo: {to}\n\n\n".encode(), now=post.hand())
    else:
        sent = {"List-Unsubscribe": "One-Click"}
        assert Client(enforce_csrf_checks=True).get(f"/p/u/{word}/").status_code == 200
        assert post.ask().allowed, "looking at the link ends nothing"
        assert Client(enforce_csrf_checks=True).post(f"/p/u/{word}/", sent).status_code == 200

    assert not post.ask().allowed


def test_a_made_up_word_is_answered_alike_and_does_nothing(post):
    post.carry()
    client = Client()
    word = re.search(r"/u/([0-9a-f]{48})", post.room.mails[-1]["List-Unsubscribe"])[1]
    made_up = word[:-1] + ("0" if word[-1] != "0" else "1")

    fake = shown(client.post(f"/p/u/{made_up}/"), made_up)

    assert post.ask().allowed
    assert fake == shown(client.post(f"/p/u/{word}/"), word)


def test_an_answer_is_kept_without_what_it_quotes_and_a_stop_word_binds(post):
    post.carry()
    words = f"From: {ADDRESS}\nTo: care@lender.example\nMessage-ID: <1@x>\n\n退订\n\n> 您好\n"

    for _ in range(2):
        assert take_mail(words.encode(), now=post.hand()).kind is Kind.WORDS

    with reading(SETUP):
        (row,) = InboundMessage.objects.all()
    assert (row.debtor_id, row.meanings) == (post.who.debtor_id, "STOP")
    assert not post.ask().allowed


@pytest.mark.parametrize("octets", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/report\n\n--"])
def test_no_mail_is_too_broken_to_be_kept(post, octets):
    assert take_mail(octets, now=post.hand()).kind in set(Kind)


def test_a_check_says_what_it_saw_and_sends_nothing(post):
    assert [seen.good for seen in post.adapter.check()] == [True, True]
    assert post.room.mails == []
