"""Which calls are there about rights? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said_rights import (
    ComplaintAnswerSent,
    ComplaintSent,
    CorrectionMadeSent,
    DebtDisputeSent,
    DisputeDecisionSent,
    EscalationSent,
    ExtensionSent,
    OwnerSent,
    StatementSent,
    TextSent,
    VersionSent,
)
from forbear.client.shown_rights import (
    AttachedDone,
    ComplaintCount,
    ComplaintExported,
    ComplaintReasonShown,
    CorrectionMade,
    FilingDone,
    FilingListed,
    FilingShown,
    FilingTaken,
    LateListed,
    PageFilingListed,
    PageLateListed,
    PageReviewListed,
    ReviewListed,
    StatementDone,
)
from forbear.client.transport import Transport
from forbear.client.words import FilingKind, FilingState, ReasonSet


class Rights(Transport):
    """One method a call."""

    def complaint_figures(
        self, *, since: str | None = None, until: str | None = None
    ) -> list[ComplaintCount]:
        """Count complaints by what is alleged and borne out, team, and whether in time."""
        answer: list[ComplaintCount] = self._send(
            "GET", "/api/v1/complaint-figures", query={"since": since, "until": until}
        )
        return answer

    def list_reasons(self, *, reasons: ReasonSet | None = None) -> list[ComplaintReasonShown]:
        """List what complaints can be about, with the same thing in other lists."""
        answer: list[ComplaintReasonShown] = self._send(
            "GET", "/api/v1/complaint-reasons", query={"reasons": reasons}
        )
        return answer

    def complain(self, said: ComplaintSent, *, key: str | None = None) -> FilingTaken:
        """Take a complaint in; what it must stop stops at once, and its clocks start."""
        answer: FilingTaken = self._send(
            "POST", "/api/v1/complaints", body=said, key=key, keyed=True
        )
        return answer

    def acknowledge_complaint(
        self, ref: str, said: VersionSent, *, key: str | None = None
    ) -> FilingDone:
        """Say that the person was told that it is here, and by when it is answered."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/complaints/{quote(str(ref), safe='')}/acknowledgement",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def settle_complaint(
        self, ref: str, said: ComplaintAnswerSent, *, key: str | None = None
    ) -> FilingDone:
        """Answer a complaint: what was borne out, why, what let it happen, and what is done."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/complaints/{quote(str(ref), safe='')}/decision",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def escalate_complaint(
        self, ref: str, said: EscalationSent, *, key: str | None = None
    ) -> FilingDone:
        """Note that a complaint went to an authority; what it stops stays stopped."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/complaints/{quote(str(ref), safe='')}/escalation",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def write_out_complaint(self, ref: str, *, key: str | None = None) -> ComplaintExported:
        """Write a complaint out for an authority, as JSON and CSV, without names."""
        answer: ComplaintExported = self._send(
            "POST", f"/api/v1/complaints/{quote(str(ref), safe='')}/export", key=key, keyed=True
        )
        return answer

    def dispute(self, said: DebtDisputeSent, *, key: str | None = None) -> FilingTaken:
        """File a dispute: contact about it stops at once, and its clocks start."""
        answer: FilingTaken = self._send("POST", "/api/v1/disputes", body=said, key=key, keyed=True)
        return answer

    def settle_dispute(
        self, ref: str, said: DisputeDecisionSent, *, key: str | None = None
    ) -> FilingDone:
        """Decide a dispute with reasons; what is wrong is put right, and the hold ends."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/disputes/{quote(str(ref), safe='')}/decision",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def list_all_filings(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        kind: FilingKind | None = None,
        state: FilingState | None = None,
        debtor_ref: str | None = None,
        owner_id: int | None = None,
    ) -> PageFilingListed:
        """List disputes, complaints, hardships and data requests in the order they came in."""
        answer: PageFilingListed = self._send(
            "GET",
            "/api/v1/filings",
            query={
                "limit": limit,
                "cursor": cursor,
                "kind": kind,
                "state": state,
                "debtor_ref": debtor_ref,
                "owner_id": owner_id,
            },
        )
        return answer

    def every_list_all_filings(
        self,
        *,
        limit: int | None = None,
        kind: FilingKind | None = None,
        state: FilingState | None = None,
        debtor_ref: str | None = None,
        owner_id: int | None = None,
    ) -> Iterator[FilingListed]:
        """Go through the whole list, page after page."""
        return self._every(
            "/api/v1/filings",
            {
                "limit": limit,
                "kind": kind,
                "state": state,
                "debtor_ref": debtor_ref,
                "owner_id": owner_id,
            },
        )

    def show_filing(self, ref: str) -> FilingShown:
        """Show one filing with its clocks, and that things were said and handed in, not what."""
        answer: FilingShown = self._send("GET", f"/api/v1/filings/{quote(str(ref), safe='')}")
        return answer

    def hand_in(
        self, ref: str, said: bytes, *, name: str | None = None, key: str | None = None
    ) -> AttachedDone:
        """Hand in a file for the person: a PDF, PNG, JPEG or plain text, sealed with their key."""
        answer: AttachedDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/attachments",
            query={"name": name},
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def correction_done(
        self, ref: str, number: int, said: CorrectionMadeSent, *, key: str | None = None
    ) -> CorrectionMade:
        """Say that a correction that was owed has been made elsewhere, on evidence."""
        answer: CorrectionMade = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/corrections/{quote(str(number), safe='')}",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def take_longer(self, ref: str, said: ExtensionSent, *, key: str | None = None) -> FilingDone:
        """Take the longer time that a rule allows, and tell the person why."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/extension",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def hand_in_for_lender(
        self, ref: str, said: bytes, *, name: str | None = None, key: str | None = None
    ) -> AttachedDone:
        """Hand in a file for the lender, such as a contract or a statement of account."""
        answer: AttachedDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/lender-attachments",
            query={"name": name},
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def say_for_lender(
        self, ref: str, said: StatementSent, *, key: str | None = None
    ) -> StatementDone:
        """Write down what the lender says, such as what a piece of evidence shows."""
        answer: StatementDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/lender-statements",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def set_owner(self, ref: str, said: OwnerSent, *, key: str | None = None) -> FilingDone:
        """Give a filing to somebody who had no part in what it is about."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/owner",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def ask_question(self, ref: str, said: TextSent, *, key: str | None = None) -> FilingDone:
        """Ask the person something; clocks go on all the same."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/questions",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def open_again(self, ref: str, said: TextSent, *, key: str | None = None) -> FilingDone:
        """Take up again what was settled, for a reason such as new evidence."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/reopening",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def say_something(
        self, ref: str, said: StatementSent, *, key: str | None = None
    ) -> StatementDone:
        """Write down what the person says; an answer to a question lets the work go on."""
        answer: StatementDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/statements",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def withdraw_filing(self, ref: str, said: VersionSent, *, key: str | None = None) -> FilingDone:
        """Let the person take a filing back; what it stopped goes on the same day."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/withdrawal",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def begin_work(self, ref: str, said: VersionSent, *, key: str | None = None) -> FilingDone:
        """Begin to look into a filing."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/filings/{quote(str(ref), safe='')}/work",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def list_due_reviews(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> PageReviewListed:
        """List hardships that somebody must look at again by today."""
        answer: PageReviewListed = self._send(
            "GET", "/api/v1/hardship-reviews", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def every_list_due_reviews(self, *, limit: int | None = None) -> Iterator[ReviewListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/hardship-reviews", {"limit": limit})

    def list_late_filings(
        self, *, limit: int | None = None, cursor: str | None = None, kind: FilingKind | None = None
    ) -> PageLateListed:
        """List clocks whose day has gone by without an answer."""
        answer: PageLateListed = self._send(
            "GET", "/api/v1/late-filings", query={"limit": limit, "cursor": cursor, "kind": kind}
        )
        return answer

    def every_list_late_filings(
        self, *, limit: int | None = None, kind: FilingKind | None = None
    ) -> Iterator[LateListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/late-filings", {"limit": limit, "kind": kind})
