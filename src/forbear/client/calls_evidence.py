"""Which calls are there about evidence? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said_evidence import (
    LineSent,
    PackSent,
    ReceiptWanted,
    SeenContactSent,
    SettlementSent,
)
from forbear.client.shown_contacts import EndpointDone, Retired
from forbear.client.shown_evidence import Checking, ImpostorListed, PageImpostorListed
from forbear.client.transport import Transport


class Evidence(Transport):
    """One method a call."""

    def confirm_caller_contact(self, said: SeenContactSent, *, key: str | None = None) -> Checking:
        """Say whether a number was contacted, to a system that has seen that the asker holds it."""
        answer: Checking = self._send(
            "POST", "/api/v1/caller-contacts", body=said, key=key, keyed=True
        )
        return answer

    def list_caller_impostors(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> PageImpostorListed:
        """List reports of impostors in the order in which they came."""
        answer: PageImpostorListed = self._send(
            "GET", "/api/v1/caller-impostors", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def every_list_caller_impostors(self, *, limit: int | None = None) -> Iterator[ImpostorListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/caller-impostors", {"limit": limit})

    def add_caller_line(self, said: LineSent, *, key: str | None = None) -> EndpointDone:
        """Register a number that an agency calls from."""
        answer: EndpointDone = self._send(
            "POST", "/api/v1/caller-lines", body=said, key=key, keyed=True
        )
        return answer

    def retire_caller_line(self, line_id: int, *, key: str | None = None) -> Retired:
        """Let a registered number be ours no more."""
        answer: Retired = self._send(
            "POST",
            f"/api/v1/caller-lines/{quote(str(line_id), safe='')}/retirement",
            key=key,
            keyed=True,
        )
        return answer

    def make_evidence_pack(self, said: PackSent) -> bytes:
        """Make a sealed pack of evidence about a person's loans; it is kept nowhere."""
        answer: bytes = self._send("POST", "/api/v1/evidence/packs", body=said, raw=True)
        return answer

    def make_payment_receipt(self, said: ReceiptWanted) -> bytes:
        """Make the receipt of one payment, with where it went."""
        answer: bytes = self._send("POST", "/api/v1/evidence/receipts", body=said, raw=True)
        return answer

    def make_settlement_certificate(self, said: SettlementSent) -> bytes:
        """Make the certificate that a loan is settled; refused while anything is owed."""
        answer: bytes = self._send("POST", "/api/v1/evidence/settlements", body=said, raw=True)
        return answer

    def get_verifier(self) -> bytes:
        """Hand out the program that checks documents offline: one file, Python alone."""
        answer: bytes = self._send("GET", "/api/v1/evidence/verifier", raw=True)
        return answer
