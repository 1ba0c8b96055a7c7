"""How is one bound connection to a carrier kept: asked, answered, and found to be dead?

A thread of its own reads. What the carrier delivers is handed on and answered later, by whoever
has stored it: until then the carrier keeps it and delivers it again.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from select import select

from forbear.contexts.contact.channels.smpp.pdu import (
    ANSWER,
    HEADER,
    Command,
    Malformed,
    Pdu,
    Reader,
    Status,
    bind_body,
    head,
)

_READ_BYTES = 65_536
_TICK_S = 0.5
_NUMBER_MAX = 0x7FFFFFFF
_log = logging.getLogger(__name__)


class NotSent(ConnectionError):
    """Nothing of it left: the connection was gone, or too much was under way."""


class NoAnswer(TimeoutError):
    """It left, or part of it, and no answer came."""


class BindRefused(ConnectionError):
    """The carrier does not let us in; ``status`` says why."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"bind refused: 0x{status:02X}")


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom to speak to, and how. Times in seconds.

    ``window``: how many requests may be without an answer; ``wait_s``: how long an answer may
    take; ``idle_s``: after how long a silence the carrier is asked whether it is still there.
    ``again_s``: the shortest and longest pause before a connection is tried again. ``ca_file``: who
    vouches for the carrier's certificate; null: those whom this machine trusts.
    """

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    addresses: str = ""
    tls: bool = False
    ca_file: str | None = None
    window: int = 10
    wait_s: float = 10.0
    idle_s: float = 30.0
    again_s: tuple[float, float] = (1.0, 60.0)


@dataclass(slots=True)
class _Waiting:
    came: threading.Event = field(default_factory=threading.Event)
    answer: Pdu | None = None


class Session:
    """One bound connection. ``deliver`` is called by the reading thread and must not wait."""

    def __init__(self, peer: Peer, bind: Command, deliver: Callable[[Session, Pdu], None]) -> None:
        """Connect and bind.

        Raises:
            OSError: there is no connection, or it broke.
            BindRefused: the carrier said no.
        """
        self._peer, self._deliver = peer, deliver
        self._window = threading.BoundedSemaphore(peer.window)
        self._lock, self._closed = threading.Lock(), threading.Event()
        self._waiting: dict[int, _Waiting] = {}
        self._number, self._heard_s, self._asked_s = 0, time.monotonic(), 0.0
        self._socket = _connect(peer)
        self.system_id = ""
        self._reading = threading.Thread(target=self._read, name="smpp-read", daemon=True)
        self._reading.start()
        try:
            said = bind_body(peer.system_id, peer.password, peer.system_type, peer.addresses)
            answer = self.request(bind, said, until_s=time.monotonic() + peer.wait_s)
            self.system_id = _bound(answer)
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """It can still be asked."""
        return not self._closed.is_set()

    def wait_closed(self, seconds: float) -> bool:
        """Wait until it is closed, at most so long; return whether it is."""
        return self._closed.wait(seconds)

    def request(self, command: Command, body: bytes, *, until_s: float) -> Pdu:
        """Ask something and return the answer.

        ``until_s``: until when to wait, on this machine's monotonic clock.

        Raises:
            NotSent: nothing left.
            NoAnswer: it may have left, and no answer came in time.
        """
        if not self._window.acquire(timeout=max(0.0, until_s - time.monotonic())):
            raise NotSent("the window is full")
        waiting, number = _Waiting(), 0
        try:
            with self._lock:
                if self._closed.is_set():
                    raise NotSent("the connection is closed")
                number = self._next()
                self._waiting[number] = waiting
                try:
                    self._socket.sendall(Pdu(command, Status.OK, number, body).encode())
                except OSError as error:
                    self._end()
                    raise NoAnswer("the connection broke while it was sent") from error
            waiting.came.wait(max(0.0, until_s - time.monotonic()))
            if waiting.answer is None:
                raise NoAnswer("no answer came")
            return waiting.answer
        finally:
            self._waiting.pop(number, None)
            self._window.release()

    def answer(self, asked: Pdu, status: Status, body: bytes = b"") -> bool:
        """Answer what the carrier sent; return whether that could be done."""
        pdu = Pdu(asked.command | ANSWER, status, asked.number, body)
        with self._lock:
            if self._closed.is_set():
                return False
            try:
                self._socket.sendall(pdu.encode())
            except OSError:
                self._end()
                return False
            return True

    def close(self) -> None:
        """Take leave as the protocol wants it, and end."""
        if self.alive and threading.current_thread() is not self._reading:
            with suppress(NotSent, NoAnswer):
                self.request(Command.UNBIND, b"", until_s=time.monotonic() + 1.0)
        self._end()

    def _end(self) -> None:
        self._closed.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for waiting in list(self._waiting.values()):
            waiting.came.set()

    def _read(self) -> None:
        held = bytearray()
        try:
            while self.alive:
                try:
                    came = self._received()
                except TimeoutError:
                    self._mind()
                    continue
                if not came:
                    break
                self._heard_s, self._asked_s = time.monotonic(), 0.0
                held += came
                self._take(held)
        except (OSError, Malformed, NotSent, NoAnswer) as error:
            if self.alive:
                _log.warning("an SMPP connection ended", extra={"code": type(error).__name__})
        finally:
            self._end()

    def _received(self) -> bytes:
        """Return what has come; "" at the end.

        Raises:
            TimeoutError: nothing did for a while.
        """
        if isinstance(self._socket, ssl.SSLSocket):
            # An encrypted connection is for one thread at a time: it is waited for without the
            # lock, and read with it, while nobody sends.
            if not self._socket.pending() and not select([self._socket], [], [], _TICK_S)[0]:
                raise TimeoutError
            with self._lock:
                return self._socket.recv(_READ_BYTES)
        return self._socket.recv(_READ_BYTES)

    def _take(self, held: bytearray) -> None:
        """Take whole messages off what has come."""
        while len(held) >= HEADER.size:
            length, command, status, number = head(bytes(held[: HEADER.size]))
            if len(held) < length:
                return
            pdu = Pdu(command, status, number, bytes(held[HEADER.size : length]))
            del held[:length]
            self._hear(pdu)

    def _hear(self, pdu: Pdu) -> None:
        if pdu.command & ANSWER:
            waiting = self._waiting.get(pdu.number)
            if waiting is not None:
                waiting.answer = pdu
                waiting.came.set()
        elif pdu.command == Command.DELIVER:
            self._deliver(self, pdu)
        elif pdu.command == Command.ENQUIRE:
            self.answer(pdu, Status.OK)
        elif pdu.command == Command.UNBIND:
            self.answer(pdu, Status.OK)
            self._end()
        else:
            refused = Pdu(Command.NACK, Status.UNKNOWN_COMMAND, pdu.number)
            with self._lock:
                self._socket.sendall(refused.encode())

    def _mind(self) -> None:
        """Ask a silent carrier whether it is there; end when it does not say so."""
        now_s = time.monotonic()
        if self._asked_s and now_s > self._asked_s + self._peer.wait_s:
            raise NoAnswer("the carrier is silent")
        if not self._asked_s and now_s > self._heard_s + self._peer.idle_s:
            self._asked_s = now_s
            with self._lock:
                asked = Pdu(Command.ENQUIRE, Status.OK, self._next())
                self._socket.sendall(asked.encode())

    def _next(self) -> int:
        """Return the next number of a request; the lock is held."""
        self._number = self._number % _NUMBER_MAX + 1
        return self._number


def _bound(answer: Pdu) -> str:
    """Return the carrier's name for itself."""
    if answer.status != Status.OK:
        raise BindRefused(answer.status)
    return Reader(answer.body).text() if answer.body else ""


def _connect(peer: Peer) -> socket.socket:
    made = socket.create_connection((peer.host, peer.port), timeout=peer.wait_s)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if peer.tls:
        context = ssl.create_default_context(cafile=peer.ca_file)
        made = context.wrap_socket(made, server_hostname=peer.host)
    made.settimeout(_TICK_S)
    return made
