"""How is what a carrier delivers stored first, and acknowledged only then?

One thread takes what has come in batches: one transaction, then an answer for each. What cannot be
stored is answered with "later", so that the carrier keeps it.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection

from forbear.contexts.contact.channels.smpp.craft import Piece, read_piece, sender_of
from forbear.contexts.contact.channels.smpp.pdu import (
    Malformed,
    Message,
    Pdu,
    Status,
    read_message,
    text,
)
from forbear.contexts.contact.channels.smpp.receipt import is_receipt, read_receipt
from forbear.contexts.contact.channels.smpp.session import Session
from forbear.contexts.contact.channels.smpp.store import CARRIER, Kept, Store
from forbear.contexts.contact.inbound.keep import Came, keep_within
from forbear.contexts.contact.inbound.work import work
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting
from forbear.values.code import Channel

_BATCH = 200
_SAME_S = 600
_DONE = text("")
_log = logging.getLogger(__name__)
_Came = tuple[Session, Pdu]


class Keeper:
    """Stores what one carrier delivers."""

    def __init__(self, provider: str, store: Store, clock: Callable[[], datetime]) -> None:
        """Begin, in a thread of its own."""
        self._provider, self._store, self._clock = provider, store, clock
        self._waiting: queue.Queue[_Came | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="smpp-keep", daemon=True)
        self._thread.start()

    def take(self, session: Session, pdu: Pdu) -> None:
        """Take a delivery; it is stored and answered soon."""
        self._waiting.put((session, pdu))

    def close(self) -> None:
        """Store what has come, and end."""
        self._waiting.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            ending = False
            while not ending:
                batch, ending = self._next()
                if batch and not self._keep(batch):
                    # One that cannot be stored must not hold up the others.
                    for one in batch:
                        if not self._keep([one]):
                            one[0].answer(one[1], Status.TRY_LATER, _DONE)
        finally:
            connection.close()

    def _next(self) -> tuple[list[_Came], bool]:
        batch: list[_Came] = []
        while len(batch) < _BATCH:
            try:
                one = self._waiting.get(block=not batch)
            except queue.Empty:
                break
            if one is None:
                return batch, True
            batch.append(one)
        return batch, False

    def _keep(self, batch: Sequence[_Came]) -> bool:
        now = self._clock()
        try:
            receipts, words = self._sorted([pdu for _, pdu in batch], now)
            with acting(CARRIER):
                if receipts:
                    self._store.keep_within(receipts)
                for came in words:
                    keep_within(came, now=now)
                chaos("smpp.keep.before_commit")
        except Exception as error:  # noqa: BLE001  # the carrier keeps it, and delivers it again
            connection.close()
            _log.error("a delivery could not be stored", extra={"code": type(error).__name__})
            return False
        chaos("smpp.keep.after_commit")
        for session, pdu in batch:
            session.answer(pdu, Status.OK, _DONE)
        if words:
            self._work()
        return True

    def _work(self) -> None:
        try:
            work(actor=CARRIER, now=self._clock())
        except Exception as error:  # noqa: BLE001  # it is stored, and worked on again later
            connection.close()
            _log.error("a message that came waits", extra={"code": type(error).__name__})

    def _sorted(self, pdus: Sequence[Pdu], now: datetime) -> tuple[list[Kept], list[Came]]:
        receipts, words = [], []
        for pdu in pdus:
            try:
                message = read_message(pdu.body)
            except Malformed:
                _log.error("a delivery cannot be read", extra={"code": "MALFORMED"})
                continue
            sender = sender_of(message.source)
            if is_receipt(message):
                receipts.append(Kept(read_receipt(message), sender, now))
            else:
                words.append(self._came(message, sender, read_piece(message), now))
        return receipts, words

    def _came(self, message: Message, sender: str, piece: Piece, now: datetime) -> Came:
        # The protocol gives what people write no id: the same words of the same number within some
        # minutes are taken for one message that was delivered twice.
        said = f"{sender}\0{message.target.address}\0{piece.group}\0{piece.number}\0".encode()
        when = str(int(now.timestamp()) // _SAME_S).encode()
        digest = hashlib.sha256(said + message.octets + when).hexdigest()
        return Came(
            provider=self._provider,
            event_id=digest,
            channel=Channel.SMS,
            sender=sender,
            to=message.target.address,
            text=piece.text,
            at=now,
            group=piece.group,
            part=piece.number,
            parts=piece.total,
        )
