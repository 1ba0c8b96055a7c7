"""How is a permitted text message handed to a carrier, part by part, each once?

Everything that leaves is written down before. The parts of a message go one after another; the
first that is not taken ends it. A part that the carrier refused for haste was definitely not taken:
where earlier parts were, it is offered once more in its turn, since half a message helps nobody.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, connection

from forbear.contexts.contact.channels.kind import Entry, Setting
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Envelope,
    Handed,
    NotAccepted,
    NotKnown,
    Receipt,
    Seen,
    Traits,
)
from forbear.contexts.contact.channels.smpp.craft import Form, messages_of, target_of
from forbear.contexts.contact.channels.smpp.keeper import Keeper
from forbear.contexts.contact.channels.smpp.link import Link
from forbear.contexts.contact.channels.smpp.pace import Pace
from forbear.contexts.contact.channels.smpp.pdu import Command, Message, Pdu, Reader, Status, text
from forbear.contexts.contact.channels.smpp.receipt import Receipt as Said
from forbear.contexts.contact.channels.smpp.receipt import state_named
from forbear.contexts.contact.channels.smpp.session import NoAnswer, NotSent, Peer, Session
from forbear.contexts.contact.channels.smpp.store import Answered, Kept, Store
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.parts import PartState
from forbear.contexts.protection.normal import NotIndexable

_HASTE = {Status.THROTTLED, Status.QUEUE_FULL}
_IN_DOUBT = {Status.SYSTEM_ERROR, Status.UNKNOWN_ERROR}
"""An answer that says nothing about whether the message was taken."""
_WAIT_BOUND_S = 2.0
_ASKED_A_ROUND = 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file of channels says about one carrier. ``receiver`` null: one bind does both."""

    peer: Peer
    receiver: Peer | None
    form: Form
    per_second_max: float
    valid_minutes: int
    service: str
    answer_ids: str
    receipt_ids: str
    query_after: timedelta | None


