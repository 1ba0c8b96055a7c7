"""Which calls are there? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said import (
    AssignSent,
    AttemptsSent,
    ConsentSent,
    CreditorSent,
    DebtorChange,
    DebtorSent,
    DecisionAsked,
    EndpointSent,
    HoldSent,
    Judgement,
    LoanSent,
    MoveSent,
    OutcomeSent,
    PaymentSent,
    PermitSent,
    PointChange,
    PointSent,
    ReleaseSent,
    ReportSent,
    ScheduleSent,
    SourceSent,
    StateSent,
)
from forbear.client.shown import (
    AttemptsRecorded,
    BudgetShown,
    CaseDone,
    CaseListed,
    Changed,
    DayListed,
    DecisionShown,
    Done,
    EndpointDone,
    EndpointShown,
    ExtractTaken,
    FindingListed,
    LoanListed,
    LoanWhole,
    NightListed,
    OutcomeTaken,
    PageCaseListed,
    PageDayListed,
    PageFindingListed,
    PageLoanListed,
    PageNightListed,
    PagePersonListed,
    PagePlanListed,
    PagePostingListed,
    PaymentDone,
    PermitShown,
    PersonListed,
    PersonShown,
    PlanListed,
    PointShown,
    PostingListed,
    ReportTaken,
    Retired,
    SourceShown,
)
from forbear.client.transport import Transport
from forbear.client.words import AgendaOutcome, CaseState


class Forbear(Transport):
    """The API, one method a call."""

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

    def list_agenda(
        self,
        day: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        team_id: int | None = None,
        outcome: AgendaOutcome | None = None,
    ) -> PagePlanListed:
        """List the plans of a day: whom to contact and how, or why not.

        Work by slot and rank.
        """
        answer: PagePlanListed = self._send(
            "GET",
            f"/api/v1/agenda/{quote(str(day), safe='')}",
            query={"limit": limit, "cursor": cursor, "team_id": team_id, "outcome": outcome},
        )
        return answer

    def every_list_agenda(
        self,
        day: str,
        *,
        limit: int | None = None,
        team_id: int | None = None,
        outcome: AgendaOutcome | None = None,
    ) -> Iterator[PlanListed]:
        """Go through the whole list, page after page."""
        return self._every(
            f"/api/v1/agenda/{quote(str(day), safe='')}",
            {"limit": limit, "team_id": team_id, "outcome": outcome},
        )

    def report_attempts(self, said: AttemptsSent, *, key: str | None = None) -> AttemptsRecorded:
        """Report contacts that other systems made, so that they count against every limit."""
        answer: AttemptsRecorded = self._send(
            "POST", "/api/v1/attempts", body=said, key=key, keyed=True
        )
        return answer

    def list_all_cases(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        debtor_ref: str | None = None,
        team_id: int | None = None,
        state: CaseState | None = None,
    ) -> PageCaseListed:
        """List cases in the order in which they were opened."""
        answer: PageCaseListed = self._send(
            "GET",
            "/api/v1/cases",
            query={
                "limit": limit,
                "cursor": cursor,
                "debtor_ref": debtor_ref,
                "team_id": team_id,
                "state": state,
            },
        )
        return answer

    def every_list_all_cases(
        self,
        *,
        limit: int | None = None,
        debtor_ref: str | None = None,
        team_id: int | None = None,
        state: CaseState | None = None,
    ) -> Iterator[CaseListed]:
        """Go through the whole list, page after page."""
        return self._every(
            "/api/v1/cases",
            {"limit": limit, "debtor_ref": debtor_ref, "team_id": team_id, "state": state},
        )

    def show_case(self, case_id: int) -> CaseListed:
        """Show one case."""
        answer: CaseListed = self._send("GET", f"/api/v1/cases/{quote(str(case_id), safe='')}")
        return answer

    def give_away(self, case_id: int, said: AssignSent, *, key: str | None = None) -> CaseDone:
        """Give a case, and the person with it, into the care of a team or one of its people."""
        answer: CaseDone = self._send(
            "POST",
            f"/api/v1/cases/{quote(str(case_id), safe='')}/assignment",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def move_on(self, case_id: int, said: MoveSent, *, key: str | None = None) -> CaseDone:
        """Move a case to another state; refused when somebody has changed it meanwhile."""
        answer: CaseDone = self._send(
            "POST",
            f"/api/v1/cases/{quote(str(case_id), safe='')}/moves",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

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

    def list_points(self, ref: str) -> list[PointShown]:
        """List a person's contact points, masked, those in use first."""
        answer: list[PointShown] = self._send(
            "GET", f"/api/v1/debtors/{quote(str(ref), safe='')}/contact-points"
        )
        return answer

    def ask_decision(self, said: DecisionAsked) -> DecisionShown:
        """Ask whether a contact would be allowed now, with every rule's answer.

        Nothing is used up.
        """
        answer: DecisionShown = self._send("POST", "/api/v1/decisions", body=said)
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

    def list_all_nights(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> PageNightListed:
        """List nights, the latest day first."""
        answer: PageNightListed = self._send(
            "GET", "/api/v1/nights", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def every_list_all_nights(self, *, limit: int | None = None) -> Iterator[NightListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/nights", {"limit": limit})

    def show_night(self, night_id: str) -> NightListed:
        """Show one night."""
        answer: NightListed = self._send("GET", f"/api/v1/nights/{quote(str(night_id), safe='')}")
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
