"""How does a carrier stay connected, however often the connection is lost?"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

from forbear.contexts.contact.channels.smpp.pdu import Command, Pdu
from forbear.contexts.contact.channels.smpp.session import BindRefused, NoAnswer, Peer, Session

_log = logging.getLogger(__name__)


class Link:
    """One bind that is tried again and again. ``said``: what the last trial brought."""

    def __init__(self, peer: Peer, bind: Command, deliver: Callable[[Session, Pdu], None]) -> None:
        """Begin to connect, in a thread of its own."""
        self._peer, self._bind, self._deliver = peer, bind, deliver
        self._ending, self._there = threading.Event(), threading.Condition()
        self._session: Session | None = None
        self.said = "NOT_TRIED"
        self._thread = threading.Thread(target=self._run, name="smpp-link", daemon=True)
        self._thread.start()

    def session(self, *, until_s: float) -> Session | None:
        """Return the bound session, waiting for one at most until then; None: there is none."""
        with self._there:
            while True:
                found = self._session
                if found is not None and found.alive:
                    return found
                left_s = until_s - time.monotonic()
                if left_s <= 0 or self._ending.is_set():
                    return None
                self._there.wait(left_s)

    def close(self) -> None:
        """Unbind and end."""
        self._ending.set()
        session = self._session
        if session is not None:
            session.close()
        with self._there:
            self._there.notify_all()
        self._thread.join(timeout=self._peer.wait_s)

    def _run(self) -> None:
        shortest, longest = self._peer.again_s
        pause_s = shortest
        while not self._ending.is_set():
            session = self._try()
            if session is not None:
                pause_s = shortest
                while not session.wait_closed(1.0):
                    if self._ending.is_set():
                        return
                self.said = "LOST"
            # Not for secrets: so that many that were cut off together do not come back together.
            self._ending.wait(pause_s * random.uniform(0.8, 1.2))
            pause_s = min(longest, pause_s * 2)

    def _try(self) -> Session | None:
        try:
            session = Session(self._peer, self._bind, self._deliver)
        except BindRefused as refused:
            self.said = f"BIND_REFUSED_{refused.status:02X}"
        except (OSError, NoAnswer) as error:
            self.said = f"NO_CONNECTION_{type(error).__name__}"
        else:
            self.said = "BOUND"
            with self._there:
                self._session = session
                self._there.notify_all()
            if self._ending.is_set():
                session.close()
            return session
        _log.warning("a carrier could not be bound", extra={"code": self.said})
        return None
