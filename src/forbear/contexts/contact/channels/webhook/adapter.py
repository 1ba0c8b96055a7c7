"""How does a permitted message reach the lender's own service, once, and known to be ours?

One signed request (Standard Webhooks) whose id is the permit's. Receipts come back the same way, to
the address for receipts of providers, signed by the service.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import httpx

from forbear.contexts.contact.channels.kind import Entry, Setting
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Envelope,
    Handed,
    NotAccepted,
    NotKnown,
    Seen,
    Traits,
)
from forbear.contexts.contact.channels.webhook.kind import Read
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.protection.webhook import secret_bytes, signed
from forbear.values.errors import InvalidInput
from forbear.values.principal import system

_ACTOR = system("webhook")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_IN_DOUBT = frozenset({408, 425})
"""With these a service says that it did not wait to the end."""


class WebhookAdapter:
    """One service of the lender's."""

    def __init__(self, entry: Entry, setting: Setting) -> None:
        """Open the secret; connections are kept.

        Raises:
            InvalidInput: the secret cannot be had, or is not written as it must be.
        """
        read: Read = entry.settings
        secret = secret_bytes(read.secret.open())
        if secret is None:
            raise InvalidInput(
                f"{read.secret.place} leads to no secret for signatures.",
                remedy="Write whsec_ and 24 to 64 random bytes in Base64.",
                message_zh=f"{read.secret.place} 指向的不是签名密钥。",
                remedy_zh="请写 whsec_ 加 24 至 64 个随机字节的 Base64。",
            )
        self._entry, self._read, self._secret = entry, read, secret
        self._clock = setting.clock
        self._client = httpx.Client(timeout=read.timeout_s, trust_env=False, follow_redirects=False)

    @property
    def traits(self) -> Traits:
        """What it promises: receipts, and where the file says so an answer by our id."""
        return Traits(
            name=self._entry.name,
            channels=self._entry.carries,
            timeout=timedelta(seconds=self._read.timeout_s),
            asks=self._read.asks,
            absent_final_after=timedelta(minutes=5) if self._read.asks else None,
            idempotent_for=None,
            receipts=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Post one message, once."""
        with reading(_ACTOR):
            person_ref = ref_of_person(permit.debtor_id)
        said = {
            "type": "contact.message",
            "timestamp": self._clock().isoformat(),
            "data": {
                "permit_id": str(permit.id),
                "channel": permit.channel.value,
                "purpose": permit.purpose.value,
                "person_ref": person_ref,
                "subject": envelope.subject,
                "text": envelope.text,
                "valid_until": permit.expires_at.isoformat(),
            },
        }
        if self._read.addresses:
            said["data"]["address"] = envelope.address  # type: ignore[index]  # it is a mapping
        try:
            answer = self._asked("POST", self._read.url, permit.id, json.dumps(said).encode())
        except _NOT_SENT as error:
            return NotAccepted(type(error).__name__)
        except httpx.HTTPError as error:
            return NotKnown(type(error).__name__)
        code = answer.status_code
        if 200 <= code < 300:
            return Accepted(str(permit.id))
        if 400 <= code < 500 and code not in _IN_DOUBT:
            return NotAccepted(f"HTTP_{code}")
        return NotKnown(f"HTTP_{code}")

    def look_up(self, permit_id: UUID) -> Accepted | Absent | NotKnown:
        """Ask whether the service took a message; 404 says that it did not."""
        if not self._read.asks:
            return NotKnown("CANNOT_BE_ASKED")
        try:
            answer = self._asked("GET", f"{self._read.url}/{permit_id}", permit_id, b"")
        except httpx.HTTPError as error:
            return NotKnown(type(error).__name__)
        if answer.status_code == 404:
            return Absent()
        if answer.status_code == 200:
            return Accepted(str(permit_id))
        return NotKnown(f"HTTP_{answer.status_code}")

    def check(self) -> list[Seen]:
        """Reach the service; nothing is sent."""
        try:
            answer = self._client.request("OPTIONS", self._read.url)
        except httpx.HTTPError as error:
            return [Seen("reach", type(error).__name__, good=False)]
        return [Seen("reach", f"HTTP {answer.status_code}", good=answer.status_code < 500)]

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _asked(self, method: str, url: str, ident: UUID, body: bytes) -> httpx.Response:
        at_s = int(self._clock().timestamp())
        headers = signed(self._secret, f"msg_{ident}", at_s=at_s, body=body)
        headers["Content-Type"] = "application/json"
        return self._client.request(method, url, headers=headers, content=body)
