"""What becomes of a contact that left: lost answers, refusals, receipts in any order."""

from __future__ import annotations

from uuid import uuid4

import pytest

from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.simulated.adapter import SimulatedAdapter
from forbear.contexts.contact.channels.simulated.provider import Behaviour
from forbear.contexts.contact.gate.claim import claim
from forbear.contexts.contact.gate.intent import intend
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.send import hand_over, keep
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.gate.worker import SENDER
from forbear.values.code import Channel, Outcome
from tests.support.gate import NOON, Desk, compose, person, state_of

S, O = DispatchState, Outcome
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def who():
    return person()


class TestFate:
    def test_a_definite_no_gives_the_debit_back(self, who):
        desk = Desk(behaviour=Behaviour(refused_ppt=1000))
        answer = desk.ask(who)

        desk.sender().carry()

        assert state_of(answer) == (S.REJECTED, O.FAILED)
        assert all(desk.ask(who).allowed for _ in range(3))

    def test_a_lost_answer_counts_as_sent_until_the_provider_says(self, who):
        desk = Desk(behaviour=Behaviour(refused_ppt=0, vanished_ppt=0, lost_ppt=1000))
        answer = desk.ask(who, Channel.VOICE)
        desk.sender().carry()
        assert state_of(answer) == (S.UNKNOWN, O.UNKNOWN)

        desk.hand.on(seconds=10)
        told = settle(desk.providers, actor=SENDER, clock=desk.hand)

        assert told.accepted == 1
        assert state_of(answer)[0] is S.ACCEPTED
        assert len(desk.provider.ledger) == 1

    def test_an_absence_is_final_only_when_the_provider_promises_it(self, who):
        desk = Desk(behaviour=Behaviour(refused_ppt=0, vanished_ppt=1000))
        answer = desk.ask(who)
        desk.sender().carry()
        desk.hand.on(seconds=10)

        assert settle(desk.providers, actor=SENDER, clock=desk.hand).unknown == 1
        assert state_of(answer) == (S.UNKNOWN, O.UNKNOWN)
        desk.hand.on(minutes=10)
        assert settle(desk.providers, actor=SENDER, clock=desk.hand).rejected == 1
        assert state_of(answer) == (S.REJECTED, O.FAILED)
        assert len(desk.provider.ledger) == 1

    def test_an_intent_without_an_answer_is_found_and_asked_about(self, desk, who):
        answer = desk.ask(who)
        (one,) = claim(uuid4(), providers=("simulated",), limit=5, actor=SENDER, clock=desk.hand)
        leave = intend(one, compose=compose, actor=SENDER, clock=desk.hand)
        handed = hand_over(leave, desk.providers.named("simulated"), clock=desk.hand)
        desk.hand.on(seconds=61)  # the worker has died, or sleeps

        told = settle(desk.providers, actor=SENDER, clock=desk.hand)
        assert told.lost == 1
        assert not keep(leave.permit, handed, actor=SENDER, clock=desk.hand)
        desk.hand.on(seconds=10)
        settle(desk.providers, actor=SENDER, clock=desk.hand)

        assert state_of(answer)[0] is S.ACCEPTED
        assert len(desk.provider.ledger) == 1

    def test_whoever_dies_while_asking_is_followed_by_another(self, who):
        class Dies(SimulatedAdapter):
            def look_up(self, permit_id):
                raise KeyboardInterrupt

        desk = Desk(behaviour=Behaviour(refused_ppt=0, vanished_ppt=0, lost_ppt=1000))
        answer = desk.ask(who)
        desk.sender().carry()
        desk.hand.on(seconds=10)
        with pytest.raises(KeyboardInterrupt):
            settle(Providers([Dies(desk.provider)]), actor=SENDER, clock=desk.hand)

        desk.hand.on(minutes=2)
        settle(desk.providers, actor=SENDER, clock=desk.hand)

        assert state_of(answer)[0] is S.ACCEPTED

    def test_a_provider_that_was_away_for_a_day_is_asked_soon_after_it_is_back(self, who):
        class Away(SimulatedAdapter):
            def look_up(self, permit_id):
                raise ConnectionError

        desk = Desk(behaviour=Behaviour(refused_ppt=0, vanished_ppt=0, lost_ppt=1000))
        away = Providers([Away(desk.provider)])
        answer = desk.ask(who)
        desk.sender().carry()
        for _ in range(100):
            desk.hand.on(minutes=15)
            settle(away, actor=SENDER, clock=desk.hand)
        assert state_of(answer)[0] is S.UNKNOWN

        desk.hand.on(minutes=15)
        settle(desk.providers, actor=SENDER, clock=desk.hand)

        assert state_of(answer)[0] is S.ACCEPTED

    def test_after_three_days_nobody_is_asked_and_it_still_counts(self, who):
        desk = Desk(behaviour=Behaviour(refused_ppt=0, vanished_ppt=0, lost_ppt=1000))
        answer = desk.ask(who)
        desk.sender().carry()
        desk.hand.on(hours=73)

        assert settle(desk.providers, actor=SENDER, clock=desk.hand).accepted == 0
        assert state_of(answer) == (S.UNKNOWN, O.UNKNOWN)


class TestReceipts:
    def receipt(self, answer, outcome, number=1):
        return Receipt(f"event-{number}", answer.id, outcome, NOON)

    def take(self, desk, *receipts):
        return [take_receipt("simulated", one, actor=SENDER, now=desk.hand()) for one in receipts]

    def test_count_once_in_whatever_order(self, desk, who):
        answer = desk.ask(who, Channel.VOICE)
        desk.sender().carry()
        talked, rang = (
            self.receipt(answer, O.CONVERSATION, 2),
            self.receipt(answer, O.RANG, 1),
        )

        taken = self.take(desk, talked, rang, talked, rang)

        assert taken == [True, True, False, False]
        assert state_of(answer) == (S.ACCEPTED, O.CONVERSATION)

    def test_before_the_answer_settle_that_it_was_taken(self, desk, who):
        answer = desk.ask(who)
        (one,) = claim(uuid4(), providers=("simulated",), limit=5, actor=SENDER, clock=desk.hand)
        leave = intend(one, compose=compose, actor=SENDER, clock=desk.hand)
        handed = hand_over(leave, desk.providers.named("simulated"), clock=desk.hand)
        self.take(desk, self.receipt(answer, O.ANSWERED))

        assert not keep(leave.permit, handed, actor=SENDER, clock=desk.hand)

        assert state_of(answer) == (S.ACCEPTED, O.ANSWERED)

    def test_of_what_was_said_never_to_have_been_taken_debit_it_again(self, who):
        desk = Desk(behaviour=Behaviour(refused_ppt=1000))
        answer = desk.ask(who)
        desk.sender().carry()
        assert state_of(answer) == (S.REJECTED, O.FAILED)

        self.take(desk, self.receipt(answer, O.ANSWERED))

        assert state_of(answer) == (S.ACCEPTED, O.ANSWERED)

    def test_of_something_else_change_nothing(self, desk):
        stray = Receipt("event-9", uuid4(), O.ANSWERED, NOON)

        assert self.take(desk, stray, stray) == [True, False]
