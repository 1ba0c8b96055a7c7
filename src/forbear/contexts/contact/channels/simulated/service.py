"""How does a simulated provider answer other processes?

A plain HTTP service with three questions: make a contact, what became of it, which receipts have
come. It listens to this machine alone.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from forbear.contexts.contact.channels.simulated.provider import Provider
from forbear.values.code import Channel


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider: Provider

    def do_POST(self) -> None:  # the standard library's name
        """Make a contact."""
        length = int(self.headers.get("Content-Length", "0"))
        asked = json.loads(self.rfile.read(length))
        response = self.provider.submit(
            UUID(asked["id"]), Channel(asked["channel"]), asked["address"], asked["text_sha256"]
        )
        if response.lost:
            self.close_connection = True
            return
        time.sleep(response.after.total_seconds())
        self._answer({"ref": response.ref})

    def do_GET(self) -> None:  # the standard library's name
        """Tell what became of a contact, or which receipts have come."""
        if self.path == "/receipts":
            come = [
                {
                    "event_id": told.event_id,
                    "id": str(told.contact_id),
                    "outcome": told.outcome.value,
                    "at": told.at.isoformat(),
                }
                for told in self.provider.due()
            ]
            self._answer({"receipts": come})
        else:
            ref = self.provider.look_up(UUID(self.path.rsplit("/", 1)[1]))
            self._answer({"ref": ref})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
        """Say nothing: a line would hold an address."""

    def _answer(self, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def serving(provider: Provider, *, port: int = 0) -> Iterator[str]:
    """Answer for a provider while the block runs; yield its address."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
