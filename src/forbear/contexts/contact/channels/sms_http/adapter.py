"""How is a permitted text message handed to an HTTP gateway, once?

What cannot be connected was definitely not taken. Whatever breaks after the request has begun is
not known, and asked about by our own id where the gateway lets one.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

import httpx

from forbear.contexts.contact.channels.kind import Entry
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
from forbear.contexts.contact.channels.sms_http.kind import Read
from forbear.contexts.contact.channels.sms_http.speak import Call, Dialect, Fate
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.protection.normal import NotIndexable, normal_phone

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REMEMBERED_MAX = 10_000
_ASK_EVERY_S = 5.0
_ASKED_AT_ONCE = 20


class HttpAdapter:
    """One gateway."""

    def __init__(self, entry: Entry, read: Read, dialect: Dialect) -> None:
        """Take the settings; connections are kept."""
        self._entry, self._read, self._dialect = entry, read, dialect
        self._client = httpx.Client(timeout=read.timeout_s, trust_env=False)
        # Where a gateway asks for the number too, it is held as long as this process lives; after
        # that a message of it stays visibly unknown.
        self._given: OrderedDict[UUID, tuple[str, datetime]] = OrderedDict()
        self._ask_s = 0.0

    @property
    def traits(self) -> Traits:
        """What it promises: a day's messages are listed some minutes after they were taken."""
        return Traits(
            name=self._entry.name,
            channels=self._entry.carries,
            timeout=timedelta(seconds=self._read.timeout_s),
            asks=True,
            absent_final_after=timedelta(minutes=30),
            idempotent_for=None,
            receipts=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Post a message, once."""
        try:
            number = normal_phone(envelope.address, calling_code=self._read.calling_code)
        except NotIndexable:
            return NotAccepted("NO_NUMBER")
        self._remember(permit.id, number, permit.intended_at)
        try:
            answer = self._sent(self._dialect.submit(permit.id, number, envelope.text))
        except _NOT_SENT as error:
            return NotAccepted(type(error).__name__)
        except httpx.HTTPError as error:
            return NotKnown(type(error).__name__)
        return self._dialect.understood(answer.status_code, _said(answer))

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Ask after a message by our own id."""
        found = self._asked(permit_id)
        return Accepted(found.ref) if isinstance(found, Fate) else found

    def receipts(self) -> list[Receipt]:
        """Ask what became of the messages that were handed over here and of which nothing is known.

        A few a time; gateways that bring receipts themselves use the signed address for them.
        """
        told: list[Receipt] = []
        now_s = time.monotonic()
        if not self._dialect.tells_fates or now_s < self._ask_s:
            return told
        self._ask_s = now_s + _ASK_EVERY_S
        for permit_id in list(self._given)[:_ASKED_AT_ONCE]:
            _, at = self._given[permit_id]
            self._given.move_to_end(permit_id)
            found = self._asked(permit_id)
            if isinstance(found, Fate) and found.outcome is not None:
                event = f"{permit_id}:{found.outcome.value}"
                told.append(Receipt(event, permit_id, found.outcome, at))
        return told

    def check(self) -> list[Seen]:
        """Reach the gateway; nothing is sent."""
        try:
            answer = self._client.request("OPTIONS", self._read.url)
        except httpx.HTTPError as error:
            return [Seen("reach", type(error).__name__, good=False)]
        return [Seen("reach", f"HTTP {answer.status_code}", good=answer.status_code < 500)]

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _asked(self, permit_id: UUID) -> Fate | Absent | NotKnown:
        number, at = self._given.get(permit_id, ("", None))
        if at is None:
            return NotKnown("NUMBER_NOT_HELD")
        call = self._dialect.ask(permit_id, number, at)
        if call is None:
            return NotKnown("CANNOT_BE_ASKED")
        try:
            answer = self._sent(call)
        except httpx.HTTPError as error:
            return NotKnown(type(error).__name__)
        return self._dialect.told(permit_id, answer.status_code, _said(answer))

    def _remember(self, permit_id: UUID, number: str, at: datetime) -> None:
        self._given[permit_id] = (number, at)
        while len(self._given) > _REMEMBERED_MAX:
            self._given.popitem(last=False)

    def _sent(self, call: Call) -> httpx.Response:
        method = "GET" if call.body is None else "POST"
        return self._client.request(method, call.url, headers=dict(call.headers), content=call.body)


def _said(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return None
