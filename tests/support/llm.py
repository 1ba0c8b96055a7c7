"""A language model behind an OpenAI-compatible address, on this machine, that may be hostile.

It speaks HTTP over a real socket and answers as it was told last: with a text, or in one of the
ways in which servers fail.
"""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

WAY = "/v1/chat/completions"
TEN_MB = 10 * 1024 * 1024


@dataclass
class Model:
    """What it answers next, and what it was asked: path, headers and the JSON of each question."""

    port: int = 0
    says: str = ""
    fails: str = ""
    asked: list[tuple[str, dict[str, str], dict]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address, as a file names it."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def prompts(self) -> str:
        """All that it was told by users, never the instructions."""
        return "\n".join(one["messages"][1]["content"] for _, _, one in self.asked)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    model: Model

    def handle_error(self, request, client_address):
        """Whoever asked has left; that is what some tests are about."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        path = self.rfile.readline().decode().split()[1]
        headers = {}
        while (line := self.rfile.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = json.loads(self.rfile.read(int(headers.get("content-length", 0))))
        model = self.server.model
        model.asked.append((path, headers, body))
        getattr(self, f"_{model.fails or 'well'}")(model.says)

    def _send(self, body: bytes, *, status: str = "200 OK", kind: str = "application/json") -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        self.wfile.write(f"{head}Connection: close\r\n\r\n".encode() + body)

    def _well(self, says: str, **given: str) -> None:
        self._send(completion(says), **given)

    def _redirect(self, says: str) -> None:
        self.wfile.write(
            f"HTTP/1.1 307 Elsewhere\r\nLocation: {self.server.model.url}/other\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )

    def _error(self, says: str) -> None:
        self._well(says, status="500 Oops")

    def _html(self, says: str) -> None:
        self._well(says, kind="text/html")

    def _plain(self, says: str) -> None:
        self._send(says.encode())

    def _half(self, says: str) -> None:
        body = completion(says)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.wfile.write(f"{head}\r\n\r\n".encode() + body[: len(body) // 2])

    def _cut_off(self, says: str) -> None:
        self._send(completion(says, finish="length"))

    def _tools(self, says: str) -> None:
        self._send(completion(says, tool_calls=[{"type": "function", "function": {"name": "pay"}}]))

    def _two(self, says: str) -> None:
        self._send(completion(says, times=2))

    def _deep(self, says: str) -> None:
        self._send(b"[" * 60_000)

    def _huge(self, says: str) -> None:
        self._send(completion(says + " " * TEN_MB))

    def _endless(self, says: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        for _ in range(TEN_MB // 65_536):
            self.wfile.write(b" " * 65_536)

    def _silence(self, says: str) -> None:
        time.sleep(2.5)

    def _drip_head(self, says: str) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 40:
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def _drip_body(self, says: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        for byte in completion(says)[:60]:
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def _reset(self, says: str) -> None:
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )
        self.connection.close()

    def _nonsense(self, says: str) -> None:
        self.wfile.write(b"\x00\xff\x00garbage\r\n\r\n")

    def _bomb(self, says: str) -> None:
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            b"Content-Length: 4\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00"
        )


FAILS = tuple(
    name[1:]
    for name in vars(_Handler)
    if name.startswith("_") and name not in {"_send", "_well"} and not name.startswith("__")
)
"""Every way in which it can fail."""


def completion(
    says: str, *, finish: str = "stop", times: int = 1, tool_calls: list | None = None
) -> bytes:
    """Return an answer as such servers give it."""
    message = {"role": "assistant", "content": says}
    if tool_calls:
        message["tool_calls"] = tool_calls
    choice = {"index": 0, "message": message, "finish_reason": finish}
    whole = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stand-in",
        "choices": [choice] * times,
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return json.dumps(whole, ensure_ascii=False).encode()


@contextmanager
def serving() -> Iterator[Model]:
    """Serve while the block runs."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.model = Model(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.model
        finally:
            server.shutdown()
