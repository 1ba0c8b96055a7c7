"""Which calls are there about days? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said_days import AssignSent, MoveSent
from forbear.client.shown_days import (
    CaseDone,
    CaseListed,
    NightListed,
    PageCaseListed,
    PageNightListed,
    PagePlanListed,
    PlanListed,
)
from forbear.client.transport import Transport
from forbear.client.words import AgendaOutcome, CaseState


class Days(Transport):
    """One method a call."""

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
