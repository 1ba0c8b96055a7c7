"""Which persons and contracts are there, a page at a time?

Pages go by the row's own id, so a row that is added meanwhile moves no other one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import Debtor, Instalment, Loan
from forbear.contexts.portfolio.row import find
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.protection.store import keys, open_values
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class PersonListed:
    """One person, masked. Null: not known; ``erased_at`` null: not erased."""

    id: int
    ref: str
    name_masked: str
    jurisdiction: str
    region: str | None
    language: str | None
    team_id: int | None
    vulnerable: bool
    recorded_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class LoanListed:
    """One contract. ``state_date`` null: since when is not known."""

    id: int
    ref: str
    debtor_ref: str
    creditor: str
    product: str
    currency: str
    contract_date: date
    disbursed_date: date
    principal_minor: int
    annual_rate_bp: int
    state: str
    state_date: date | None


@dataclass(frozen=True, slots=True)
class InstalmentListed:
    """One instalment that counts, in minor units."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    fee_minor: int


def list_persons(
    *,
    after: int,
    rows: int,
    actor: Principal,
    now: datetime,
    ref: str | None = None,
    team_id: int | None = None,
) -> tuple[PersonListed, ...]:
    """Return up to ``rows`` persons whose ids follow ``after``.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        wanted = Debtor.objects.filter(id__gt=after)
        if ref is not None:
            wanted = wanted.filter(ref=ref)
        if team_id is not None:
            wanted = wanted.filter(team_id=team_id)
        found = list(wanted.order_by("id")[:rows])
        held = keys(now=now, of=[row.key_id for row in found if row.name is not None])
        return tuple(
            PersonListed(
                id=row.pk,
                ref=row.ref,
                name_masked=masked(
                    MaskKind.NAME, open_values(row, "name", now=now, held=held)["name"]
                ),
                jurisdiction=row.jurisdiction,
                region=row.region,
                language=row.language,
                team_id=row.team_id,
                vulnerable=row.vulnerable,
                recorded_at=row.recorded_at,
                erased_at=row.erased_at,
            )
            for row in found
        )


def list_loans(
    *,
    after: int,
    rows: int,
    actor: Principal,
    ref: str | None = None,
    debtor_ref: str | None = None,
) -> tuple[LoanListed, ...]:
    """Return up to ``rows`` contracts whose ids follow ``after``.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        wanted = Loan.objects.filter(id__gt=after).select_related("debtor", "creditor")
        if ref is not None:
            wanted = wanted.filter(ref=ref)
        if debtor_ref is not None:
            wanted = wanted.filter(debtor__ref=debtor_ref)
        return tuple(_loan(row) for row in wanted.order_by("id")[:rows])


def get_loan(ref: str, *, actor: Principal) -> tuple[LoanListed, tuple[InstalmentListed, ...]]:
    """Return a contract and the schedule that counts.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef: there is no such contract for this reader.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        row = find(Loan, ref, lock=False)
        counting = Instalment.objects.filter(loan=row, superseded_at__isnull=True)
        return _loan(row), tuple(
            InstalmentListed(
                each.number,
                each.due_date,
                each.principal_minor,
                each.interest_minor,
                each.fee_minor,
            )
            for each in counting.order_by("number")
        )


def refs_by_id(debtor_ids: Collection[int]) -> dict[int, str]:
    """Return the lender's ids of persons by their ids here; who is not seen is left out."""
    required()
    return dict(Debtor.objects.filter(id__in=debtor_ids).values_list("id", "ref"))


def _loan(row: Loan) -> LoanListed:
    return LoanListed(
        id=row.pk,
        ref=row.ref,
        debtor_ref=row.debtor.ref,
        creditor=row.creditor.code,
        product=row.product,
        currency=row.currency,
        contract_date=row.contract_date,
        disbursed_date=row.disbursed_date,
        principal_minor=row.principal_minor,
        annual_rate_bp=row.annual_rate_bp,
        state=row.state,
        state_date=row.state_date,
    )
