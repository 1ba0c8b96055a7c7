"""Which calls are there about reporting? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forbear.client.said_reporting import (
    CorrectionSent,
    DisputeEndSent,
    DisputeSent,
    ToldSent,
    WhatIfAsked,
)
from forbear.client.shown_reporting import (
    ConsequencesSaid,
    Corrected,
    DifferenceShown,
    DisputeDone,
    FileShown,
    LineShown,
    LoanReported,
    PageFileShown,
    PageLineShown,
    ToldDone,
    WithheldListed,
)
from forbear.client.transport import Transport


class Reporting(Transport):
    """One method a call."""

    def list_bureau_files(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> PageFileShown:
        """List the files that were made for credit bureaus, in totals alone."""
        answer: PageFileShown = self._send(
            "GET", "/api/v1/bureau/files", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def every_list_bureau_files(self, *, limit: int | None = None) -> Iterator[FileShown]:
        """Go through the whole list, page after page."""
        return self._every("/api/v1/bureau/files", {"limit": limit})

    def show_difference(self, bureau: str, month: str) -> DifferenceShown:
        """Show in counts and words what has changed since the month before."""
        answer: DifferenceShown = self._send(
            "GET",
            f"/api/v1/bureau/{quote(str(bureau), safe='')}/{quote(str(month), safe='')}/difference",
        )
        return answer

    def list_bureau_lines(
        self,
        bureau: str,
        month: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        negative: bool | None = None,
    ) -> PageLineShown:
        """List a month's lines that count, in the order in which they were written."""
        answer: PageLineShown = self._send(
            "GET",
            f"/api/v1/bureau/{quote(str(bureau), safe='')}/{quote(str(month), safe='')}/lines",
            query={"limit": limit, "cursor": cursor, "negative": negative},
        )
        return answer

    def every_list_bureau_lines(
        self, bureau: str, month: str, *, limit: int | None = None, negative: bool | None = None
    ) -> Iterator[LineShown]:
        """Go through the whole list, page after page."""
        return self._every(
            f"/api/v1/bureau/{quote(str(bureau), safe='')}/{quote(str(month), safe='')}/lines",
            {"limit": limit, "negative": negative},
        )

    def list_withheld_lines(self, bureau: str, month: str) -> WithheldListed:
        """Show which lines up to a month may not go yet, why, and when time alone lets them."""
        answer: WithheldListed = self._send(
            "GET",
            f"/api/v1/bureau/{quote(str(bureau), safe='')}/{quote(str(month), safe='')}/withheld",
        )
        return answer

    def correct_reported(
        self, ref: str, said: CorrectionSent, *, key: str | None = None
    ) -> Corrected:
        """Correct lines as a dispute was decided: new lines take the place of wrong ones."""
        answer: Corrected = self._send(
            "POST",
            f"/api/v1/loans/{quote(str(ref), safe='')}/bureau-corrections",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def end_bureau_dispute(
        self, ref: str, said: DisputeEndSent, *, key: str | None = None
    ) -> DisputeDone:
        """Close a dispute about lines and say what they say of it from now on."""
        answer: DisputeDone = self._send(
            "POST",
            f"/api/v1/loans/{quote(str(ref), safe='')}/bureau-dispute-ends",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def add_bureau_dispute(
        self, ref: str, said: DisputeSent, *, key: str | None = None
    ) -> DisputeDone:
        """Mark a loan's lines as disputed; the same dispute again changes nothing."""
        answer: DisputeDone = self._send(
            "POST",
            f"/api/v1/loans/{quote(str(ref), safe='')}/bureau-disputes",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def show_reported(self, ref: str) -> LoanReported:
        """Show all that was reported of a loan: what counts, what was believed, who was told."""
        answer: LoanReported = self._send(
            "GET", f"/api/v1/loans/{quote(str(ref), safe='')}/bureau-lines"
        )
        return answer

    def add_told(self, ref: str, said: ToldSent, *, key: str | None = None) -> ToldDone:
        """Record that the person, the creditor or somebody else was told of a line."""
        answer: ToldDone = self._send(
            "POST",
            f"/api/v1/loans/{quote(str(ref), safe='')}/bureau-told",
            body=said,
            key=key,
            keyed=True,
        )
        return answer

    def ask_what_if(
        self, ref: str, said: WhatIfAsked, *, key: str | None = None
    ) -> ConsequencesSaid:
        """Say what will be reported in the months to come if it is paid so; nothing is written."""
        answer: ConsequencesSaid = self._send(
            "POST",
            f"/api/v1/loans/{quote(str(ref), safe='')}/bureau-what-if",
            body=said,
            key=key,
            keyed=True,
        )
        return answer
