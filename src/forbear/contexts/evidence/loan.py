"""What does a document say of one loan: its contract, each step of its arithmetic, its mandate?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from forbear.contexts.audit.queries import Done
from forbear.contexts.cases.mandate import InCare
from forbear.contexts.ledger.history import PostingTold
from forbear.contexts.people.care import TeamNamed
from forbear.contexts.portfolio.contract import Contract
from forbear.contexts.portfolio.particular import Particulars
from forbear.contexts.portfolio.queries.shown import LoanShown
from forbear.contexts.rulebook.library import open_products
from forbear.policy.debt import account
from forbear.policy.debt.facts import LoanFacts
from forbear.policy.debt.steps import Row, steps

Reckoned = Mapping[int, tuple[Contract, LoanFacts]]
_NOTHING_RECKONED = {"instalments": [], "postings": [], "owed": None}


def loan_rows(
    loans: tuple[LoanShown, ...],
    reckoned: Reckoned,
    postings: list[PostingTold],
    entries: Mapping[str, list[Done]],
    *,
    as_of_day: int,
    said: Particulars,
) -> list[Row]:
    """Return loans as plain rows, as of the end of a day and known then; one row a loan.

    ``reckoned``: the facts of those loans, from ``loan_facts``; ``said``: how creditors and
    products are called. A loan without a schedule says so by ``owed`` null.

    Raises:
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    told = {each.ref: each for each in postings}
    rows = []
    for loan in loans:
        row = _contract(loan, said)
        if loan.id in reckoned:
            facts = reckoned[loan.id][1]
            terms = open_products()[loan.product]
            row |= steps(account(facts, terms, as_of_day=as_of_day, known_day=as_of_day))
            row["postings"] = [
                posting | _recorded(told[posting["ref"]], entries) for posting in row["postings"]
            ]
        else:
            row |= _NOTHING_RECKONED
        rows.append(row)
    return rows


def _contract(loan: LoanShown, said: Particulars) -> Row:
    owner = said.creditor(loan.creditor, en=loan.creditor_en, zh=loan.creditor_zh)
    product = said.product(loan.product)
    return {
        "ref": loan.ref,
        "creditor": {"code": loan.creditor, "en": owner.en, "zh": owner.zh},
        "product": {
            "code": loan.product,
            "en": product.en,
            "zh": product.zh,
        },
        "currency": loan.currency,
        "contract_date": loan.contract_date.isoformat(),
        "disbursed_date": loan.disbursed_date.isoformat(),
        "principal_minor": loan.principal_minor,
        "annual_rate_bp": loan.annual_rate_bp,
        "state": loan.state,
        "state_date": loan.state_date.isoformat() if loan.state_date else None,
    }


def _recorded(posting: PostingTold, entries: Mapping[str, list[Done]]) -> Row:
    """Say by which way a posting came in, and name its entries of the record.

    One from a lender's files has no entry of its own: the file has one.
    """
    return {
        "source": posting.source.value,
        "entries": [each.id for each in entries.get(f"posting:{posting.id}", ())],
    }


def mandate_rows(care: tuple[InCare, ...], teams: Mapping[int, TeamNamed]) -> list[Row]:
    """Return in whose care the person was, as plain rows, the oldest first."""
    return [
        {
            "case": each.case_id,
            "team": None if each.team_id is None else _team(teams[each.team_id]),
            "since": instant(each.since),
            "until": None if each.until is None else instant(each.until),
        }
        for each in care
    ]


def _team(team: TeamNamed) -> dict[str, Any]:
    return {"code": team.code, "en": team.name_en, "zh": team.name_zh, "agency": team.agency}


def instant(at: datetime) -> str:
    """Return an instant to the second, in UTC."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
