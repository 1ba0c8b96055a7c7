"""Who promised and asked to be reminded is reminded once, truly, and not when they object."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.conf import settings

from forbear.contexts.arrangements.remind import remind as ask_gate
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.values.code import ContactPurpose
from tests.support.arrangement import answered, new_late, today
from tests.support.gate import Desk, Hand
from tests.support.portfolio import SETUP

DAYS = 1


@pytest.fixture
def late(api):
    return new_late(api)


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(settings, "FORBEAR_PROVIDERS", ["simulated"])
    before = today() + timedelta(days=DAYS - 1)
    return Desk(hand=Hand(datetime.combine(before, time(4), UTC)))


def promise(late, **given):
    said = {
        "ref": "V-1",
        "debtor_ref": late.ref,
        "loan_ref": late.loans[0],
        "amount_minor": 20_000,
        "due_date": str(today() + timedelta(days=DAYS)),
        "reminder": True,
    }
    answered(late.api.post("/promises", said | given), 201)


def remind(desk):
    return ask_gate(actor=SENDER, clock=desk.hand)


def sent():
    with reading(SETUP):
        rows = Dispatch.objects.filter(purpose=ContactPurpose.REMINDER.value)
        return [DispatchState(row.state) for row in rows]


def test_the_day_before_and_once(late, desk):
    promise(late)

    assert remind(desk) == 1
    remind(desk)

    assert sent() == [DispatchState.AUTHORISED]


def test_says_what_was_promised(late, desk):
    promise(late)
    remind(desk)
    Sender(desk.providers, compose, clock=desk.hand).carry()

    assert sent() == [DispatchState.ACCEPTED]
    assert "200.00" in desk.heard.texts[0]


@pytest.mark.parametrize("days", [-2, 2])
def test_not_on_another_day(late, desk, days):
    promise(late)
    desk.hand.on(days=days)

    assert remind(desk) == 0


def test_not_who_did_not_ask(late, desk):
    promise(late, reminder=False)

    assert remind(desk) == 0


def test_not_at_night_but_in_the_morning(late, desk):
    promise(late)
    desk.hand.on(hours=-8)
    desk.hand.on(hours=20)

    assert remind(desk) == 0
    desk.hand.on(hours=12)
    assert remind(desk) == 1


def test_not_during_a_dispute(late, desk):
    promise(late)
    remind(desk)
    said = {"ref": "D-1", "debtor_ref": late.ref, "loan_ref": late.loans[0], "reason": "NOT_MINE"}
    said |= {"intake": "PHONE", "text": "不是我借的", "received_date": str(today())}
    response = late.api.post("/disputes", said)
    assert response.status_code == 201, response.content.decode()

    assert sent() == [DispatchState.WITHDRAWN]


def agreed(late, inbox, **given):
    """Sign an arrangement whose first instalment lies tomorrow."""
    tomorrow = str(today() + timedelta(days=DAYS))
    late.signed("A-1", inbox, first_date=tomorrow, **given)
    return late.shown("A-1")["instalments"][0]["amount_minor"]


def want(late, *, wanted):
    return answered(late.api.post("/arrangements/A-1/reminder", {"wanted": wanted}))


def test_of_an_instalment_the_day_before_and_once(late, desk, inbox):
    budget = {"currency": "CNY", "can_pay_month_minor": 26_000}
    first = agreed(late, inbox, every="WEEK", budget=budget)
    assert (remind(desk), want(late, wanted=True)["reminder"]) == (0, True)

    assert remind(desk) == 1
    remind(desk)

    assert sent() == [DispatchState.AUTHORISED]
    Sender(desk.providers, compose, clock=desk.hand).carry()
    assert sent() == [DispatchState.ACCEPTED]
    assert f"{first // 100}.{first % 100:02}" in desk.heard.texts[0]


def test_of_no_instalment_that_is_paid_or_of_which_nobody_wants_to_hear(late, desk, inbox):
    first = agreed(late, inbox)
    want(late, wanted=True)
    answered(late.pay("Y-1", first), 201)
    assert remind(desk) == 0
    want(late, wanted=False)
    answered(late.undo("Y-1", first), 201)
    assert remind(desk) == 0
