"""What do a person's loans owe today, as an arrangement about them sees it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.portfolio.contract import loan_by_ref
from forbear.contexts.rulebook.library import open_products
from forbear.policy.arrange.owed import LoanOwed
from forbear.policy.arrange.word import Target
from forbear.policy.debt import Account, account
from forbear.policy.debt.line import InstalmentState
from forbear.values.code import LoanState
from forbear.values.day import day_number
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.money import Currency

_BP_PPM = 100


class NoSuchLoan(NotFound):
    """The person has no such loan."""

    code = "NO_SUCH_LOAN"


class LoanOfOther(InvalidInput):
    """The loan is another person's."""

    code = "LOAN_OF_ANOTHER"


class NotOwed(Conflict):
    """Nothing is owed on the loan that could be arranged."""

    code = "NOTHING_OWED"


@dataclass(frozen=True, slots=True)
class Parts:
    """Of what a debt consists, in minor units."""

    principal_minor: int
    interest_minor: int
    fee_minor: int
    penalty_minor: int


@dataclass(frozen=True, slots=True)
class Covered:
    """One loan: its id, what it owes, and of what that consists."""

    loan_id: int
    owed: LoanOwed
    arrears: Parts
    payoff: Parts

    def parts(self, target: Target) -> Parts:
        """Return of what the debt up to a target consists."""
        return self.arrears if target is Target.ARREARS else self.payoff


def owed_by(debtor_id: int, refs: Sequence[str], *, today: date) -> list[Covered]:
    """Work out loans of a held person, in the order in which they are named.

    Raises:
        NoSuchLoan, LoanOfOther: a loan is not known, or another person's.
        NotOwed: a loan is settled, or has no schedule.
    """
    ids = [_loan_of(debtor_id, ref) for ref in dict.fromkeys(refs)]
    known = loan_facts(ids)
    found = []
    for loan_id, ref in zip(ids, dict.fromkeys(refs), strict=True):
        if loan_id not in known or known[loan_id][1].state is LoanState.SETTLED:
            raise _not_owed(ref)
        _, facts = known[loan_id]
        day = day_number(today)
        laid = account(facts, open_products()[facts.product], as_of_day=day, known_day=day)
        found.append(_covered(loan_id, laid))
    return found


def _loan_of(debtor_id: int, ref: str) -> int:
    found = loan_by_ref(ref)
    if found is None:
        raise NoSuchLoan(
            f"There is no loan {ref!r} here.",
            remedy="Check the loan's ref.",
            message_zh=f"没有编号为 {ref!r} 的借款。",
            remedy_zh="请核对借款编号。",
            field="loan_refs",
        )
    if found[1] != debtor_id:
        raise LoanOfOther(
            f"The loan {ref!r} is another person's.",
            remedy="An arrangement covers loans of one person.",
            message_zh=f"借款 {ref!r} 属于另一债务人。",
            remedy_zh="一项安排只涵盖同一人的借款。",
            field="loan_refs",
        )
    return found[0]


def _not_owed(ref: str) -> NotOwed:
    return NotOwed(
        f"Nothing is owed on the loan {ref!r}.",
        remedy="Leave it out.",
        message_zh=f"借款 {ref!r} 没有应还款项。",
        remedy_zh="请不要选择该笔借款。",
        field="loan_refs",
    )


def _covered(loan_id: int, laid: Account) -> Covered:
    found, payoff = laid.standing, laid.payoff
    arrears = Parts(
        found.overdue_principal_minor,
        found.overdue_interest_minor,
        found.overdue_fee_minor,
        found.penalty_minor,
    )
    whole = Parts(
        payoff.overdue.principal_minor + payoff.undue_principal_minor,
        payoff.overdue.interest_minor + payoff.accrued_interest_minor,
        payoff.overdue.fee_minor + payoff.running_fee_minor,
        payoff.penalty_minor,
    )
    dues = tuple(
        (line.due_day, line.unpaid.total_minor)
        for line in laid.instalments
        if line.state is InstalmentState.UNDUE
    )
    facts = laid.facts
    return Covered(
        loan_id,
        LoanOwed(
            loan=facts.loan_id,
            product=facts.product,
            currency=Currency(facts.currency),
            overdue_minor=found.overdue_minor,
            penalty_minor=found.penalty_minor,
            payoff_minor=found.payoff_minor,
            dues=dues,
            contract_ppm=facts.annual_rate_bp * _BP_PPM,
            penalty_ppm=laid.product.penalty.rate_ppm(facts.annual_rate_bp),
        ),
        arrears,
        whole,
    )
