"""How are contracts recorded, and their state changed?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.actions.schedule import lay_schedule
from forbear.contexts.portfolio.models import Creditor, Loan
from forbear.contexts.portfolio.row import add_once, find, find_person, known
from forbear.contexts.portfolio.said import InstalmentSaid, LoanSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.values.code import LoanState
from forbear.values.errors import Conflict
from forbear.values.principal import Principal

ANNUAL_RATE_BP_MAX = 100_000
# What is settled may be found unsettled when a payment is reversed; it is never then written off
# in one step.
TRANSITIONS: dict[LoanState, frozenset[LoanState]] = {
    LoanState.OPEN: frozenset({LoanState.SETTLED, LoanState.WRITTEN_OFF}),
    LoanState.WRITTEN_OFF: frozenset({LoanState.SETTLED, LoanState.OPEN}),
    LoanState.SETTLED: frozenset({LoanState.OPEN}),
}


class NoSuchStep(Conflict):
    """A loan in this state cannot go there."""

    code = "NO_SUCH_STEP"


def record_loan(
    said: LoanSaid,
    *,
    source: Source,
    actor: Principal,
    now: datetime,
    instalments: Sequence[InstalmentSaid] | None = None,
) -> Recorded:
    """Record one credit contract of a person, with its whole schedule or without one.

    A schedule that is left out may follow by ``record_schedule``. A loan that is known already
    keeps the schedule that it has.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased, OtherContent.
    """
    with acting(actor):
        may(actor, Permission.BOOK_CHANGE)
        ref = check.ref("ref", said.ref)
        person = find_person(said.debtor_ref)
        creditor = find(Creditor, said.creditor, lock=False, name="code")
        content = {"debtor_id": person.pk, "creditor_id": creditor.pk, **_terms(said, now=now)}
        # The state goes its own way later; what the contract says does not.
        contract = {name: v for name, v in content.items() if not name.startswith("state")}
        found, new = known(Loan, ref, contract, now=now), False
        if found is None:
            loan = Loan(ref=ref, source=source, recorded_at=now, **content)
            found, new = add_once(loan, contract, now=now)
        if new:
            record(
                AuditEvent.LOAN_ADDED,
                actor=actor,
                subject=f"loan:{found.pk}",
                debtor_id=person.pk,
                body={"source": source, **content},
                now=now,
            )
            if instalments is not None:
                lay_schedule(found, instalments, source=source, actor=actor, now=now)
        return Recorded(found.pk, ref, new)


def set_loan_state(
    ref: str,
    state: LoanState,
    *,
    since: date,
    source: Source,
    actor: Principal,
    now: datetime,
) -> Recorded:
    """Say that a loan stands in another state since a day; ``new`` False: it stood there before.

    An extract leaves the state alone from then on, until it says the same.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased.
        NoSuchStep: a loan cannot go there from where it is.
    """
    with acting(actor):
        return enter_loan_state(ref, state, since=since, source=source, actor=actor, now=now)


def enter_loan_state(
    ref: str,
    state: LoanState,
    *,
    since: date,
    source: Source,
    actor: Principal,
    now: datetime,
) -> Recorded:
    """Do the same inside another action, which sees to what follows from the state."""
    required()
    may(actor, Permission.BOOK_CHANGE)
    state = check.word("state", state, LoanState)
    since = check.past_day("since", since, now=now)
    find_person(find(Loan, ref, lock=False).debtor.ref)
    loan = find(Loan, ref)
    check.span("since", loan.contract_date, since)
    before, since_before = LoanState(loan.state), loan.state_date
    if (before, since_before) == (state, since):
        return Recorded(loan.pk, ref, new=False)
    if state is not before and state not in TRANSITIONS[before]:
        raise _no_such_step(ref, before, state)
    loan.state, loan.state_date, loan.said_by_day = state, since, ["state"]
    loan.save(update_fields=["state", "state_date", "said_by_day"])
    record(
        AuditEvent.LOAN_CHANGED,
        actor=actor,
        subject=f"loan:{loan.pk}",
        debtor_id=loan.debtor_id,
        body={"state": state, "state_before": before, "since": since, "source": source},
        now=now,
    )
    return Recorded(loan.pk, ref, new=True)


def _terms(said: LoanSaid, *, now: datetime) -> dict[str, Any]:
    terms = check.product("product", said.product)
    currency = check.currency("currency", said.currency)
    if currency != terms.currency:
        raise check.invalid(
            "currency",
            f"is not {terms.currency}, in which the product {terms.product} is lent",
            f"与产品 {terms.product} 的货币 {terms.currency} 不同",
            remedy="Correct the currency or the product.",
            remedy_zh="请更正货币或产品。",
        )
    contract = check.past_day("contract_date", said.contract_date, now=now)
    disbursed = check.day("disbursed_date", said.disbursed_date)
    check.span("disbursed_date", contract, disbursed)
    state_date = said.state_date
    if state_date is not None:
        check.span("state_date", contract, check.past_day("state_date", state_date, now=now))
    return {
        "product": terms.product,
        "currency": currency,
        "contract_date": contract,
        "disbursed_date": disbursed,
        "principal_minor": check.amount("principal_minor", said.principal_minor),
        "annual_rate_bp": check.number(
            "annual_rate_bp", said.annual_rate_bp, low=0, high=ANNUAL_RATE_BP_MAX
        ),
        "state": check.word("state", said.state, LoanState),
        "state_date": state_date,
    }


def _no_such_step(ref: str, before: LoanState, state: LoanState) -> NoSuchStep:
    return NoSuchStep(
        f"The loan {ref!r} is {before.value} and cannot become {state.value}.",
        remedy=f"From there it can become {', '.join(sorted(TRANSITIONS[before]))}.",
        message_zh=f"借款 {ref!r} 处于 {before.value}，不能变为 {state.value}。",
        remedy_zh=f"可变为：{'、'.join(sorted(TRANSITIONS[before]))}。",
        ref=ref,
        state=before,
    )
