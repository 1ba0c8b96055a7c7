"""Is what an arrangement gives up booked as its text says, once, and taken back where it says so?

Penalty that is given up is a posting of the ledger, so that every sum follows from it: by day and
at night, in a pack of evidence, at the portal, in what is reported. Interest and penalty that
stand still are the hold of kind PAUSE that ``care`` places, which is a fact of the ledger too.
"""

from __future__ import annotations

from datetime import date, datetime

from forbear.contexts.arrangements.models import Arrangement, CoveredLoan
from forbear.contexts.arrangements.row import FORBEAR
from forbear.contexts.arrangements.transition import LIVE, ArrangementState
from forbear.contexts.cases.actions.record_posting import enter_waiver
from forbear.contexts.ledger.post import Payment
from forbear.contexts.ledger.same import stands, waived_before
from forbear.policy.arrange.word import Waiver
from forbear.values.code import Purpose

_S = ArrangementState


def is_given_up(row: Arrangement) -> bool:
    """Say whether the penalty counts as given up now, by the text that was signed."""
    state, waiver = _S(row.state), Waiver(row.waiver)
    if state is _S.COMPLETED:
        # Where the lender says that all is settled, nothing is owed of which more could be given.
        return row.ended_because == "COMPLETED"
    if waiver is Waiver.KEPT:
        return False
    if state in LIVE or state is _S.RENEGOTIATED:
        # What follows it was worked out on what is owed without it.
        return True
    return state is _S.BROKEN and waiver is Waiver.SIGNED_FOR_GOOD


def book_waivers(row: Arrangement, *, today: date, now: datetime) -> None:
    """Bring the ledger in line with a held arrangement; doing it again changes nothing."""
    wanted = is_given_up(row)
    for loan in row.loans.filter(waived_minor__gt=0).exclude(waiver_stands=wanted).order_by("id"):
        loan.waiver_stands = wanted
        loan.waiver_round += wanted
        loan.save(update_fields=["waiver_stands", "waiver_round"])
        if wanted:
            _give_up(row, loan, today=today, now=now)
        else:
            _take_back(row, loan, today=today, now=now)


def _give_up(row: Arrangement, loan: CoveredLoan, *, today: date, now: datetime) -> None:
    assert row.signed_date is not None, "only what is signed gives something up"
    ref, minor = _ref(row, loan), loan.waived_minor
    if waived_before(ref, loan.loan_id, amount_minor=minor, since=row.signed_date, now=now):
        return
    _post(Payment(ref, loan.loan_ref, today, minor, purpose=Purpose.WAIVER), today=today, now=now)


def _take_back(row: Arrangement, loan: CoveredLoan, *, today: date, now: datetime) -> None:
    ref = _ref(row, loan)
    if stands(ref):
        # It was void from its beginning, as the text says; the days between are not late for it.
        minor, purpose = loan.waived_minor, Purpose.WAIVER
        void = Payment(f"{ref}-void", loan.loan_ref, today, minor, purpose=purpose, reverses=ref)
        _post(void, today=today, now=now)


def _post(payment: Payment, *, today: date, now: datetime) -> None:
    enter_waiver(payment, actor=FORBEAR, today=today, now=now)


def _ref(row: Arrangement, loan: CoveredLoan) -> str:
    return f"arrangement-{row.pk}-{loan.loan_id}-waiver-{loan.waiver_round}"
