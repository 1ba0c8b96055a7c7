"""However a clock is set, back or ahead, nobody is contacted at night or above a cap of the day."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

import pytest

from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.channels.simulated.provider import Behaviour
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.worker import SENDER
from forbear.contexts.database.chaos import listening
from tests.faults.test_gate_kill import ledger_of, said_of, whose
from tests.support.gate import NOON, Desk, Hand, people
from tests.support.gate_ledger import Limits, faults

pytestmark = pytest.mark.usefixtures("portfolio")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = Limits(6, 3, 8, 22, "Asia/Shanghai", {})
EVENING = NOON + timedelta(hours=9, minutes=30)  # 21:30 there
SOME_LOST = Behaviour(refused_ppt=50, lost_ppt=50, vanished_ppt=50, late_after=HOUR)


def test_a_clock_that_is_set_back_forgets_no_contact():
    desk, (who,) = Desk(), people(1)
    assert all(desk.ask(who).allowed for _ in range(3))

    desk.hand.at -= timedelta(hours=2)

    assert desk.ask(who).reasons[0].detail == "cn.calls.effective_daily"


def test_at_midnight_a_new_day_begins_and_what_was_set_back_counts_for_both():
    desk, (who,) = Desk(), people(1)
    assert all(desk.ask(who).allowed for _ in range(3))
    desk.hand.at = NOON + DAY
    assert all(desk.ask(who).allowed for _ in range(3))
    assert not desk.ask(who).allowed

    desk.hand.at = NOON

    assert not desk.ask(who).allowed


@pytest.mark.parametrize("seed", range(4))
def test_steps_across_the_evening_and_midnight_leave_no_fault(seed):
    """Clocks jump between any two steps, also between the decision, the intent and the call."""
    _jump(seed, 60)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_more_steps_leave_no_fault(seed):
    _jump(seed, 200)


def _jump(seed: int, times: int) -> None:
    luck, desk = random.Random(seed), Desk(hand=Hand(EVENING), behaviour=SOME_LOST, seed=seed)
    persons, sender = people(3), desk.sender()

    def jump(_point: str = "") -> None:
        if luck.random() < 0.1:
            desk.hand.at += luck.choice((-HOUR, HOUR, -2 * HOUR, 2 * HOUR, timedelta(minutes=-31)))

    with listening(jump):
        for _ in range(times):
            desk.hand.on(minutes=luck.choice((1, 5, 20, 90)))
            jump()
            for _ in range(luck.randrange(4)):
                desk.ask(luck.choice(persons), id=UUID(int=luck.getrandbits(128), version=4))
            if luck.random() < 0.7:
                sender.carry(limit=5)
            if luck.random() < 0.3:
                desk.hand.at = max(desk.hand.at, NOON + DAY * luck.randrange(3))
            _settled(desk)
    for _ in range(20):
        desk.hand.on(hours=1)
        sender.carry()
        _settled(desk)

    ledger = ledger_of(desk.provider)
    found = faults(
        ledger, said_of(persons), whose=whose(persons), limits=LIMITS, now=desk.hand.at + HOUR
    )

    # A call is on its way when the clock jumps: by the new clock it seems to precede its intent, or
    # to leave at night.
    on_the_way = {one.split()[0] for one in found if "left before its intent" in one}
    assert [one for one in found if one.split()[0] not in on_the_way] == []
    assert len(ledger) > 5


def _settled(desk: Desk) -> None:
    for told in desk.provider.due():
        receipt = Receipt(told.event_id, told.contact_id, told.outcome, told.at)
        take_receipt("simulated", receipt, actor=SENDER, now=desk.hand())
    settle(desk.providers, actor=SENDER, clock=desk.hand)
