"""Which arrangements and promises are there, and how do they stand?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forbear.contexts.arrangements.models import (
    Arrangement,
    CoveredLoan,
    Instalment,
    Promise,
    ShownText,
)
from forbear.contexts.arrangements.row import no_such, no_such_promise
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.listing import refs_by_id
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class CoveredLoanShown:
    """A loan that an arrangement covers. ``share_minor``: what of the total goes to it.

    ``waived_minor``: what is given up of its penalty; ``waiver_stands``: it is booked so.
    """

    loan_ref: str
    owed_minor: int
    principal_minor: int
    interest_minor: int
    fee_minor: int
    penalty_minor: int
    share_minor: int
    waived_minor: int
    waiver_stands: bool


@dataclass(frozen=True, slots=True)
class InstalmentShown:
    """One instalment; ``first_due_date`` differs where a pause has moved it."""

    number: int
    due_date: date
    first_due_date: date
    amount_minor: int
    regular_minor: int
    charge_minor: int
    covered_minor: int


@dataclass(frozen=True, slots=True)
class ArrangementShown:
    """An arrangement. Amounts in minor units. Null days: not signed, nothing next, not ended.

    ``settle_minor``: what would end it today. ``text_sha256``: of the text shown last; null: none.
    """

    id: int
    ref: str
    debtor_ref: str
    state: str
    kind: str
    target: str
    every: str
    waiver: str
    reminder: bool
    currency: str
    frozen: bool
    affordable_minor: int
    affordable_checked: bool
    owed_minor: int
    waived_minor: int
    regular_minor: int
    charge_minor: int
    total_minor: int
    saves_minor: int
    paid_minor: int
    late_minor: int
    next_date: date | None
    next_minor: int
    settle_minor: int
    offer_until: date
    signed_at: datetime | None
    paused_until: date | None
    pauses: int
    ended_date: date | None
    ended_because: str
    replaces: str | None
    text_sha256: str | None
    version: int
    loans: tuple[CoveredLoanShown, ...]
    instalments: tuple[InstalmentShown, ...]


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """A promise to pay. ``loan_ref`` null: on whichever loan."""

    id: int
    ref: str
    debtor_ref: str
    loan_ref: str | None
    currency: str
    amount_minor: int
    due_date: date
    reminder: bool
    state: str
    paid_minor: int
    made_at: datetime
    moved_at: datetime


def get_arrangement(ref: str, *, actor: Principal) -> ArrangementShown:
    """Return one arrangement.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchArrangement: there is none that may be seen.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = _shown(list(Arrangement.objects.filter(ref=ref).select_related("replaces")))
    if not found:
        raise no_such(ref)
    return found[0]


def list_arrangements(
    *,
    after: int,
    rows: int,
    actor: Principal,
    debtor_ref: str | None = None,
    state: str | None = None,
) -> tuple[ArrangementShown, ...]:
    """Return up to ``rows`` arrangements whose ids follow ``after``.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        wanted = Arrangement.objects.filter(id__gt=after).select_related("replaces")
        if debtor_ref is not None:
            wanted = wanted.filter(debtor__ref=debtor_ref)
        if state is not None:
            wanted = wanted.filter(state=state)
        return _shown(list(wanted.order_by("id")[:rows]))


def get_promise(ref: str, *, actor: Principal) -> PromiseShown:
    """Return one promise.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchPromise: there is none that may be seen.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = _promises(list(Promise.objects.filter(ref=ref)))
    if not found:
        raise no_such_promise(ref)
    return found[0]


def list_promises(
    *,
    after: int,
    rows: int,
    actor: Principal,
    debtor_ref: str | None = None,
    state: str | None = None,
) -> tuple[PromiseShown, ...]:
    """Return up to ``rows`` promises whose ids follow ``after``.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        wanted = Promise.objects.filter(id__gt=after)
        if debtor_ref is not None:
            wanted = wanted.filter(debtor__ref=debtor_ref)
        if state is not None:
            wanted = wanted.filter(state=state)
        return _promises(list(wanted.order_by("id")[:rows]))


def _promises(rows: Sequence[Promise]) -> tuple[PromiseShown, ...]:
    refs = refs_by_id([row.debtor_id for row in rows])
    return tuple(
        PromiseShown(
            debtor_ref=refs[row.debtor_id],
            loan_ref=row.loan_ref or None,
            **_same(row, PromiseShown, but={"debtor_ref", "loan_ref"}),
        )
        for row in rows
    )


def _shown(rows: Sequence[Arrangement]) -> tuple[ArrangementShown, ...]:
    ids = [row.pk for row in rows]
    loans: dict[int, list[CoveredLoanShown]] = defaultdict(list)
    for loan in CoveredLoan.objects.filter(arrangement_id__in=ids).order_by("id"):
        loans[loan.arrangement_id].append(CoveredLoanShown(**_same(loan, CoveredLoanShown)))
    dues: dict[int, list[InstalmentShown]] = defaultdict(list)
    for due in Instalment.objects.filter(arrangement_id__in=ids).order_by("number"):
        dues[due.arrangement_id].append(InstalmentShown(**_same(due, InstalmentShown)))
    texts = _latest_texts(ids)
    refs = refs_by_id([row.debtor_id for row in rows])
    apart = {"debtor_ref", "replaces", "text_sha256", "loans", "instalments"}
    return tuple(
        ArrangementShown(
            debtor_ref=refs[row.debtor_id],
            replaces=None if row.replaces is None else row.replaces.ref,
            text_sha256=texts.get(row.pk),
            loans=tuple(loans[row.pk]),
            instalments=tuple(dues[row.pk]),
            **_same(row, ArrangementShown, but=apart),
        )
        for row in rows
    )


def _latest_texts(ids: Sequence[int]) -> dict[int, str]:
    rows = ShownText.objects.filter(arrangement_id__in=ids).order_by("id")
    return dict(rows.values_list("arrangement_id", "sha256"))


def _same(row: Any, shown: Any, *, but: Collection[str] = ()) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shown.__dataclass_fields__ if name not in but}
