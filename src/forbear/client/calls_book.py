"""Which calls are there about the book? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said import (
    BeliefSent,
    ConsentSent,
    CreditorSent,
    DebtorChange,
    DebtorSent,
    HoldSent,
    IntentSent,
    Judgement,
    LinkSent,
    LoanSent,
    PaymentSent,
    PointChange,
    PointSent,
    ReleaseSent,
    ScheduleSent,
    SettledSent,
    StateSent,
)
from forbear.client.shown import (
    Changed,
    Done,
    ExtractTaken,
    IntentDone,
    IntentShown,
    LinkEnded,
    LinkGiven,
    LinkListed,
    LoanListed,
    LoanWhole,
    NoticeDone,
    NoticeShown,
    PageLinkListed,
    PageLoanListed,
    PageNoticeShown,
    PagePersonListed,
    PagePostingListed,
    PaymentDone,
    PersonListed,
    PersonShown,
    PointShown,
    PostingListed,
    ReferenceShown,
)
from forbear.client.transport import Transport


class Book(Transport):
    """One method a call."""

    def add_consent(self, said: ConsentSent, *, key: str | None = None) -> Done:
        """Record an agreement or its withdrawal; the latest counts."""
        answer: Done = self._send("POST", "/api/v1/consents", body=said, key=key, keyed=True)
        return answer

    def record_point(self, said: PointSent, *, key: str | None = None) -> Done:
        """Record a number or address of a person, of a guarantor or of a contact person."""
        answer: Done = self._send("POST", "/api/v1/contact-points", body=said, key=key, keyed=True)
        return answer

    def change_point(self, ref: str, said: PointChange, *, key: str | None = None) -> Changed:
        """Change a contact point; a new address starts untried."""
        answer: Changed = self._send(
            "PATCH",
            f"/api/v1/contact-points/{quote(str(ref), safe='')}",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def judge_point(self, ref: str, said: Judgement, *, key: str | None = None) -> Done:
        """Say what is known about reaching the person by a point; a wrong person binds at once."""
        answer: Done = self._send(
            "POST",
            f"/api/v1/contact-points/{quote(str(ref), safe='')}/quality",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def retire_point(self, ref: str, *, key: str | None = None) -> Done:
        """Take a contact point out of use for good."""
        answer: Done = self._send(
            "POST",
            f"/api/v1/contact-points/{quote(str(ref), safe='')}/retirement",
            key=key,
            keyed=True,
        )
        return answer

    def add_creditor(self, said: CreditorSent, *, key: str | None = None) -> Done:
        """Record a creditor, whom loans name by its code."""
        answer: Done = self._send("POST", "/api/v1/creditors", body=said, key=key, keyed=True)
        return answer

    def list_debtors(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        ref: str | None = None,
        team_id: int | None = None,
    ) -> PagePersonListed:
        """List persons, masked, in the order in which they were recorded."""
        answer: PagePersonListed = self._send(
            "GET",
            "/api/v1/debtors",
            query={"limit": limit, "cursor": cursor, "ref": ref, "team_id": team_id},
        )
        return answer

    def every_list_debtors(
        self, *, limit: int | None = None, ref: str | None = None, team_id: int | None = None
    ) -> Iterator[PersonListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/debtors", {"limit": limit, "ref": ref, "team_id": team_id})

    def record_person(self, said: DebtorSent, *, key: str | None = None) -> Done:
        """Record a person who owes."""
        answer: Done = self._send("POST", "/api/v1/debtors", body=said, key=key, keyed=True)
        return answer

    def get_debtor(self, ref: str) -> PersonShown:
        """Show a person, masked, with everything that binds contact today."""
        answer: PersonShown = self._send("GET", f"/api/v1/debtors/{quote(str(ref), safe='')}")
        return answer

    def change_person(self, ref: str, said: DebtorChange, *, key: str | None = None) -> Changed:
        """Change what is known of a person."""
        answer: Changed = self._send(
            "PATCH", f"/api/v1/debtors/{quote(str(ref), safe='')}", body=said, key=key, keyed=True
        )
        return answer

    def list_points(self, ref: str) -> list[PointShown]:
        """List a person's contact points, masked, those in use first."""
        answer: list[PointShown] = self._send(
            "GET", f"/api/v1/debtors/{quote(str(ref), safe='')}/contact-points"
        )
        return answer

    def list_portal_links(
        self, ref: str, *, limit: int | None = None, cursor: str | None = None
    ) -> PageLinkListed:
        """List a person's links that can be used, whoever made them; never their addresses."""
        answer: PageLinkListed = self._send(
            "GET",
            f"/api/v1/debtors/{quote(str(ref), safe='')}/portal-links",
            query={"limit": limit, "cursor": cursor},
        )
        return answer

    def every_list_portal_links(
        self, ref: str, *, limit: int | None = None
    ) -> Iterator[LinkListed]:
        """Go through the whole list, page after page."""
        return self._every(
            f"/api/v1/debtors/{quote(str(ref), safe='')}/portal-links", {"limit": limit}
        )

    def make_portal_link(self, ref: str, said: LinkSent) -> LinkGiven:
        """Make a link to a person's own pages. It opens nothing by itself."""
        answer: LinkGiven = self._send(
            "POST", f"/api/v1/debtors/{quote(str(ref), safe='')}/portal-links", body=said
        )
        return answer

    def record_region_of_person(
        self, ref: str, said: BeliefSent, *, key: str | None = None
    ) -> Done:
        """Record where a source says that a person lives, and how sure that is."""
        answer: Done = self._send(
            "POST",
            f"/api/v1/debtors/{quote(str(ref), safe='')}/regions",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def add_hold(self, said: HoldSent, *, key: str | None = None) -> Done:
        """Place a hold on a person, one loan or one channel; it binds at once."""
        answer: Done = self._send("POST", "/api/v1/holds", body=said, key=key, keyed=True)
        return answer

    def end_hold(self, ref: str, said: ReleaseSent, *, key: str | None = None) -> Done:
        """Release a hold on evidence; it no longer binds from today on."""
        answer: Done = self._send(
            "POST",
            f"/api/v1/holds/{quote(str(ref), safe='')}/release",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def hand_over(self, said: bytes) -> ExtractTaken:
        """Hand over an extract: a zip of its files, without folders, manifest.json among them."""
        answer: ExtractTaken = self._send("POST", "/api/v1/imports", body=said)
        return answer

    def list_contracts(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        ref: str | None = None,
        debtor_ref: str | None = None,
    ) -> PageLoanListed:
        """List contracts in the order in which they were recorded."""
        answer: PageLoanListed = self._send(
            "GET",
            "/api/v1/loans",
            query={"limit": limit, "cursor": cursor, "ref": ref, "debtor_ref": debtor_ref},
        )
        return answer

    def every_list_contracts(
        self, *, limit: int | None = None, ref: str | None = None, debtor_ref: str | None = None
    ) -> Iterator[LoanListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/loans", {"limit": limit, "ref": ref, "debtor_ref": debtor_ref})

    def add_loan(self, said: LoanSent, *, key: str | None = None) -> Done:
        """Record a contract and its schedule, both or neither."""
        answer: Done = self._send("POST", "/api/v1/loans", body=said, key=key, keyed=True)
        return answer

    def get_contract(self, ref: str) -> LoanWhole:
        """Show a contract, its schedule and what it stands at."""
        answer: LoanWhole = self._send("GET", f"/api/v1/loans/{quote(str(ref), safe='')}")
        return answer

    def give_payment_reference(self, ref: str, *, key: str | None = None) -> ReferenceShown:
        """Give the reference that a person writes beside a transfer; a loan's never changes."""
        answer: ReferenceShown = self._send(
            "POST",
            f"/api/v1/loans/{quote(str(ref), safe='')}/payment-reference",
            key=key,
            keyed=True,
        )
        return answer

    def put_schedule(self, ref: str, said: ScheduleSent, *, key: str | None = None) -> Done:
        """Record a loan's whole schedule; rows that differ are superseded, never lost."""
        answer: Done = self._send(
            "PUT",
            f"/api/v1/loans/{quote(str(ref), safe='')}/schedule",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def put_loan_state(self, ref: str, said: StateSent, *, key: str | None = None) -> Done:
        """Say that a loan stands in another state since a day."""
        answer: Done = self._send(
            "PUT", f"/api/v1/loans/{quote(str(ref), safe='')}/state", body=said, key=key, keyed=True
        )
        return answer

    def begin_payment_intent(self, said: IntentSent, *, key: str | None = None) -> IntentDone:
        """Begin a payment on the lender's page.

        Nothing is posted until that page tells of money.
        """
        answer: IntentDone = self._send(
            "POST", "/api/v1/payment-intents", body=said, key=key, keyed=True
        )
        return answer

    def get_payment_intent(self, intent: str) -> IntentShown:
        """Show a payment that was begun: what the page asks for, and what came of it."""
        answer: IntentShown = self._send(
            "GET", f"/api/v1/payment-intents/{quote(str(intent), safe='')}"
        )
        return answer

    def list_payment_notices(
        self, *, limit: int | None = None, cursor: str | None = None, open_only: bool | None = None
    ) -> PageNoticeShown:
        """List what payment pages told and somebody must look into."""
        answer: PageNoticeShown = self._send(
            "GET",
            "/api/v1/payment-notices",
            query={"limit": limit, "cursor": cursor, "open_only": open_only},
        )
        return answer

    def every_list_payment_notices(
        self, *, limit: int | None = None, open_only: bool | None = None
    ) -> Iterator[NoticeShown]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/payment-notices", {"limit": limit, "open_only": open_only})

    def settle_payment_notice(
        self, notice_id: int, said: SettledSent, *, key: str | None = None
    ) -> NoticeDone:
        """Say what came of looking into a message; MATCHED books the money on a loan."""
        answer: NoticeDone = self._send(
            "POST",
            f"/api/v1/payment-notices/{quote(str(notice_id), safe='')}/settlement",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def list_payments(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        ref: str | None = None,
        loan_ref: str | None = None,
    ) -> PagePostingListed:
        """List payments and reversals in the order in which they were recorded."""
        answer: PagePostingListed = self._send(
            "GET",
            "/api/v1/payments",
            query={"limit": limit, "cursor": cursor, "ref": ref, "loan_ref": loan_ref},
        )
        return answer

    def every_list_payments(
        self, *, limit: int | None = None, ref: str | None = None, loan_ref: str | None = None
    ) -> Iterator[PostingListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/payments", {"limit": limit, "ref": ref, "loan_ref": loan_ref})

    def record_payment(self, said: PaymentSent, *, key: str | None = None) -> PaymentDone:
        """Record a payment or reversal; amounts, case and today's plan follow at once."""
        answer: PaymentDone = self._send("POST", "/api/v1/payments", body=said, key=key, keyed=True)
        return answer

    def revoke_portal_link(self, link_id: str, *, key: str | None = None) -> LinkEnded:
        """Take a link back at once; whoever is in by it is out."""
        answer: LinkEnded = self._send(
            "POST",
            f"/api/v1/portal-links/{quote(str(link_id), safe='')}/revocation",
            key=key,
            keyed=True,
        )
        return answer
