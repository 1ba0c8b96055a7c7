"""Which calls are there about contacts? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said_contacts import (
    AttemptsSent,
    DecisionAsked,
    EndpointSent,
    OutcomeSent,
    PermitSent,
    ReportSent,
    SourceSent,
    TranscriptSent,
)
from forbear.client.shown_contacts import (
    AttemptsRecorded,
    BudgetShown,
    DayListed,
    DecisionShown,
    EndpointDone,
    EndpointShown,
    FindingListed,
    OutcomeTaken,
    PageDayListed,
    PageFindingListed,
    PermitShown,
    ReportTaken,
    Retired,
    SourceShown,
    TranscriptTaken,
)
from forbear.client.transport import Transport


class Contacts(Transport):
    """One method a call."""

    def list_agency_days(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> PageDayListed:
        """List the days of agencies, and how far each is reconciled."""
        answer: PageDayListed = self._send(
            "GET", "/api/v1/agency-days", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def every_list_agency_days(self, *, limit: int | None = None) -> Iterator[DayListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/agency-days", {"limit": limit})

    def list_agency_findings(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        day: str | None = None,
        standing: bool | None = None,
    ) -> PageFindingListed:
        """List where agencies' reports and their permits do not agree, the oldest first."""
        answer: PageFindingListed = self._send(
            "GET",
            "/api/v1/agency-findings",
            query={"limit": limit, "cursor": cursor, "day": day, "standing": standing},
        )
        return answer

    def every_list_agency_findings(
        self, *, limit: int | None = None, day: str | None = None, standing: bool | None = None
    ) -> Iterator[FindingListed]:
        """Go through the whole list, page after page."""
        return self._every(
            "/api/v1/agency-findings", {"limit": limit, "day": day, "standing": standing}
        )

    def ask_for_permit(self, said: PermitSent, *, key: str | None = None) -> PermitShown:
        """Ask for leave to contact a person.

        A permit counts against every cap until it lapses.
        """
        answer: PermitShown = self._send(
            "POST", "/api/v1/agency/permits", body=said, key=key, keyed=True
        )
        return answer

    def begin_contact(self, permit_id: str, *, key: str | None = None) -> PermitShown:
        """Use a permit now: every rule is asked again; once begun, it counts as made."""
        answer: PermitShown = self._send(
            "POST",
            f"/api/v1/agency/permits/{quote(str(permit_id), safe='')}/begin",
            key=key,
            keyed=True,
        )
        return answer

    def report_outcome(
        self, permit_id: str, said: OutcomeSent, *, key: str | None = None
    ) -> OutcomeTaken:
        """Tell what became of a contact, late, twice or in any order; what says most counts."""
        answer: OutcomeTaken = self._send(
            "POST",
            f"/api/v1/agency/permits/{quote(str(permit_id), safe='')}/outcomes",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def report_day(self, said: ReportSent, *, key: str | None = None) -> ReportTaken:
        """Report a day's contacts, all of a batch or none; each is held against its permit."""
        answer: ReportTaken = self._send(
            "POST", "/api/v1/agency/reports", body=said, key=key, keyed=True
        )
        return answer

    def report_attempts(self, said: AttemptsSent, *, key: str | None = None) -> AttemptsRecorded:
        """Report contacts that other systems made, so that they count against every limit."""
        answer: AttemptsRecorded = self._send(
            "POST", "/api/v1/attempts", body=said, key=key, keyed=True
        )
        return answer

    def hand_in_transcript(
        self, permit_id: str, said: TranscriptSent, *, key: str | None = None
    ) -> TranscriptTaken:
        """Hand in what was said in a call, once; the same again changes nothing."""
        answer: TranscriptTaken = self._send(
            "POST",
            f"/api/v1/contacts/{quote(str(permit_id), safe='')}/transcript",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def show_budget(
        self,
        ref: str,
        *,
        contact_point_ref: str | None = None,
        channel: str | None = None,
        loan_ref: str | None = None,
        purpose: str | None = None,
    ) -> BudgetShown:
        """Show how many contacts every rule still leaves for a person. Nothing is used up."""
        answer: BudgetShown = self._send(
            "GET",
            f"/api/v1/debtors/{quote(str(ref), safe='')}/contact-budget",
            query={
                "contact_point_ref": contact_point_ref,
                "channel": channel,
                "loan_ref": loan_ref,
                "purpose": purpose,
            },
        )
        return answer

    def ask_decision(self, said: DecisionAsked) -> DecisionShown:
        """Ask whether a contact would be allowed now, with every rule's answer.

        Nothing is used up.
        """
        answer: DecisionShown = self._send("POST", "/api/v1/decisions", body=said)
        return answer

    def show_one_permit(self, permit_id: str) -> PermitShown:
        """Show an agency's permit; the lender's telephone system connects while it is begun."""
        answer: PermitShown = self._send("GET", f"/api/v1/permits/{quote(str(permit_id), safe='')}")
        return answer

    def list_receipt_sources(self) -> list[SourceShown]:
        """List the secrets of providers, without the secrets."""
        answer: list[SourceShown] = self._send("GET", "/api/v1/receipt-sources")
        return answer

    def add_receipt_source(self, said: SourceSent, *, key: str | None = None) -> EndpointDone:
        """Believe what a provider signs under a secret; earlier ones stay until retired."""
        answer: EndpointDone = self._send(
            "POST", "/api/v1/receipt-sources", body=said, key=key, keyed=True
        )
        return answer

    def retire_receipt_source(self, source_id: int, *, key: str | None = None) -> Retired:
        """Believe nothing more that is signed under a secret, and forget it."""
        answer: Retired = self._send(
            "POST",
            f"/api/v1/receipt-sources/{quote(str(source_id), safe='')}/retirement",
            key=key,
            keyed=True,
        )
        return answer

    def list_webhooks(self) -> list[EndpointShown]:
        """List every endpoint, without its secret."""
        answer: list[EndpointShown] = self._send("GET", "/api/v1/webhooks")
        return answer

    def add_webhook(self, said: EndpointSent, *, key: str | None = None) -> EndpointDone:
        """Tell an address of some events from now on, signed by Standard Webhooks."""
        answer: EndpointDone = self._send(
            "POST", "/api/v1/webhooks", body=said, key=key, keyed=True
        )
        return answer

    def retire_webhook(self, endpoint_id: int, *, key: str | None = None) -> Retired:
        """Tell an address nothing more, and forget its secret."""
        answer: Retired = self._send(
            "POST",
            f"/api/v1/webhooks/{quote(str(endpoint_id), safe='')}/retirement",
            key=key,
            keyed=True,
        )
        return answer
