"""Contracts: record them with their schedules, show what they stand at, list them."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.cases.actions.change_loan import (
    record_schedule_and_refresh,
    set_loan_state_and_refresh,
)
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.ledger.listing import StandingShown, standing_of
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.actions.loan import record_loan
from forbear.contexts.portfolio.queries.listing import (
    InstalmentListed,
    LoanListed,
    get_loan,
    list_loans,
)
from forbear.contexts.portfolio.said import CreditorSaid, InstalmentSaid, LoanSaid
from forbear.contexts.portfolio.word import Source
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.answer import Done, created
from forbear.interfaces.api.field import Amount, Day, Ref, Sent, Word
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.values.code import LoanState
from forbear.values.money import Currency

router = Router(tags=["loans"])
Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class CreditorSent(Sent):
    """Who lent the money, or owns the debt now; ``code`` is the ref."""

    code: Ref
    name_en: Label
    name_zh: Label


class InstalmentSent(Sent):
    """An amount that falls due, in minor units."""

    number: Annotated[int, Field(strict=True, ge=1, le=9_999)]
    due_date: Day
    principal_minor: Amount
    interest_minor: Amount = 0
    fee_minor: Amount = 0


Schedule = Annotated[list[InstalmentSent], Field(min_length=1, max_length=1_200)]


class LoanSent(Sent):
    """One credit contract, with its whole schedule or without one."""

    ref: Ref
    debtor_ref: Ref
    creditor: Ref
    product: Word
    currency: Currency
    contract_date: Day
    disbursed_date: Day
    principal_minor: Amount
    annual_rate_bp: Annotated[int, Field(strict=True, ge=0, le=100_000)]
    state: LoanState = LoanState.OPEN
    state_date: Day | None = None
    schedule: Schedule | None = None


class ScheduleSent(Sent):
    """The whole schedule: numbers from 1, rising due days, principal as lent."""

    instalments: Schedule


class StateSent(Sent):
    """Where a loan stands with its lender, and since which day."""

    state: LoanState
    since: Day


class LoanWhole(BaseModel):
    """A contract, the schedule that counts, and what it stands at; null: not worked out yet."""

    loan: LoanListed
    schedule: list[InstalmentListed]
    standing: StandingShown | None


class LoansAsked(Paged):
    """Which contracts are asked for."""

    ref: Ref | None = None
    debtor_ref: Ref | None = None


@call(router, "POST", "/creditors", scope=Scope.LOANS_WRITE, answer=Done, status=201)
def add_creditor(request: Request, said: CreditorSent) -> object:
    """Record a creditor, whom loans name by its code."""
    given = CreditorSaid(said.code, said.name_en, said.name_zh)
    return created(record_creditor(given, actor=request.actor, now=request.now))


@call(router, "POST", "/loans", scope=Scope.LOANS_WRITE, answer=Done, status=201)
def add_loan(request: Request, said: LoanSent) -> object:
    """Record a contract and its schedule, both or neither."""
    names = [name for name in LoanSent.model_fields if name not in {"schedule", "currency"}]
    given = LoanSaid(**{name: getattr(said, name) for name in names}, currency=said.currency.value)
    return created(
        record_loan(
            given,
            instalments=None if said.schedule is None else _instalments(said.schedule),
            source=Source.API,
            actor=request.actor,
            now=request.now,
        )
    )


@call(router, "GET", "/loans", scope=Scope.LOANS_READ, answer=Page[LoanListed])
def list_contracts(request: Request, asked: Query[LoansAsked]) -> object:
    """List contracts in the order in which they were recorded."""
    found = list_loans(
        after=after(asked),
        rows=asked.limit + 1,
        ref=asked.ref,
        debtor_ref=asked.debtor_ref,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "GET", "/loans/{ref}", scope=Scope.LOANS_READ, answer=LoanWhole)
def get_contract(request: Request, ref: Ref) -> object:
    """Show a contract, its schedule and what it stands at."""
    loan, schedule = get_loan(ref, actor=request.actor)
    standing = standing_of(loan.id, actor=request.actor)
    return LoanWhole(loan=loan, schedule=list(schedule), standing=standing)


@call(router, "PUT", "/loans/{ref}/schedule", scope=Scope.LOANS_WRITE, answer=Done)
def put_schedule(request: Request, ref: Ref, said: ScheduleSent) -> object:
    """Record a loan's whole schedule; rows that differ are superseded, never lost."""
    return record_schedule_and_refresh(
        ref,
        _instalments(said.instalments),
        source=Source.API,
        actor=request.actor,
        today=request.today,
        now=request.now,
    ).recorded


@call(router, "PUT", "/loans/{ref}/state", scope=Scope.LOANS_WRITE, answer=Done)
def put_loan_state(request: Request, ref: Ref, said: StateSent) -> object:
    """Say that a loan stands in another state since a day."""
    return set_loan_state_and_refresh(
        ref,
        said.state,
        since=said.since,
        source=Source.API,
        actor=request.actor,
        today=request.today,
        now=request.now,
    ).recorded


def _instalments(sent: list[InstalmentSent]) -> list[InstalmentSaid]:
    return [InstalmentSaid(**{n: getattr(e, n) for n in InstalmentSent.model_fields}) for e in sent]
