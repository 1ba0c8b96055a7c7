"""A mail server for tests: it keeps what it is given, and refuses or vanishes when told to."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.support.smsc import free_port


@dataclass
class Mailroom:
    """What it took, and what it answers at each step. ``vanishes`` at: mail, rcpt, data."""

    port: int
    mails: list[object] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    vanishes: str = ""


@contextmanager
def mailroom() -> Iterator[Mailroom]:
    """Listen on this machine while the block runs."""
    controller = pytest.importorskip("aiosmtpd.controller")
    room = Mailroom(free_port())

    class Handler:
        async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
            return self._step("mail", server, lambda: setattr(envelope, "mail_from", address))

        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
            return self._step("rcpt", server, lambda: envelope.rcpt_tos.append(address))

        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            def keep():
                room.mails.append(
                    email.message_from_bytes(envelope.content, policy=email.policy.default)
                )
                room.back.append(envelope.mail_from)

            return self._step("data", server, keep)

        def _step(self, step, server, good):
            answer = room.answers.get(step, "250 OK")
            if answer.startswith("250"):
                good()
            if room.vanishes == step:
                server.transport.abort()
            return answer

    made = controller.Controller(Handler(), hostname="127.0.0.1", port=room.port)
    made.start()
    try:
        yield room
    finally:
        made.stop()
