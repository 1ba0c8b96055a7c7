"""Whatever the network does to a call, nothing is sent twice and the truth is found out."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.simulated.adapter import TRAITS, SimulatedService
from forbear.contexts.contact.channels.simulated.provider import FLAWLESS, Behaviour, Provider
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.values.code import Outcome
from tests.support.gate import Desk, Hand, compose, people, state_of
from tests.support.gate_wire import UNTAKEN, Told, Wire, wired

S, O = DispatchState, Outcome
WAITS = timedelta(seconds=0.3)


class Line:
    """A gate whose provider is at the other end of a socket."""

    def __init__(self, address: str, provider: Provider, told: Told, hand: Hand) -> None:
        self.provider, self.told, self.hand = provider, told, hand
        self.desk = Desk(hand=hand)
        self.service = SimulatedService(address, traits=replace(TRAITS, timeout=WAITS))
        self.providers = Providers([self.service])
        self.sender = Sender(self.providers, compose, clock=hand)

    def settle(self) -> None:
        settle(self.providers, actor=SENDER, clock=self.hand)


def line_with(behaviour: Behaviour):
    hand = Hand()
    provider = Provider(hand, behaviour=behaviour)
    with wired(provider) as (address, told):
        line = Line(address, provider, told, hand)
        yield line
        line.service._client.close()


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")


@pytest.fixture
def line(portfolio):
    yield from line_with(FLAWLESS)


@pytest.fixture
def doubled(portfolio):
    yield from line_with(replace(FLAWLESS, twice_ppt=1000))


@pytest.mark.parametrize("wire", Wire, ids=lambda wire: wire.name.lower())
def test_a_spoilt_call_is_not_known_and_then_settled(line, wire):
    (who,) = people(1)
    before, answer = line.desk.ask(who), None
    line.sender.carry()  # a connection is open, and kept
    assert state_of(before)[0] is S.ACCEPTED
    answer, line.told.next = line.desk.ask(who), wire

    done = line.sender.carry()

    assert (done.handed, done.failed) == (1, 0)
    assert state_of(answer) == (S.UNKNOWN, O.UNKNOWN)
    assert line.sender.carry().claimed == 0
    if wire in {Wire.SILENT, Wire.LATE}:
        assert line.told.done.wait(5)
    for minutes in (1, 2, 4):
        line.hand.on(minutes=minutes)
        line.settle()
    assert state_of(answer)[0] is (S.REJECTED if wire in UNTAKEN else S.ACCEPTED)
    assert line.sender.carry().claimed == 0
    ids = [entry.contact_id for entry in line.provider.ledger]
    assert ids == [before.id] + [answer.id] * (wire not in UNTAKEN)


def test_a_spoilt_call_goes_on_counting_until_it_is_known(line):
    (who,) = people(1)
    for wire in (Wire.RESET_UNREAD, Wire.RESET_TAKEN, Wire.ERROR):
        assert line.desk.ask(who).allowed
        line.told.next = wire
        line.sender.carry()
    assert not line.desk.ask(who).allowed

    for _ in range(2):
        line.hand.on(minutes=6)
        line.settle()

    assert line.desk.ask(who).allowed
    assert not line.desk.ask(who).allowed


def test_where_nobody_listens_nothing_was_sent(portfolio):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    hand = Hand()
    line = Line(address, Provider(hand), Told(), hand)
    (who,) = people(1)
    answer = line.desk.ask(who)

    line.sender.carry()

    assert state_of(answer) == (S.REJECTED, O.FAILED)
    line.service._client.close()


def test_what_swallows_every_packet_is_not_known(portfolio):
    """A listener whose queue is full: a connection is neither made nor refused."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        full = [socket.socket() for _ in range(4)]
        for each in full:
            each.setblocking(False)
            each.connect_ex(hole.getsockname())
        hand = Hand()
        line = Line(f"http://127.0.0.1:{hole.getsockname()[1]}", Provider(hand), Told(), hand)
        (who,) = people(1)
        answer = line.desk.ask(who)

        line.sender.carry()
        line.hand.on(minutes=10)
        line.settle()

        assert state_of(answer) == (S.UNKNOWN, O.UNKNOWN)
        line.service._client.close()
        for each in full:
            each.close()


def test_receipts_that_come_twice_count_once(doubled):
    (who,) = people(1)
    answers = [doubled.desk.ask(who) for _ in range(3)]
    doubled.sender.carry()

    come = doubled.service.receipts()
    taken = [take_receipt("simulated", one, actor=SENDER, now=one.at) for one in come]

    assert len(come) == 2 * len({one.event_id for one in come})
    assert taken.count(True) == taken.count(False) == len(come) // 2
    assert all(state_of(one)[0] is S.ACCEPTED for one in answers)
