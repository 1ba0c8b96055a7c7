"""A letter lies ready once, goes to print in one batch, and its return ends the address."""

from __future__ import annotations

import csv
import hashlib
from uuid import uuid4

import pypdfium2
import pytest

from forbear.contexts.contact.channels.kind import Entry, Setting
from forbear.contexts.contact.channels.letter.adapter import LetterAdapter
from forbear.contexts.contact.channels.letter.kind import Read
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.letters import NoLetters, NoSuchLetter, make_batch, tell_of_letter
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.debtor import change_debtor
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, Outcome, PointKind
from tests.support.gate import DIALLER, Hand, Said, state_of
from tests.support.inbound import someone
from tests.support.portfolio import SETUP

S, O = DispatchState, Outcome
ADDRESS = "浙江省杭州市示例路 1 号\n3 幢 402 室"
TEXT = "您好：\n\n这是一封示例信。#let x = 1 [不是命令]\n\n此致"


class Post:
    def __init__(self, home):
        self.home, self.hand = home, Hand()
        entry = Entry("printer", "letter", frozenset({Channel.LETTER}))
        setting = Setting(home, self.hand, in_earnest=True)
        self.adapter = LetterAdapter(entry, Read("示例消费金融 · 示例市", "zh"), setting)
        self.sender = Sender(
            Providers([self.adapter]), lambda _: Said(TEXT, "关于您的借款"), clock=self.hand
        )
        self.who = someone(ADDRESS, kind=PointKind.POSTAL)

    def named(self):
        change_debtor(
            self.who.ref, {"name": "张示例"}, source=Source.API, actor=SETUP, now=self.hand()
        )

    def ask(self):
        wish = self.who.wish(Channel.LETTER)
        asked = Asked(uuid4(), wish, Way.AGENDA, "printer", ("cn.letter.overdue", 1))
        return authorise(asked, actor=DIALLER, clock=self.hand)

    def carry(self):
        answer = self.ask()
        assert answer.allowed, answer.reasons
        self.sender.carry()
        return answer


@pytest.fixture
def post(portfolio, tmp_path):
    made = Post(tmp_path)
    made.named()
    return made


def test_a_letter_is_set_with_its_address_in_the_window(post):
    answer = post.carry()

    assert state_of(answer) == (S.ACCEPTED, O.SENT)
    (path,) = (post.home / "letters" / "printer" / "ready").glob("*.pdf")
    assert path.stat().st_mode & 0o077 == 0
    page = pypdfium2.PdfDocument(path)[0]
    # A window shows 85 by 45 mm, 20 mm from the left and 45 from the top.
    mm = 72 / 25.4
    text = page.get_textpage()
    height = page.get_height()
    seen = text.get_text_bounded(20 * mm, height - 90 * mm, 105 * mm, height - 45 * mm)
    assert all(line in seen for line in ("张示例", *ADDRESS.split("\n")))
    assert "借款" not in seen
    assert "#let x = 1 [不是命令]" in text.get_text_bounded().replace("\r\n", "")


def test_a_batch_holds_each_letter_once_with_its_hash(post):
    post.carry()
    batch = make_batch(post.home, "printer", now=post.hand())

    rows = list(csv.DictReader(batch.manifest.open(encoding="utf-8", newline="")))
    assert len(rows) == batch.letters == 1
    octets = (batch.folder / rows[0]["file"]).read_bytes()
    assert rows[0]["sha256"] == hashlib.sha256(octets).hexdigest()
    with pytest.raises(NoLetters):
        make_batch(post.home, "printer", now=post.hand())


def test_a_letter_that_was_written_is_found_and_one_that_was_not_is_absent(post):
    from forbear.contexts.contact.channels.port import Absent, Accepted

    answer = post.carry()
    assert isinstance(post.adapter.look_up(answer.id), Accepted)
    batch = make_batch(post.home, "printer", now=post.hand())
    (batch.folder / f"{answer.id}.pdf").unlink()
    assert isinstance(post.adapter.look_up(answer.id), Accepted), "its page was printed and deleted"
    assert isinstance(post.adapter.look_up(uuid4()), Absent)


def test_a_returned_letter_ends_the_address(post):
    answer = post.carry()

    assert tell_of_letter(answer.id, O.NOT_CONNECTED, actor=SETUP, now=post.hand())
    assert not tell_of_letter(answer.id, O.NOT_CONNECTED, actor=SETUP, now=post.hand())

    assert state_of(answer)[1] is O.NOT_CONNECTED
    with reading(SETUP):
        assert ContactPoint.objects.get(pk=post.who.point_id).quality == "INVALID"
    post.hand.on(days=30)
    assert not post.ask().allowed
    with pytest.raises(NoSuchLetter):
        tell_of_letter(uuid4(), O.DELIVERED, actor=SETUP, now=post.hand())


def test_without_a_name_nothing_is_written(portfolio, tmp_path):
    post = Post(tmp_path)
    with reading(SETUP):
        from forbear.contexts.portfolio.models import Debtor

        named = Debtor.objects.get(pk=post.who.debtor_id).name is not None
    if named:
        pytest.skip("whoever is made for tests has a name")

    assert state_of(post.carry())[0] is S.REJECTED
    assert not list(tmp_path.rglob("*.pdf"))


def test_a_check_sets_a_page(post):
    assert [seen.good for seen in post.adapter.check()] == [True]
