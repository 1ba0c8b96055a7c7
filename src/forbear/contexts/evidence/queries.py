"""What does a person owe today, step by step, and what if nothing is paid for a month?

The same rows as in a pack of evidence, from the same functions, but not sealed and with no proofs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.contexts.cases.mandate import care_of
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.loan import Reckoned, loan_rows, mandate_rows
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.ledger.history import postings_told
from forbear.contexts.people.care import teams_named
from forbear.contexts.portfolio.particular import particulars_on
from forbear.contexts.portfolio.queries.person import get_owing
from forbear.contexts.portfolio.queries.shown import HoldShown
from forbear.contexts.portfolio.queries.who import Who
from forbear.contexts.rulebook.library import open_products
from forbear.policy.debt.facts import DAY_LAST
from forbear.policy.debt.projection import projection
from forbear.policy.debt.steps import Row
from forbear.values.day import day_number
from forbear.values.principal import Principal

MONTH_DAYS = 30
_POSTINGS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class LoanNow:
    """One loan as a pack of evidence has it. ``later`` null: it cannot be reckoned ahead."""

    id: int
    told: Row
    later: Later | None


@dataclass(frozen=True, slots=True)
class Later:
    """A loan after ``MONTH_DAYS`` days in which nothing is paid, in minor units.

    ``grows_minor``: by how much interest, penalty and fees grow till then.
    """

    days: int
    current_again_minor: int
    payoff_minor: int
    grows_minor: int


@dataclass(frozen=True, slots=True)
class AccountNow:
    """A person's whole account; ``mandate`` is in whose care it was, the oldest first.

    ``holds``: those in force today, or to come.
    """

    who: Who
    holds: tuple[HoldShown, ...]
    loans: tuple[LoanNow, ...]
    mandate: tuple[Row, ...]


def account_now(debtor_id: int, *, actor: Principal, today: date) -> AccountNow:
    """Return a person's account as of today, the lender's day.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        Debtor.DoesNotExist: there is no such person for this reader.
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    with reading(actor):
        owing = get_owing(debtor_id, as_of=today, actor=actor)
        postings = postings_told(debtor_id, behind=None, limit=_POSTINGS_MAX)
        reckoned = loan_facts([loan.id for loan in owing.loans])
        rows = loan_rows(
            owing.loans,
            reckoned,
            postings,
            {},
            as_of_day=day_number(today),
            said=particulars_on(today),
        )
        later = _later(reckoned, today)
        care = care_of(debtor_id)
        named = teams_named({each.team_id for each in care} - {None})
        return AccountNow(
            owing.who,
            owing.holds,
            tuple(
                LoanNow(loan.id, row, later.get(loan.id))
                for loan, row in zip(owing.loans, rows, strict=True)
            ),
            tuple(mandate_rows(care, named)),
        )


def _later(reckoned: Reckoned, today: date) -> dict[int, Later]:
    found: dict[int, Later] = {}
    day = day_number(today)
    if day + MONTH_DAYS > DAY_LAST:
        return found
    for loan_id, (_, facts) in reckoned.items():
        terms = open_products()[facts.product]
        ahead = projection(facts, terms, as_of_day=day, known_day=day, horizon_days=[MONTH_DAYS])[0]
        found[loan_id] = Later(
            MONTH_DAYS,
            ahead.standing.overdue_minor,
            ahead.standing.payoff_minor,
            ahead.cost_minor,
        )
    return found
