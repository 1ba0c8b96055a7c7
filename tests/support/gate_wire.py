"""A simulated provider behind a real socket that misbehaves when it is told to."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import ThreadingHTTPServer
from typing import Any

from forbear.contexts.contact.channels.simulated.provider import Provider
from forbear.contexts.contact.channels.simulated.service import _Handler


class Wire(Enum):
    """What goes wrong with the next request to make a contact."""

    RESET_UNREAD = "reset before anything was taken"
    RESET_TAKEN = "taken, then reset"
    SILENT = "taken, then silent for longer than anybody waits"
    LATE = "taken, and answered too late"
    HALF = "taken, and half an answer"
    ERROR = "taken, and HTTP 500"
    GARBLED = "taken, and an answer that is no answer"
    ELSEWHERE = "taken, and told to ask elsewhere"


UNTAKEN = {Wire.RESET_UNREAD}


@dataclass
class Told:
    """What the wire is told to do; ``waits_s`` is longer than the caller's time-out."""

    next: Wire | None = None
    waits_s: float = 0.6
    done: threading.Event = field(default_factory=threading.Event)


class _Faulty(_Handler):
    told: Told

    def do_POST(self) -> None:  # noqa: N802  # the standard library's name
        wire, self.told.next = self.told.next, None
        if wire is Wire.RESET_UNREAD:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._reset()
            return
        self._wire = wire
        super().do_POST()

    def do_GET(self) -> None:  # noqa: N802  # the standard library's name
        self._wire = None
        super().do_GET()

    def _answer(self, body: dict[str, Any]) -> None:
        match self._wire:
            case None:
                super()._answer(body)
            case Wire.RESET_TAKEN:
                self._reset()
            case Wire.SILENT | Wire.LATE:
                time.sleep(self.told.waits_s)
                self.close_connection = True
                # Whoever had asked is gone, and what is written may break.
                self.told.done.set()
                if self._wire is Wire.LATE:
                    super()._answer(body)
            case Wire.HALF:
                self._plain(200, b'{"ref": "S0', length=40)
                self.close_connection = True
            case Wire.ERROR:
                self._plain(500, b"{}")
            case Wire.GARBLED:
                self._plain(200, b"<html>Welcome</html>")
            case Wire.ELSEWHERE:
                self.send_response(307)
                self.send_header("Location", self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()

    def _plain(self, status: int, text: bytes, *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _reset(self) -> None:
        """Close so that the caller sees a reset, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


@contextmanager
def wired(provider: Provider) -> Iterator[tuple[str, Told]]:
    """Answer for a provider while the block runs; yield its address, and what it can be told."""
    told = Told()
    handler = type("Handler", (_Faulty,), {"provider": provider, "told": told})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", told
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: callers who went away are what is tested."""
