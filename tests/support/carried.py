"""A gate whose text messages go through SMPP to a carrier, for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from forbear.contexts.contact.channels.kind import Cost, Entry, Setting
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.smpp.adapter import Settings, SmppAdapter
from forbear.contexts.contact.channels.smpp.craft import Form
from forbear.contexts.contact.channels.smpp.pdu import Numbered
from forbear.contexts.contact.channels.smpp.session import Peer
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise
from forbear.contexts.contact.gate.fetch import fetch_receipts
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.values.code import Channel, ContactPurpose, Outcome
from tests.support.gate import DIALLER, Hand, Person, Said, state_of

LONG = "【示例金融】您的分期款项今日到期，请在官方应用内查看并安排还款。" * 4
NAME = "carrier"


def smpp_settings(port: int, **given: object) -> Settings:
    """How to reach a carrier on this machine, impatiently."""
    peer = Peer(
        "127.0.0.1",
        port,
        "forbear",
        str(given.pop("password", "secret")),
        window=int(given.pop("window", 50)),
        wait_s=float(given.pop("wait_s", 2.0)),
        idle_s=float(given.pop("idle_s", 30.0)),
        again_s=(0.05, 0.2),
        tls=bool(given.get("ca_file")),
        ca_file=given.pop("ca_file", None),  # type: ignore[arg-type]  # a path or none
    )
    form = Form(Numbered("10690000"), **given.pop("form", {}))
    return Settings(
        peer=peer,
        receiver=peer if given.pop("pair", False) else None,
        form=form,
        per_second_max=float(given.pop("per_second_max", 5000)),
        valid_minutes=120,
        service="",
        answer_ids=str(given.pop("answer_ids", "text")),
        receipt_ids=str(given.pop("receipt_ids", "text")),
        query_after=given.pop("query_after", None),
    )


class Carried:
    """A gate, its clock, and one carrier."""

    def __init__(self, port: int, hand: Hand, home, text: str, **given: object) -> None:
        self.hand, self.text = hand, text
        entry = Entry(NAME, "smpp", frozenset({Channel.SMS}), None, Cost(5, "CNY"))
        self.adapter = SmppAdapter(
            entry, smpp_settings(port, **given), Setting(home, hand, in_earnest=False)
        )
        self.providers = Providers([self.adapter])
        self.sender = Sender(self.providers, lambda _: Said(self.text), clock=hand)

    def ask(self, who: Person, **given: object) -> Answer:
        """Ask the gate for a text message."""
        from uuid import uuid4

        purpose = given.pop("purpose", ContactPurpose.COLLECT)
        wish = who.wish(Channel.SMS, purpose)
        asked = Asked(uuid4(), wish, Way.AGENDA, NAME, ("cn.sms.due_soon", 1), **given)
        return authorise(asked, actor=DIALLER, clock=self.hand)

    def carry(self) -> None:
        """Carry what waits, and take in what came."""
        self.sender.carry(limit=200)
        self.hear()

    def hear(self) -> None:
        """Take in receipts."""
        fetch_receipts(self.providers, actor=SENDER, clock=self.hand)

    def settle(self) -> None:
        """Ask about what is not known."""
        settle(self.providers, actor=SENDER, clock=self.hand)

    def until(self, answer: Answer, *wanted: DispatchState | Outcome, seconds: float = 5) -> bool:
        """Hear until a contact stands so; say whether it came to."""
        return until(lambda: set(wanted) <= set(state_of(answer)), self.hear, seconds=seconds)


def until(
    good: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None, *, seconds: float = 5
) -> bool:
    """Wait until something holds; say whether it came to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        meanwhile()
        if good():
            return True
        time.sleep(0.01)
    return False


@contextmanager
def carrying(port: int, home, *, text: str = LONG, **given: object) -> Iterator[Carried]:
    """A gate with one carrier, closed at the end."""
    made = Carried(port, Hand(), home, text, **given)
    try:
        yield made
    finally:
        made.adapter.close()


A_MOMENT = timedelta(minutes=2)
"""After this long an answer that did not come is lost."""
