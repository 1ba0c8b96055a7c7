"""What people write back is kept, understood where it must be, and binds at once."""

from __future__ import annotations

import time
from dataclasses import replace
from uuid import uuid4

import pytest

from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.inbound import listen
from forbear.contexts.contact.inbound.keep import Came, keep
from forbear.contexts.contact.inbound.work import PARTS_WITHIN, work
from forbear.contexts.contact.models import Attempt, Dispatch, InboundMessage
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import ContactPoint, Hold
from forbear.contexts.protection.store import open_values
from forbear.values.code import Channel, HoldKind, Outcome
from forbear.values.principal import system
from tests.support.carried import NAME, carrying, until
from tests.support.gate import Desk, Hand, state_of
from tests.support.inbound import someone
from tests.support.portfolio import SETUP

S, O = DispatchState, Outcome
CARRIER = system("carrier")
NUMBER = "13800138000"


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def known(portfolio):
    return someone(NUMBER)


def came(text, hand, *, sender=f"+86{NUMBER}", **given):
    told = {"event_id": uuid4().hex, "channel": Channel.SMS, "at": hand(), **given}
    return Came(NAME, sender=sender, to="10690000", text=text, **told)


def take(message, hand):
    new = keep(message, actor=CARRIER, now=hand())
    work(actor=CARRIER, now=hand(), clock=hand)
    return new


def kept():
    with reading(SETUP):
        return list(InboundMessage.objects.order_by("id"))


def words_of(row, hand):
    with reading(SETUP):
        return open_values(row, "body", now=hand())["body"]


@pytest.mark.parametrize(
    "text",
    ["TD", "t", " 退订 ", "【TD】", "STOP", "Stop.", "ｔｄ", "别再给我发了", "unsubscribe me"],
)
def test_a_stop_word_ends_messages_and_takes_back_what_waits(known, hand, text):
    desk = Desk(hand=hand)
    waits, calls = desk.ask(known, Channel.SMS), desk.ask(known, Channel.VOICE)

    take(came(text, hand), hand)

    assert state_of(waits)[0] is S.WITHDRAWN
    assert state_of(calls)[0] is S.AUTHORISED
    assert not desk.ask(known, Channel.SMS).allowed
    (row,) = kept()
    assert (row.debtor_id, row.meanings, row.confirm_due) == (known.debtor_id, "STOP", False)


@pytest.mark.parametrize(
    "text", ["我周五发工资后还", "STOPPED by the bank today", "请问怎么还款？T恤"]
)
def test_other_words_are_kept_for_somebody_to_read_and_forbid_nothing(known, hand, text):
    desk = Desk(hand=hand)

    take(came(text, hand), hand)

    assert desk.ask(known, Channel.SMS).allowed
    (row,) = kept()
    assert (row.meanings, row.seen_at, words_of(row, hand)) == ("", None, text)
    with reading(SETUP):
        told = Attempt.objects.get(direction="INBOUND")
    assert (told.debtor_id, told.outcome) == (known.debtor_id, O.REPLIED.value)


def test_one_confirmation_is_asked_for_and_no_other_message_goes_out(known, hand):
    message = came("退订", hand)
    take(message, hand)
    assert not take(message, hand), "the same one told twice is one"
    take(came("退订", hand), hand)

    with reading(SETUP):
        asked = list(Dispatch.objects.values_list("purpose", "message_id", "state"))
    assert ("OPT_OUT_CONFIRMATION", "cn.sms.opt_out_confirmed", "AUTHORISED") in asked
    assert {purpose for purpose, _, _ in asked} == {"OPT_OUT_CONFIRMATION"}


def test_a_stranger_is_told_nothing_and_what_they_wrote_is_kept(known, hand):
    take(came("STOP, who are you?", hand, sender="+8613911112222"), hand)

    (row,) = kept()
    assert (row.debtor_id, row.confirm_due, row.state) == (None, False, "DONE")
    with reading(SETUP):
        assert not Dispatch.objects.exists()
    assert words_of(row, hand) == "STOP, who are you?"


def test_a_wrong_person_suspends_the_number_at_once(known, hand):
    desk = Desk(hand=hand)
    waits = desk.ask(known, Channel.VOICE)

    take(came("你们发错人了，我不认识他", hand), hand)

    with reading(SETUP):
        assert ContactPoint.objects.get(pk=known.point_id).quality == "WRONG_PERSON"
    assert state_of(waits)[0] is S.WITHDRAWN
    assert not desk.ask(known, Channel.VOICE).allowed


def test_a_number_of_two_persons_is_stopped_for_both(known, hand):
    other = someone(NUMBER)
    desk = Desk(hand=hand)

    take(came("TD", hand), hand)

    assert not desk.ask(known, Channel.SMS).allowed
    assert not desk.ask(other, Channel.SMS).allowed
    assert kept()[0].debtor_id is None, "whose it is cannot be told"


def test_distress_holds_everything_until_somebody_has_looked(known, hand):
    desk = Desk(hand=hand)
    waits = desk.ask(known, Channel.SMS)

    take(came("我不想活了", hand), hand)

    with reading(SETUP):
        kinds = set(Hold.objects.filter(debtor_id=known.debtor_id).values_list("kind", flat=True))
    assert HoldKind.SELF_HARM.value in kinds
    assert state_of(waits)[0] is S.WITHDRAWN
    assert "DISTRESS" in kept()[0].meanings


def test_a_fault_above_loses_no_message_and_no_opt_out(known, hand, monkeypatch):
    desk = Desk(hand=hand)
    with monkeypatch.context() as broken:
        broken.setitem(listen._LISTENERS, "broken", lambda *_: 1 / 0)
        take(came("退订", hand), hand)
        assert not desk.ask(known, Channel.SMS).allowed
        assert kept()[0].state == "HEARD"
    hand.on(minutes=2)

    work(actor=CARRIER, now=hand(), clock=hand)

    assert kept()[0].state == "DONE"


def test_a_long_message_is_put_together_in_any_order(known, hand):
    long = came("", hand, group="7/3", parts=3)
    for part, text in ((3, "三"), (1, "一"), (2, "二")):
        take(replace(long, event_id=f"e{part}", text=text, part=part), hand)
        hand.on(minutes=2)
        work(actor=CARRIER, now=hand(), clock=hand)

    whole = [row for row in kept() if row.state == "DONE"]
    assert [words_of(row, hand) for row in whole] == ["一二三"]


def test_a_part_that_never_comes_holds_up_the_others_only_for_a_while(known, hand):
    take(came("前半", hand, group="7/2", part=1, parts=2), hand)
    assert kept()[0].state == "KEPT"
    hand.at += PARTS_WITHIN

    work(actor=CARRIER, now=hand(), clock=hand)

    assert (kept()[0].state, words_of(kept()[0], hand)) == ("DONE", "前半")


def test_a_reply_by_a_carrier_stops_what_waits_within_a_second(known, tmp_path, smsc):
    with carrying(smsc.port, tmp_path) as gate:
        gate.hear()
        assert until(lambda: gate.adapter.check()[-1].good)
        waits = gate.ask(known)
        began = time.monotonic()
        answered = smsc.deliver(
            source=f"86{NUMBER}", target="10690000", octets="退订".encode("utf-16-be"), coding=8
        )
        assert answered == 0
        assert until(lambda: state_of(waits)[0] is S.WITHDRAWN)
        assert time.monotonic() - began < 1.0
