"""Which contacts were made on what a new extract shows to have been wrong?

An extract may tell of payments and pauses that count from days on which somebody was contacted
meanwhile. Each night leaves behind up to where the facts were known to it; what extracts told
since then is new. Where no night was loaded yet, nobody was contacted on any night's word.

The search is made before the next night is loaded. If it is interrupted, the next morning begins
it anew, and nothing is listed twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from forbear.contexts.bureau.actions.renew_lines import renew_lines
from forbear.contexts.cases.actions.list_late_contacts import LateLoan, list_late_contacts
from forbear.contexts.contact.history import contacted_among
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.bulk import NewPosting, extract_postings_after, latest_posting
from forbear.contexts.nightly.models import Night, NightState
from forbear.contexts.portfolio.contract import (
    NewPause,
    extract_pauses_after,
    latest_hold,
    loans_of,
)
from forbear.values.principal import Principal

Progress = Callable[[str, int, int], None]
BATCH_LOANS = 200
_KNOWN = "known"


def known_now() -> dict[str, dict[str, int]]:
    """Return up to where facts are known, for the manifest of a night that is being loaded."""
    return {_KNOWN: {"posting": latest_posting(), "hold": latest_hold()}}


def list_late(
    book_id: str,
    *,
    as_of: date,
    actor: Principal,
    clock: Callable[[], datetime],
    progress: Progress = lambda _step, _done, _all: None,
) -> int:
    """List contacts made on a wrong basis, by what extracts told since the latest loaded night.

    What was reported of the loans to a credit bureau is corrected as well. Some loans at a time,
    each batch in a transaction of its own. Returns how many contacts are new.
    """
    with reading(actor):
        known = _known_before()
        late = _late_loans(known) if known else []
        told = _told_of(known) if known else set()
    renew_lines(told, because=f"book:{book_id}", actor=actor, now=clock())
    listed = 0
    for start in range(0, len(late), BATCH_LOANS):
        progress("late", start, len(late))
        listed += list_late_contacts(
            late[start : start + BATCH_LOANS],
            cause=f"book:{book_id}",
            actor=actor,
            today=as_of,
            now=clock(),
        )
    return listed


def _known_before() -> Mapping[str, int] | None:
    night = Night.objects.filter(state=NightState.LOADED.value).order_by("-finished_at").first()
    return None if night is None else night.manifest.get(_KNOWN)


def _late_loans(known: Mapping[str, int]) -> list[LateLoan]:
    """Return the loans with new facts, of persons who were contacted since one counted."""
    postings: dict[tuple[int, int], list[NewPosting]] = defaultdict(list)
    for posting in extract_postings_after(known["posting"]):
        postings[posting.debtor_id, posting.loan_id].append(posting)
    pauses: dict[tuple[int, int], list[NewPause]] = defaultdict(list)
    for pause in extract_pauses_after(known["hold"]):
        loans = loans_of(pause.debtor_id) if pause.loan_id is None else (pause.loan_id,)
        for loan_id in loans:
            pauses[pause.debtor_id, loan_id].append(pause)
    since = {
        key: min(_days(postings.get(key, ()), pauses.get(key, ())))
        for key in sorted({*postings, *pauses})
    }
    by_person: dict[int, date] = {}
    for (debtor_id, _), day in since.items():
        by_person[debtor_id] = min(day, by_person.get(debtor_id, day))
    contacted = contacted_among(by_person) if by_person else set()
    return [
        LateLoan(
            debtor_id,
            loan_id,
            day,
            frozenset(each.ref for each in postings.get((debtor_id, loan_id), ())),
            frozenset(each.pause for each in pauses.get((debtor_id, loan_id), ())),
        )
        for (debtor_id, loan_id), day in since.items()
        if debtor_id in contacted
    ]


def _told_of(known: Mapping[str, int]) -> set[int]:
    """Return the loans of which extracts told a posting or a pause."""
    found = {each.loan_id for each in extract_postings_after(known["posting"])}
    for pause in extract_pauses_after(known["hold"]):
        found |= set(loans_of(pause.debtor_id)) if pause.loan_id is None else {pause.loan_id}
    return found


def _days(postings: Collection[NewPosting], pauses: Collection[NewPause]) -> Iterator[date]:
    """Return the days from which on contacts are looked at.

    Who was contacted on the very day of a payment may well have paid because of it.
    """
    yield from (each.value_date + timedelta(days=1) for each in postings)
    yield from (each.pause.start_date for each in pauses)
