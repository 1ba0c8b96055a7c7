"""Which calls are there about evidence? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from forbear.client.said_evidence import PackSent, ReceiptWanted, SettlementSent
from forbear.client.transport import Transport


class Evidence(Transport):
    """One method a call."""

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
