"""How contacts end says whose a number is, and a doubtful one hears of no debt."""

from __future__ import annotations

from uuid import uuid4

import pytest

from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.gate.quality import FAILURES_IN_A_ROW
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.worker import SENDER
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.queries.addressee import addressee
from forbear.values.code import Channel, Outcome, PointQuality
from tests.support.gate import Desk
from tests.support.inbound import someone
from tests.support.portfolio import SETUP

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
