"""What is known of loans to say what they owe? Contracts and postings, as one value a loan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC

from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import Posting as Row
from forbear.contexts.portfolio.contract import Contract, Paused, contracts
from forbear.policy.debt import facts as debt
from forbear.values.code import LoanState, Purpose
from forbear.values.day import day_number


def loan_facts(loan_ids: Collection[int]) -> dict[int, tuple[Contract, debt.LoanFacts]]:
    """Return loans' contracts and facts by loan id.

    What may not be seen is left out, and so is a loan that has no schedule yet: nothing is to be
    reckoned with.

    Raises:
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    required()
    postings: dict[int, list[debt.Posting]] = defaultdict(list)
    rows = Row.objects.filter(loan_id__in=loan_ids).select_related("reverses").order_by("id")
    for row in rows:
        postings[row.loan_id].append(
            debt.Posting(
                row.ref,
                day_number(row.value_date),
                day_number(row.posting_date),
                row.amount_minor,
                Purpose(row.purpose),
                row.reverses.ref if row.reverses else None,
            )
        )
    return {
        loan_id: (contract, _facts(contract, postings[loan_id]))
        for loan_id, contract in contracts(loan_ids).items()
        if contract.instalments
    }


def _facts(contract: Contract, postings: list[debt.Posting]) -> debt.LoanFacts:
    return debt.LoanFacts(
        loan_id=contract.ref,
        product=contract.product,
        currency=contract.currency,
        disbursed_day=day_number(contract.disbursed_date),
        principal_minor=contract.principal_minor,
        annual_rate_bp=contract.annual_rate_bp,
        state=LoanState(contract.state),
        instalments=tuple(
            debt.Instalment(
                day_number(term.due_date),
                term.principal_minor,
                term.interest_minor,
                term.fee_minor,
            )
            for term in contract.instalments
        ),
        postings=tuple(postings),
        pauses=tuple(pause_of(pause) for pause in contract.pauses),
    )


def pause_of(pause: Paused) -> debt.Pause:
    """Return a pause in numbers of days."""
    return debt.Pause(
        day_number(pause.start_date),
        day_number(pause.end_date) if pause.end_date else None,
        day_number(pause.recorded_at.astimezone(UTC).date()),
    )
