"""Many days of a small lender in one process, under a clock that jumps: the real code of the gate.

Everything follows from a seed: whom somebody wants to contact and when, what the provider does,
when a process dies and where, when somebody says stop. Two runs of a seed give the same trace.
"""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.channels.simulated.provider import Behaviour
from forbear.contexts.contact.gate.permit import LOST_AFTER
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.stop import place_stop, release_stop, stops_on
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.chaos import listening
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.values.code import Channel
from tests.support.gate import NOON, Desk, Hand, Person, compose
from tests.support.gate_ledger import SETTLED_WITHIN
from tests.support.portfolio import SETUP

MORNING = NOON - timedelta(hours=6)  # 06:00 in Shanghai
ROUGH = Behaviour(
    refused_ppt=20,
    lost_ppt=40,
    vanished_ppt=20,
    silent_ppt=50,
    twice_ppt=100,
    late_ppt=60,
    early_ppt=60,
    receipt_after=timedelta(seconds=20),
)
DEATHS_PPT = 15
PAUSES_MINUTES = (8, 14)
_HANGS = (
    "SELECT attempt_id FROM contact_dispatch WHERE state = 'INTENT' AND intent_at <= %s LIMIT 1"
)
assert timedelta(minutes=max(PAUSES_MINUTES)) + LOST_AFTER <= SETTLED_WITHIN


class Death(BaseException):
    """A process ends here. No handler of ours may catch it, as none catches a kill."""


def _up_to_eight(luck: random.Random) -> int:
    return luck.randrange(9)


def _three_a_week(luck: random.Random) -> int:
    lot = luck.randrange(280)
    return _CROWD if lot == 0 else int(lot <= 120)


_CROWD = 9


@dataclass(frozen=True)
class Book:
    """How many persons a lender has, for how many days, and how often one is wanted on a day."""

    people: int
    days: int
    wishes: Callable[[random.Random], int]

    @property
    def debtor_days(self) -> int:
        """How many days of a person one life holds."""
        return self.people * self.days


INTENSE = Book(people=12, days=3, wishes=_up_to_eight)
"""Everybody is wanted four times a day, so that every cap is met all the time."""
ORDINARY = Book(people=600, days=3, wishes=_three_a_week)
"""As a lender has it: three contacts a week, and now and then one person whom all want at once."""


@dataclass(order=True)
class _Event:
    at: datetime
    number: int
    do: Callable[[], None] = field(compare=False)


@dataclass
class Lives:
    """What a simulation keeps: the trace, and who had said stop since when."""

    people: list[Person]
    seed: int
    book: Book
    desk: Desk = field(init=False)
    trace: list[str] = field(default_factory=list)
    stopped_since: dict[str, datetime] = field(default_factory=dict)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.desk = Desk(hand=Hand(MORNING), behaviour=ROUGH, seed=self.seed)
        self._luck = random.Random(self.seed)
        self._events: list[_Event] = []
        self._number = 0
        self._sender = self._new_sender()

    @property
    def hash(self) -> str:
        """A hash of everything that happened, in order."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    def run(self) -> None:
        """Live through the days, and then long enough for everything to be settled."""
        luck, hand = self._luck, self.desk.hand
        days = self.book.days
        end = MORNING + timedelta(days=days)
        for who in self.people:
            for day in range(days):
                for _ in range(self.book.wishes(luck)):
                    at = MORNING + timedelta(days=day, seconds=luck.randrange(18 * 3600))
                    self._at(at, lambda who=who: self._ask(who))
        for _ in range(days):
            at = MORNING + timedelta(seconds=luck.randrange(days * 86_400))
            self._at(at, self._stop_all)
        step = MORNING
        while step < end + timedelta(hours=6):
            self._at(step, self._work)
            step += timedelta(minutes=luck.choice(PAUSES_MINUTES))
        with listening(self._die):
            while self._events:
                event = heapq.heappop(self._events)
                hand.at = max(hand.at, event.at)
                self._live(event.do)
        self._release()
        for _ in range(30):
            hand.on(minutes=20)
            self._work()

    def _at(self, at: datetime, do: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, _Event(at, self._number, do))

    def _live(self, do: Callable[[], None]) -> None:
        try:
            do()
        except Death as death:
            self.deaths += 1
            self.trace.append(f"{self.desk.hand.at} died at {death}")
            self._sender = self._new_sender()

    def _die(self, point: str) -> None:
        if self._luck.randrange(1000) < DEATHS_PPT:
            raise Death(point)

    def _new_sender(self) -> Sender:
        owner = UUID(int=self._luck.getrandbits(128), version=4)
        return Sender(self.desk.providers, compose, clock=self.desk.hand, owner=owner)

    def _ask(self, who: Person) -> None:
        number = UUID(int=self._luck.getrandbits(128), version=4)
        channel = self._luck.choice((Channel.VOICE, Channel.VOICE, Channel.BOT))
        answer = self.desk.ask(who, channel, id=number)
        said = "yes" if answer.allowed else ",".join(one.detail for one in answer.reasons)
        self.trace.append(f"{self.desk.hand.at} {who.ref[:1]} {number} {channel} {said}")

    def _stop_all(self) -> None:
        hand = self.desk.hand
        self._release()
        for who in self._luck.sample(self.people, 3):
            self._ask(who)
        number = place_stop(StopScope.GLOBAL, "", reason="drill", actor=SETUP, now=hand.at)
        left = len(self.desk.provider.ledger)
        self._work()
        assert len(self.desk.provider.ledger) == left, "something left while all was stopped"
        release_stop(number, actor=SETUP, now=hand.at)

    def _release(self) -> None:
        """Let go on what a life that ended had stopped."""
        for one in stops_on(actor=SETUP):
            release_stop(one.id, actor=SETUP, now=self.desk.hand.at)

    def _work(self) -> None:
        hand = self.desk.hand
        while self._sender.carry().claimed:
            hand.on(seconds=1)
        for told in self.desk.provider.due():
            receipt = Receipt(told.event_id, told.contact_id, told.outcome, told.at)
            new = take_receipt("simulated", receipt, actor=SENDER, now=hand.at)
            self.trace.append(f"{hand.at} {told.event_id} {told.outcome} {new}")
        done = settle(self.desk.providers, actor=SENDER, clock=hand)
        self.trace.append(f"{hand.at} {done}")
        self._nothing_hangs()

    def _nothing_hangs(self) -> None:
        """Whoever lives through one round leaves no contact between its intent and an answer.

        Rounds begin at most so far apart that each is known, or known not to be known, in time.
        """
        with reading(SETUP):
            hangs = ask(_HANGS, [self.desk.hand.at - LOST_AFTER])
            assert not hangs, "a contact hangs between its intent and an answer"


def kept(lives: Lives) -> list[str]:
    """Return how every contact of a simulation ended, by permit."""
    with reading(SETUP):
        rows = Dispatch.objects.select_related("attempt").order_by("permit_id")
        return [f"{row.permit_id} {row.state} {row.attempt.outcome}" for row in rows]
