"""What does a line of an account say?

Each line can be recomputed from its own figures. Days are whole numbers since 1970-01-01, amounts
minor units of the loan's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from forbear.policy.debt.facts import LoanFacts
from forbear.policy.debt.ledger import Parts
from forbear.policy.debt.penalty import PenaltyLine
from forbear.policy.debt.standing import Standing
from forbear.values.code import Purpose
from forbear.values.product import ProductTerms


class InstalmentState(StrEnum):
    """How an instalment stands on the day."""

    PAID = "PAID"
    """Nothing of it is open."""
    OVERDUE = "OVERDUE"
    """Something is open and it fell due before the day."""
    UNDUE = "UNDUE"
    """Something is open and it falls due on the day or later."""
    FORGIVEN = "FORGIVEN"
    """Something is open, and the lender asks for it no more."""


class PostingState(StrEnum):
    """Whether a known posting counts on the day."""

    COUNTS = "COUNTS"
    LATER = "LATER"
    """It is known already, but counts from a later day."""
    VOID = "VOID"
    """A reversal declared it void from its beginning."""


class PaidPart(NamedTuple):
    """What one payment paid of one instalment."""

    payment_id: str
    value_day: int
    instalment_number: int
    parts: Parts


@dataclass(frozen=True, slots=True)
class InstalmentLine:
    """One instalment: what it asks, what paid it, what is unpaid, what its lateness cost.

    ``asked`` = all of ``paid`` + ``unpaid``. ``penalty`` is None where it was never late.
    """

    number: int
    start_day: int
    due_day: int
    state: InstalmentState
    asked: Parts
    paid: tuple[PaidPart, ...]
    unpaid: Parts
    penalty: PenaltyLine | None


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One known payment and where it went.

    Where it COUNTS, ``amount_minor`` = all of ``paid`` + ``penalty_minor`` + ``agreed_minor`` +
    ``credit_minor``; otherwise it went nowhere. Penalty given up is no money: ``waived_minor`` of
    it is asked for no more, and nothing else follows. What was agreed beyond the contract is none
    either: the payments out of which it came say ``agreed_minor``. ``reversal_id`` and
    ``void_posting_day`` name what made it void.
    """

    payment_id: str
    value_day: int
    posting_day: int
    amount_minor: int
    purpose: Purpose
    state: PostingState
    paid: tuple[PaidPart, ...]
    penalty_minor: int
    credit_minor: int
    reversal_id: str | None
    void_posting_day: int | None
    waived_minor: int = 0
    agreed_minor: int = 0


@dataclass(frozen=True, slots=True)
class LatenessLine:
    """How days past due are counted.

    ``calendar_days`` from the oldest unpaid due day ``since_day`` to the day, less
    ``paused_days``, are ``days``; of these ``days_past_due`` count: all beyond grace, none within.
    """

    since_day: int
    calendar_days: int
    paused_days: int
    days: int
    grace_days: int
    days_past_due: int


@dataclass(frozen=True, slots=True)
class AccrualLine:
    """What of the running instalment's interest is earned, and unpaid, on the day.

    ``interest_minor`` * ``days`` / ``span_days``, rounded as the product says, is
    ``earned_minor``; less ``paid_minor``, but never below nothing, it is ``unpaid_minor``.
    """

    number: int
    start_day: int
    due_day: int
    interest_minor: int
    days: int
    span_days: int
    earned_minor: int
    paid_minor: int
    unpaid_minor: int


@dataclass(frozen=True, slots=True)
class PenaltySum:
    """All penalty of the loan up to the day.

    ``lines_minor``: the instalments' penalty together; ``cap_minor``: the most that it may be,
    None without bound; ``waived_minor``: what of the smaller of both was given up;
    ``accrued_minor``: what is left of it, or what was paid where the loan is forgiven; less
    ``paid_minor``, but never below nothing, ``unpaid_minor``.
    """

    lines_minor: int
    cap_minor: int | None
    waived_minor: int
    accrued_minor: int
    paid_minor: int
    unpaid_minor: int


@dataclass(frozen=True, slots=True)
class PayoffSum:
    """What must be paid on the day to end the loan, by what it consists of."""

    overdue: Parts
    penalty_minor: int
    undue_principal_minor: int
    accrued_interest_minor: int
    running_fee_minor: int

    @property
    def total_minor(self) -> int:
        """All of it."""
        return (
            self.overdue.total_minor
            + self.penalty_minor
            + self.undue_principal_minor
            + self.accrued_interest_minor
            + self.running_fee_minor
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One loan's debt on a day, as known on a day.

    ``instalments`` by due day; ``postings`` by value day, with the void ones; ``pauses`` the known
    spans [start, end) without overlap, with None as an open end. ``lateness`` is None where
    nothing is overdue, ``accrual`` where no instalment runs; both, where the loan is forgiven.
    """

    facts: LoanFacts
    product: ProductTerms
    as_of_day: int
    known_day: int
    standing: Standing
    instalments: tuple[InstalmentLine, ...]
    postings: tuple[PostingLine, ...]
    pauses: tuple[tuple[int, int | None], ...]
    lateness: LatenessLine | None
    accrual: AccrualLine | None
    penalty: PenaltySum
    payoff: PayoffSum
