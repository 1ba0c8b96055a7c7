"""Which calls are there about arrangements? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said_arrangements import (
    AffordSent,
    EndSent,
    PauseSent,
    PromiseSent,
    ProposeSent,
    ReminderSent,
    SignSent,
    WantedSent,
)
from forbear.client.shown import Done
from forbear.client.shown_arrangements import (
    AffordedShown,
    AgreementShown,
    ArrangementShown,
    CodeShown,
    OffersShown,
    PageArrangementShown,
    PagePromiseShown,
    PromiseShown,
)
from forbear.client.transport import Transport
from forbear.client.words import ArrangementState, PromiseState


class Arrangements(Transport):
    """One method a call."""

    def work_out_affordability(self, said: AffordSent) -> AffordedShown:
        """Work out what a person can pay a month, step by step; nothing is kept."""
        answer: AffordedShown = self._send("POST", "/api/v1/affordability", body=said)
        return answer

    def list_all_arrangements(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        debtor_ref: str | None = None,
        state: ArrangementState | None = None,
    ) -> PageArrangementShown:
        """List arrangements in the order in which they were proposed."""
        answer: PageArrangementShown = self._send(
            "GET",
            "/api/v1/arrangements",
            query={"limit": limit, "cursor": cursor, "debtor_ref": debtor_ref, "state": state},
        )
        return answer

    def every_list_all_arrangements(
        self,
        *,
        limit: int | None = None,
        debtor_ref: str | None = None,
        state: ArrangementState | None = None,
    ) -> Iterator[ArrangementShown]:
        """Go through the whole list, page after page."""
        return self._every(
            "/api/v1/arrangements", {"limit": limit, "debtor_ref": debtor_ref, "state": state}
        )

    def propose_arrangement(self, said: ProposeSent, *, key: str | None = None) -> ArrangementShown:
        """Keep a proposal for some days, for the person to decide."""
        answer: ArrangementShown = self._send(
            "POST", "/api/v1/arrangements", body=said, key=key, keyed=True
        )
        return answer

    def show_arrangement(self, ref: str) -> ArrangementShown:
        """Show one arrangement, and what would end it today."""
        answer: ArrangementShown = self._send(
            "GET", f"/api/v1/arrangements/{quote(str(ref), safe='')}"
        )
        return answer

    def show_agreement_text(self, ref: str, *, key: str | None = None) -> AgreementShown:
        """Return the text of the agreement, and keep that it was shown."""
        answer: AgreementShown = self._send(
            "POST",
            f"/api/v1/arrangements/{quote(str(ref), safe='')}/agreement",
            key=key,
            keyed=True,
        )
        return answer

    def send_signing_code(self, ref: str, *, key: str | None = None) -> CodeShown:
        """Send the person a one-time code for signing; earlier ones are void."""
        answer: CodeShown = self._send(
            "POST", f"/api/v1/arrangements/{quote(str(ref), safe='')}/code", key=key, keyed=True
        )
        return answer

    def end_signed_arrangement(
        self, ref: str, said: EndSent, *, key: str | None = None
    ) -> ArrangementShown:
        """End a signed arrangement that the person wants no more, or that was not kept."""
        answer: ArrangementShown = self._send(
            "POST",
            f"/api/v1/arrangements/{quote(str(ref), safe='')}/end",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def put_instalments_off(
        self, ref: str, said: PauseSent, *, key: str | None = None
    ) -> ArrangementShown:
        """Put off every instalment that is not paid whole; nothing is added for it."""
        answer: ArrangementShown = self._send(
            "POST",
            f"/api/v1/arrangements/{quote(str(ref), safe='')}/pauses",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def remind_of_instalments(
        self, ref: str, said: ReminderSent, *, key: str | None = None
    ) -> ArrangementShown:
        """Note whether the person wants to be reminded the day before each instalment."""
        answer: ArrangementShown = self._send(
            "POST",
            f"/api/v1/arrangements/{quote(str(ref), safe='')}/reminder",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def sign_arrangement(
        self, ref: str, said: SignSent, *, key: str | None = None
    ) -> ArrangementShown:
        """Sign: the arrangement begins, and collection of its loans stops at once."""
        answer: ArrangementShown = self._send(
            "POST",
            f"/api/v1/arrangements/{quote(str(ref), safe='')}/signature",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def take_arrangement_back(self, ref: str, *, key: str | None = None) -> ArrangementShown:
        """Take an arrangement back: before it is signed, or within the days after signing."""
        answer: ArrangementShown = self._send(
            "POST",
            f"/api/v1/arrangements/{quote(str(ref), safe='')}/withdrawal",
            key=key,
            keyed=True,
        )
        return answer

    def list_all_promises(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        debtor_ref: str | None = None,
        state: PromiseState | None = None,
    ) -> PagePromiseShown:
        """List promises in the order in which they were made."""
        answer: PagePromiseShown = self._send(
            "GET",
            "/api/v1/promises",
            query={"limit": limit, "cursor": cursor, "debtor_ref": debtor_ref, "state": state},
        )
        return answer

    def every_list_all_promises(
        self,
        *,
        limit: int | None = None,
        debtor_ref: str | None = None,
        state: PromiseState | None = None,
    ) -> Iterator[PromiseShown]:
        """Go through the whole list, page after page."""
        return self._every(
            "/api/v1/promises", {"limit": limit, "debtor_ref": debtor_ref, "state": state}
        )

    def record_promise(self, said: PromiseSent, *, key: str | None = None) -> Done:
        """Record a promise; until its day has passed the debt is not collected."""
        answer: Done = self._send("POST", "/api/v1/promises", body=said, key=key, keyed=True)
        return answer

    def take_promise_back(self, ref: str, *, key: str | None = None) -> PromiseShown:
        """Take an open promise back."""
        answer: PromiseShown = self._send(
            "POST", f"/api/v1/promises/{quote(str(ref), safe='')}/withdrawal", key=key, keyed=True
        )
        return answer

    def work_out_proposals(self, said: WantedSent) -> OffersShown:
        """Work out two or three arrangements to the minor unit; nothing is kept."""
        answer: OffersShown = self._send("POST", "/api/v1/proposals", body=said)
        return answer
