"""Which instalments did loans ask for, and when was each settled?"""

from __future__ import annotations

from collections.abc import Collection

from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.rulebook.library import open_products
from forbear.policy.debt.ledger import ledger_of
from forbear.policy.education.moment import Instalment, instalments_of


def instalments_by_loan(
    loan_ids: Collection[int], *, known_day: int
) -> dict[int, tuple[Instalment, ...]]:
    """Return the instalments of loans that have some, as known on a day.

    Raises:
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    required()
    products = open_products()
    return {
        loan_id: tuple(
            instalments_of(ledger_of(facts, products[facts.product], known_day=known_day))
        )
        for loan_id, (_, facts) in loan_facts(loan_ids).items()
    }
