"""Which calls are there about help? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said_help import (
    CheckSent,
    CrisisSent,
    DataAnswerSent,
    DataRequestSent,
    DistressSent,
    HardshipSent,
    LawfulPauseSent,
    LongerSent,
    ReferralMoveSent,
    ReferralSent,
    RepresentativeSent,
    SolutionSent,
)
from forbear.client.said_rights import TextSent
from forbear.client.shown import Done
from forbear.client.shown_help import (
    AnsweredShown,
    DataShown,
    DistressDone,
    ExplainedShown,
    HelperShown,
    PageReferralListed,
    PauseDone,
    ReferralDone,
    ReferralListed,
)
from forbear.client.shown_rights import FilingDone, FilingTaken
from forbear.client.transport import Transport
from forbear.client.words import HelpKind


class Help(Transport):
    """One method a call."""

    def use_right(self, said: DataRequestSent, *, key: str | None = None) -> FilingTaken:
        """Take in that a person uses a right over their own data; its clock starts."""
        answer: FilingTaken = self._send(
            "POST", "/api/v1/data-requests", body=said, key=key, keyed=True
        )
        return answer

    def answer_right(
        self, ref: str, said: DataAnswerSent, *, key: str | None = None
    ) -> AnsweredShown:
        """Answer with reasons, and do what follows; what must stay is told, why and until when."""
        answer: AnsweredShown = self._send(
            "POST",
            f"/api/v1/data-requests/{quote(str(ref), safe='')}/answer",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def show_held(self, ref: str) -> DataShown:
        """Show what is held of a person, where, why and until when; the showing is recorded."""
        answer: DataShown = self._send("GET", f"/api/v1/debtors/{quote(str(ref), safe='')}/data")
        return answer

    def explain(self, ref: str) -> ExplainedShown:
        """Explain why machines decided as they did about a person: plans, and each contact."""
        answer: ExplainedShown = self._send(
            "GET", f"/api/v1/debtors/{quote(str(ref), safe='')}/explanation"
        )
        return answer

    def distress(self, said: DistressSent, *, key: str | None = None) -> DistressDone:
        """Stop contact at once for somebody in distress; a human takes over, and help is named."""
        answer: DistressDone = self._send(
            "POST", "/api/v1/distress", body=said, key=key, keyed=True
        )
        return answer

    def declare(self, said: HardshipSent, *, key: str | None = None) -> FilingTaken:
        """Take a hardship in, with evidence or without: nobody asks for payment meanwhile."""
        answer: FilingTaken = self._send(
            "POST", "/api/v1/hardships", body=said, key=key, keyed=True
        )
        return answer

    def end_help(self, ref: str, said: TextSent, *, key: str | None = None) -> FilingDone:
        """Say that what was granted is over, and tell the person why."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/hardships/{quote(str(ref), safe='')}/end",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def review(self, ref: str, said: TextSent, *, key: str | None = None) -> FilingDone:
        """Look again at what was granted: it goes on as it is until the next review."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/hardships/{quote(str(ref), safe='')}/review",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def grant(self, ref: str, said: SolutionSent, *, key: str | None = None) -> FilingDone:
        """Do something for somebody in hardship, until a day on which somebody looks again."""
        answer: FilingDone = self._send(
            "POST",
            f"/api/v1/hardships/{quote(str(ref), safe='')}/solution",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def list_help(
        self,
        *,
        jurisdiction: str | None = None,
        region: str | None = None,
        kind: HelpKind | None = None,
    ) -> list[HelperShown]:
        """List who helps people in debt in a country and region, and the authorities."""
        answer: list[HelperShown] = self._send(
            "GET",
            "/api/v1/help",
            query={"jurisdiction": jurisdiction, "region": region, "kind": kind},
        )
        return answer

    def pause(self, said: LawfulPauseSent, *, key: str | None = None) -> PauseDone:
        """Let a pause begin; the law of the person's country says how long it lasts."""
        answer: PauseDone = self._send("POST", "/api/v1/pauses", body=said, key=key, keyed=True)
        return answer

    def pause_longer(self, ref: str, said: LongerSent, *, key: str | None = None) -> PauseDone:
        """Let a pause go on for the longer time that a rule gives, on evidence."""
        answer: PauseDone = self._send(
            "POST",
            f"/api/v1/pauses/{quote(str(ref), safe='')}/extension",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def treatment_ended(self, ref: str, said: CrisisSent, *, key: str | None = None) -> PauseDone:
        """Say when treatment of a crisis ended; the pause lasts on for as long as the rules say."""
        answer: PauseDone = self._send(
            "POST",
            f"/api/v1/pauses/{quote(str(ref), safe='')}/treatment-end",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def list_all_referrals(
        self, *, limit: int | None = None, cursor: str | None = None, debtor_ref: str | None = None
    ) -> PageReferralListed:
        """List a person's referrals."""
        answer: PageReferralListed = self._send(
            "GET",
            "/api/v1/referrals",
            query={"limit": limit, "cursor": cursor, "debtor_ref": debtor_ref},
        )
        return answer

    def every_list_all_referrals(
        self, *, limit: int | None = None, debtor_ref: str | None = None
    ) -> Iterator[ReferralListed]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/referrals", {"limit": limit, "debtor_ref": debtor_ref})

    def show_the_way(self, said: ReferralSent, *, key: str | None = None) -> Done:
        """Tell a person of somebody who helps; nobody else is told of the person."""
        answer: Done = self._send("POST", "/api/v1/referrals", body=said, key=key, keyed=True)
        return answer

    def hand_over_or_end(
        self, ref: str, said: ReferralMoveSent, *, key: str | None = None
    ) -> ReferralDone:
        """Hand a person over with their consent, or note that they decline or that it has ended."""
        answer: ReferralDone = self._send(
            "POST",
            f"/api/v1/referrals/{quote(str(ref), safe='')}/moves",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def add_representative(self, said: RepresentativeSent, *, key: str | None = None) -> Done:
        """Record somebody who says to act for a person; their authority is not yet checked."""
        answer: Done = self._send("POST", "/api/v1/representatives", body=said, key=key, keyed=True)
        return answer

    def check_authority(self, ref: str, said: CheckSent, *, key: str | None = None) -> Done:
        """Say that the authority was checked: from now on the person is not contacted."""
        answer: Done = self._send(
            "POST",
            f"/api/v1/representatives/{quote(str(ref), safe='')}/check",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def end_authority(self, ref: str, *, key: str | None = None) -> Done:
        """Say that somebody acts for the person no longer."""
        answer: Done = self._send(
            "POST", f"/api/v1/representatives/{quote(str(ref), safe='')}/end", key=key, keyed=True
        )
        return answer
