"""May a person's data go today, and if not, why must they stay?

Beside the rules of keeping, an unsettled loan and an open matter keep data: they are needed still.
Everything here runs inside a transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from forbear.contexts.portfolio.keeping import keeping_pack
from forbear.contexts.portfolio.models import Debtor, Hold, Loan
from forbear.contexts.portfolio.particular import fresh_particulars
from forbear.contexts.protection.holding import Holding, holdings_of
from forbear.contexts.protection.retention import Reason, Schedule, schedule
from forbear.policy.kind import ClockStart
from forbear.policy.pack import Pack
from forbear.values.code import HoldKind, Jurisdiction, LoanState, RecordKind
from forbear.values.day import day_number

OPEN_MATTERS = (HoldKind.DISPUTE, HoldKind.COMPLAINT)
_NOT_SETTLED = Reason(
    "A loan is not settled, or written off with the claim standing: the data are needed for it.",
    "仍有未结清的借款（含已核销但债权仍存的）：处理该债权需要这些数据。",
)
_OPEN_MATTER = Reason(
    "A dispute or complaint is still open: the data are needed to settle it.",
    "仍有未了结的异议或投诉：处理时需要这些数据。",
)
_NO_DAY = Reason(
    "Since when a loan is settled is not known; record the day with the loan's state.",
    "借款的结清日期未知；请在借款状态中登记日期。",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one person today. ``reasons`` say why data stay; empty: they may go.

    ``must_go``: they not only may but have to. ``keep_until`` is the last day of keeping, null
    where no rule names one or its clock has not begun.
    """

    debtor_id: int
    ref: str
    reasons: tuple[Reason, ...]
    must_go: bool
    keep_until: int | None
    schedule: Schedule


def verdicts(persons: Collection[Debtor], *, on: date) -> dict[int, Verdict]:
    """Return what holds for each person, by id."""
    ids = [person.pk for person in persons]
    held = holdings_of(ids)
    loans: dict[int, list[Loan]] = {each: [] for each in ids}
    for loan in Loan.objects.filter(debtor_id__in=ids):
        loans[loan.debtor_id].append(loan)
    open_matters = set(
        Hold.objects.filter(
            Q(end_date__isnull=True) | Q(end_date__gt=on),
            debtor_id__in=ids,
            kind__in=OPEN_MATTERS,
            released_at__isnull=True,
        ).values_list("debtor_id", flat=True)
    )
    packs: dict[str, Pack] = {}
    found = {}
    for person in persons:
        if person.jurisdiction not in packs:
            packs[person.jurisdiction] = _pack(Jurisdiction(person.jurisdiction), on)
        found[person.pk] = _verdict(
            person,
            packs[person.jurisdiction],
            loans[person.pk],
            held[person.pk],
            open_matter=person.pk in open_matters,
            today=day_number(on),
        )
    return found


def _pack(jurisdiction: Jurisdiction, on: date) -> Pack:
    return keeping_pack(jurisdiction, on, fresh_particulars(on))


def _verdict(
    person: Debtor,
    pack: Pack,
    loans: Iterable[Loan],
    held: Iterable[Holding],
    *,
    open_matter: bool,
    today: int,
) -> Verdict:
    loans = list(loans)
    settled = _settled(loans)
    own = [
        Holding(RecordKind.PERSONAL_DATA, ClockStart.SETTLED, settled),
        Holding(RecordKind.NEGATIVE_LINE, ClockStart.ENDED, settled),
    ]
    planned = schedule(pack, [*held, *own])
    reasons = list(planned.reasons(today))
    if any(loan.state != LoanState.SETTLED for loan in loans):
        reasons.append(_NOT_SETTLED)
    elif loans and settled is None:
        reasons.append(_NO_DAY)
    if open_matter:
        reasons.append(_OPEN_MATTER)
    return Verdict(
        person.pk,
        person.ref,
        tuple(reasons),
        must_go=not reasons and planned.must_go(today),
        keep_until=planned.keep_until,
        schedule=planned,
    )


def _settled(loans: list[Loan]) -> int | None:
    """Return the day on which the last loan of a person ended; null: not known, or some stand."""
    days = [loan.state_date for loan in loans if loan.state == LoanState.SETTLED]
    known = [day_number(day) for day in days if day is not None]
    return max(known) if known and len(known) == len(loans) else None
