"""A one-time code that a person asked for leaves by the gate, says nothing of a debt, and is kept
nowhere once it has left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from forbear.contexts.contact.code import CodeToGo, send_code
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.condition import Unfit, register_condition
from forbear.contexts.contact.gate.stop import place_stop
from forbear.contexts.contact.gate.word import Cause, DispatchState, StopScope
from forbear.contexts.contact.models import Dispatch, WaitingWords
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.models import ContactPoint
from forbear.values.code import Channel, ContactPurpose, Language, PointQuality
from forbear.values.principal import system
from tests.support.gate import Desk, Hand, person
from tests.support.portfolio import SETUP

CODE, VALID, DOOR = "482177", timedelta(minutes=10), system("test")
LATE = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
"""Half past eleven at night in Shanghai."""
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(settings, "FORBEAR_PROVIDERS", ["simulated"])
    return Desk(hand=Hand(LATE))


@pytest.fixture
def who():
    return person()


def sent(desk, who, **given):
    """Send a code as an action does, with the person's row held."""
    with acting(DOOR):
        hold_person(who.debtor_id)
        return send_code(CodeToGo(who.debtor_id, CODE, VALID, **given), actor=DOOR, clock=desk.hand)


def row_of(gone):
    with reading(SETUP):
        return Dispatch.objects.select_related("attempt").get(permit_id=gone.permit_id)


def waiting():
    with reading(SETUP):
        return WaitingWords.objects.count()


def test_leaves_late_at_night_when_nobody_may_be_dunned(desk, who):
    assert not desk.ask(who, Channel.SMS).allowed

    gone = sent(desk, who)
    desk.sender().carry()

    assert gone.channel is Channel.SMS
    assert DispatchState(row_of(gone).state) is DispatchState.ACCEPTED
    (text,) = desk.heard.texts
    assert CODE in text
    assert not any(word in text for word in ("借款", "欠款", "还款", "逾期", "债"))


def test_speaks_the_language_of_the_page_on_which_it_was_asked_for(desk, who):
    sent(desk, who, language=Language.EN)
    desk.sender().carry()

    assert "is your code" in desk.heard.texts[0]


def test_waits_sealed_and_is_gone_once_it_left(desk, who):
    sent(desk, who)
    with acting(SETUP), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM contact_waitingwords w")
        ((kept,),) = cursor.fetchall()
    assert CODE not in kept
    assert CODE.encode().hex() not in kept

    desk.sender().carry()

    assert waiting() == 0


def test_goes_nowhere_once_it_is_of_no_use(desk, who):
    gone = sent(desk, who)
    desk.hand.on(minutes=11)
    desk.sender().carry()

    row = row_of(gone)
    assert (row.state, row.cause) == (DispatchState.WITHDRAWN.value, Cause.LAPSED.value)
    assert (desk.heard.texts, waiting()) == ([], 0)


def test_stops_with_everything_else(desk, who):
    waits = sent(desk, who)
    place_stop(StopScope.GLOBAL, "", reason="Test", actor=SETUP, now=desk.hand())

    refused = sent(desk, who)
    desk.sender().carry()

    assert refused.permit_id is None
    assert [reason.cause for reason in refused.reasons] == [Cause.STOPPED]
    assert DispatchState(row_of(waits).state) is DispatchState.WITHDRAWN
    assert (desk.heard.texts, waiting()) == ([], 0)


def test_does_not_need_a_night(desk, who, monkeypatch):
    monkeypatch.setattr(condition, "_CONDITIONS", dict(condition._CONDITIONS))
    stale = Unfit("STALE", "The night is too old.", "夜间结果已过期。")
    register_condition("test", lambda _now: stale, but={ContactPurpose.ACCESS})
    desk.hand.at = desk.hand.at.replace(hour=4)

    assert not desk.ask(who, Channel.SMS).allowed
    assert sent(desk, who).permit_id is not None


@pytest.mark.parametrize("quality", [PointQuality.WRONG_PERSON, PointQuality.INVALID])
def test_never_goes_to_a_number_that_is_not_the_person_s_any_more(desk, quality):
    who = person()
    with acting(SETUP):
        ContactPoint.objects.filter(pk=who.point_id).update(quality=quality.value)

    gone = sent(desk, who)

    assert gone.permit_id is None
    assert gone.reasons
    assert waiting() == 0


def test_is_taken_back_with_the_action_that_made_it(desk, who):
    class Failed(Exception):
        pass

    def fail():
        with acting(DOOR):
            hold_person(who.debtor_id)
            send_code(CodeToGo(who.debtor_id, CODE, VALID), actor=DOOR, clock=desk.hand)
            raise Failed

    with pytest.raises(Failed):
        fail()
    desk.sender().carry()

    assert (desk.heard.texts, waiting()) == ([], 0)
