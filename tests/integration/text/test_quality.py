"""How contacts end says whose a number is, and a doubtful one hears of no debt."""

from __future__ import annotations

from uuid import uuid4

import pytest

from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.gate.quality import FAILURES_IN_A_ROW
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.silence import best_first, doubt_silent
from forbear.contexts.contact.gate.worker import SENDER
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.queries.addressee import addressee
from forbear.values.code import Channel, Outcome, PointQuality
from tests.support.gate import Desk
from tests.support.inbound import someone
from tests.support.portfolio import SETUP, new_point

NUMBER = "13800138000"


@pytest.fixture
def desk(portfolio):
    return Desk()


def ends(desk, who, *outcomes):
    for outcome in outcomes:
        answer = desk.ask(who, Channel.SMS)
        assert answer.allowed, answer.reasons
        desk.sender().carry()
        told = Receipt(uuid4().hex, answer.id, outcome, desk.hand())
        take_receipt("simulated", told, actor=SENDER, now=desk.hand())
        desk.hand.on(days=3)


def quality(who):
    with reading(SETUP):
        return PointQuality(ContactPoint.objects.get(pk=who.point_id).quality)


def test_a_wrong_person_suspends_the_number_and_doubts_it_for_whoever_else_has_it(desk):
    who, other, third = someone(NUMBER), someone(NUMBER), someone("13900139000")

    ends(desk, who, Outcome.WRONG_PERSON)

    assert quality(who) is PointQuality.WRONG_PERSON
    assert quality(other) is PointQuality.DOUBTFUL
    assert quality(third) is PointQuality.UNTRIED
    assert not desk.ask(who, Channel.SMS).allowed


def test_only_failures_in_a_row_make_a_number_doubtful(desk):
    who = someone(NUMBER)
    ends(desk, who, *[Outcome.NOT_CONNECTED] * (FAILURES_IN_A_ROW - 1), Outcome.DELIVERED)
    assert quality(who) is PointQuality.UNTRIED

    ends(desk, who, *[Outcome.NOT_CONNECTED] * FAILURES_IN_A_ROW)

    assert quality(who) is PointQuality.DOUBTFUL


def test_a_doubtful_number_hears_of_no_debt_until_the_person_answered_there(desk):
    who = someone(NUMBER)
    ends(desk, who, *[Outcome.NOT_CONNECTED] * FAILURES_IN_A_ROW)
    assert not certain(desk, who)

    ends(desk, who, Outcome.CONVERSATION)

    assert quality(who) is PointQuality.CONFIRMED
    assert certain(desk, who)


def certain(desk, who):
    with reading(SETUP):
        return addressee(who.loan_id, who.point_id, now=desk.hand()).certain


def test_a_confirmed_number_at_which_nobody_was_reached_for_long_is_doubtful(desk):
    silent, reached, never = (someone(f"1390013900{each}") for each in range(3))
    ends(desk, silent, Outcome.CONVERSATION)
    ends(desk, reached, Outcome.CONVERSATION)
    desk.hand.on(days=300)
    ends(desk, reached, Outcome.RIGHT_PARTY)
    ends(desk, silent, Outcome.DELIVERED)
    assert doubt_silent(actor=SENDER, now=desk.hand()) == 0
    desk.hand.on(days=70)

    assert doubt_silent(actor=SENDER, now=desk.hand()) == 1
    assert doubt_silent(actor=SENDER, now=desk.hand()) == 0

    wanted = [PointQuality.DOUBTFUL, PointQuality.CONFIRMED, PointQuality.UNTRIED]
    assert [quality(each) for each in (silent, reached, never)] == wanted
    assert not certain(desk, silent)


def test_the_number_that_reaches_the_person_best_comes_first(desk):
    who = someone("13900139009")
    new_point(who.ref, address="13900139008")
    with reading(SETUP):
        rows = ContactPoint.objects.filter(debtor_id=who.debtor_id).order_by("pk")
        first, second = rows.values_list("pk", flat=True)
        assert best_first(who.debtor_id, [first, second], now=desk.hand()) == [first, second]
    ends(desk, who, Outcome.NOT_CONNECTED)
    with reading(SETUP):
        assert best_first(who.debtor_id, [first, second], now=desk.hand()) == [second, first]
