"""How do the rows of a drawn portfolio become the facts of one loan?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from forbear.policy.debt import Instalment, LoanFacts, Pause, Posting, Standing
from forbear.values.code import HoldKind, LoanState, Purpose
from forbear.values.day import DAY_S
from tests.support.book import Portfolio

NUMBERS = ("loan_no", "debtor_no")


def facts_of(portfolio: Portfolio, loan: dict[str, Any]) -> LoanFacts:
    """Return one loan's facts; only the holds that stop its clock are its pauses."""
    return LoanFacts(
        loan_id=loan["loan_id"],
        product=loan["product"],
        currency=loan["currency"],
        disbursed_day=loan["disbursed_day"],
        principal_minor=loan["principal_minor"],
        annual_rate_bp=loan["annual_rate_bp"],
        state=LoanState.from_number(loan["state"]),
        instalments=tuple(Instalment(**row) for row in portfolio.schedules[loan["loan_no"]]),
        postings=tuple(
            Posting(**(row | {"purpose": Purpose.from_number(row["purpose"])}))
            for row in portfolio.postings[loan["loan_no"]]
        ),
        pauses=tuple(
            Pause(hold["start_day"], hold["end_day"], hold["recorded_s"] // DAY_S)
            for hold in portfolio.holds
            if hold["kind"] == HoldKind.PAUSE.number
            and hold["debtor_no"] == loan["debtor_no"]
            and hold["loan_no"] in {None, loan["loan_no"]}
        ),
    )


def row_of(found: Standing) -> dict[str, Any]:
    """Return a standing with the words that the book keeps as numbers."""
    return asdict(found) | {"risk_class": found.risk_class.number}


def merged(portfolios: list[Portfolio]) -> Portfolio:
    """Return one portfolio of all loans, numbered anew, so that one night computes them all."""
    whole = Portfolio([], {}, {})
    persons = 0
    for one in portfolios:
        numbers = {loan["loan_no"]: len(whole.loans) + at for at, loan in enumerate(one.loans)}
        for loan in one.loans:
            number = numbers[loan["loan_no"]]
            whole.loans.append(loan | {"loan_no": number, "debtor_no": persons + loan["debtor_no"]})
            whole.schedules[number] = one.schedules[loan["loan_no"]]
            whole.postings[number] = one.postings[loan["loan_no"]]
        whole.holds += [
            hold
            | {
                "debtor_no": persons + hold["debtor_no"],
                "loan_no": None if hold["loan_no"] is None else numbers[hold["loan_no"]],
            }
            for hold in one.holds
        ]
        persons += 1 + max(loan["debtor_no"] for loan in one.loans)
    return whole