class SmppAdapter:
    """One carrier. It connects when it is first needed."""

    def __init__(self, entry: Entry, settings: Settings, setting: Setting) -> None:
        """Take the settings; their secrets are open."""
        self._entry, self._settings, self._clock = entry, settings, setting.clock
        self._pace = Pace(settings.per_second_max)
        self._store = Store(
            entry.name,
            calling_code=settings.form.calling_code,
            receipt_ids=settings.receipt_ids,
            answer_ids=settings.answer_ids,
        )
        self._lock = threading.Lock()
        self._keeper: Keeper | None = None
        self._links: tuple[Link, ...] = ()

    @property
    def traits(self) -> Traits:
        """What it promises: our own record says whether anything left; receipts say the rest."""
        return Traits(
            name=self._entry.name,
            channels=self._entry.carries,
            timeout=timedelta(seconds=self._settings.peer.wait_s),
            asks=True,
            absent_final_after=timedelta(0),
            idempotent_for=None,
            receipts=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Submit a message, each part once."""
        until_s = time.monotonic() + self._settings.peer.wait_s
        try:
            target = target_of(envelope.address, self._settings.form)
        except NotIndexable:
            return NotAccepted("NO_NUMBER")
        wait_s = min(until_s, time.monotonic() + _WAIT_BOUND_S)
        session = self._sender().session(until_s=wait_s)
        if session is None:
            return NotAccepted("NO_CONNECTION")
        form = self._settings.form
        count = len(messages_of(envelope.text, target, reference=1, form=form))
        reference = self._store.begin(permit, envelope.address, count=count, now=self._clock())
        messages = messages_of(envelope.text, target, reference=reference, form=form)
        answers = self._submit(session, messages, until_s)
        self._remember(permit.id, answers)
        return _handed(answers[0])

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Return what is known here of a message: nothing leaves that was not written down."""
        return self._store.stand_of(permit_id)

    def receipts(self) -> list[Receipt]:
        """Return what is known of whole messages since the last time; connect where needed."""
        self._sender()
        if self._settings.query_after is not None:
            self._query(self._settings.query_after)
        return self._store.ripe(now=self._clock())

    def check(self) -> list[Seen]:
        """Bind and ask the carrier whether it is there; nothing is sent."""
        self._sender()
        seen = []
        for link in self._links:
            session = link.session(until_s=time.monotonic() + self._settings.peer.wait_s)
            if session is None:
                seen.append(Seen("bind", link.said, good=False))
                continue
            seen.append(Seen("bind", f"BOUND {session.system_id}".strip(), good=True))
            began_s = time.monotonic()
            try:
                until_s = began_s + self._settings.peer.wait_s
                session.request(Command.ENQUIRE, b"", until_s=until_s)
            except (NotSent, NoAnswer) as error:
                seen.append(Seen("enquire_link", type(error).__name__, good=False))
            else:
                took_ms = round((time.monotonic() - began_s) * 1000)
                seen.append(Seen("enquire_link", f"{took_ms} ms", good=True))
        return seen

    def close(self) -> None:
        """Unbind; what was delivered is stored first."""
        with self._lock:
            for link in self._links:
                link.close()
            if self._keeper is not None:
                self._keeper.close()
            self._links, self._keeper = (), None

    def _sender(self) -> Link:
        with self._lock:
            if self._keeper is None:
                self._keeper = Keeper(self._entry.name, self._store, self._clock)
                take, peer = self._keeper.take, self._settings.peer
                receiver = self._settings.receiver
                if receiver is None:
                    self._links = (Link(peer, Command.BIND_TRANSCEIVER, take),)
                else:
                    self._links = (
                        Link(peer, Command.BIND_TRANSMITTER, take),
                        Link(receiver, Command.BIND_RECEIVER, take),
                    )
            return self._links[0]

    def _submit(self, session: Session, messages: list[Message], until_s: float) -> list[Answered]:
        answers: list[Answered] = []
        for number, message in enumerate(messages, start=1):
            if answers and answers[-1].state is not PartState.TAKEN:
                answers.append(Answered(number, PartState.UNSENT))
                continue
            answer = self._offer(session, message, number, until_s)
            while number > 1 and answer.status in _HASTE and time.monotonic() < until_s:
                answer = self._offer(session, message, number, until_s)
            answers.append(answer)
        return answers

    def _offer(self, session: Session, message: Message, number: int, until_s: float) -> Answered:
        if not self._pace.take(until_s=until_s):
            return Answered(number, PartState.UNSENT)
        minutes = self._settings.valid_minutes
        body = message.encode(service=self._settings.service, validity=_validity(minutes))
        try:
            answer = session.request(Command.SUBMIT, body, until_s=until_s)
        except NotSent:
            return Answered(number, PartState.UNSENT)
        except NoAnswer:
            return Answered(number, PartState.SUBMITTED)
        if answer.status in _HASTE:
            self._pace.throttled()
        if answer.status in _IN_DOUBT:
            return Answered(number, PartState.SUBMITTED, status=answer.status)
        if answer.status != Status.OK:
            return Answered(number, PartState.REFUSED, status=answer.status)
        self._pace.taken()
        return Answered(number, PartState.TAKEN, Reader(answer.body).text()[:80])

    def _remember(self, permit_id: UUID, answers: list[Answered]) -> None:
        try:
            self._store.answered(permit_id, answers)
        except DatabaseError as error:
            # What the carrier said is known all the same; a receipt finds the message else.
            connection.close()
            _log.error("an answer was not kept", extra={"code": type(error).__name__})

    def _query(self, after: timedelta) -> None:
        """Ask for what was never told: the state of messages that were taken long ago."""
        session = self._sender().session(until_s=time.monotonic())
        if session is None:
            return
        now = self._clock()
        found = []
        source = self._settings.form.source
        for message_id in self._store.overdue(after=after, now=now, limit=_ASKED_A_ROUND):
            body = text(message_id) + source.encode()
            try:
                until_s = time.monotonic() + self._settings.peer.wait_s
                answer = session.request(Command.QUERY, body, until_s=until_s)
            except (NotSent, NoAnswer):
                break
            if answer.status == Status.OK:
                found.append(Kept(_queried(answer), "", now))
        if found:
            self._store.keep(found)


def _queried(answer: Pdu) -> Said:
    read = Reader(answer.body)
    message_id, _ = read.text(), read.text()
    state, error = read.number(), read.number()
    return Said(message_id, state_named(state), f"{error:03d}", None)


def _handed(first: Answered) -> Handed:
    if first.state is PartState.TAKEN:
        return Accepted(first.message_id)
    if first.state is PartState.SUBMITTED:
        return NotKnown(f"SMPP_{first.status:02X}" if first.status else "NO_ANSWER")
    if first.status in _HASTE:
        return NotAccepted("THROTTLED")
    return NotAccepted(f"SMPP_{first.status:02X}" if first.status else "NOT_SENT")


def _validity(minutes: int) -> str:
    """Return how long the carrier may try, in the protocol's relative form."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    return f"0000{days:02d}{hours:02d}{rest:02d}00000R"
