"""Is what an arrangement gives up booked as its text says, once, and taken back where it says so?

Penalty that is given up is a posting of the ledger, so that every sum follows from it: by day and
at night, in a pack of evidence, at the portal, in what is reported. Interest and penalty that
stand still are the hold of kind PAUSE that ``care`` places, which is a fact of the ledger too.
What was agreed to be paid beyond the schedules is a posting as well, so that it is no credit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from forbear.contexts.arrangements.models import Arrangement, CoveredLoan
from forbear.contexts.arrangements.row import FORBEAR
from forbear.contexts.arrangements.transition import LIVE, ArrangementState
from forbear.contexts.cases.actions.record_posting import enter_agreed
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.ledger.post import Payment
from forbear.contexts.ledger.same import newest_of, stands, waived_before
from forbear.contexts.rulebook.library import open_products
from forbear.policy.arrange.word import Target, Waiver
from forbear.policy.debt import account
from forbear.values.code import Purpose
from forbear.values.day import day_number

_S = ArrangementState


def book_waivers(row: Arrangement, *, today: date, now: datetime) -> None:
    """Bring the ledger in line with a held arrangement; doing it again changes nothing."""
    for loan in row.loans.order_by("id"):
        _waive(row, loan, today=today, now=now)
        if row.target == Target.ARREARS.value:
            _spare(row, loan, today=today, now=now)


def _waive(row: Arrangement, loan: CoveredLoan, *, today: date, now: datetime) -> None:
    """Book what the text gives up, or take it back."""
    wanted = is_given_up(row)
    if not loan.waived_minor or loan.waiver_stands == wanted:
        return
    loan.waiver_stands = wanted
    loan.waiver_round += wanted
    loan.save(update_fields=["waiver_stands", "waiver_round"])
    ref = f"arrangement-{row.pk}-{loan.loan_id}-waiver-{loan.waiver_round}"
    booked = _Booked(ref, loan, loan.waived_minor)
    _book(row, booked, today=today, now=now) if wanted else _undo(booked, today=today, now=now)


def _spare(row: Arrangement, loan: CoveredLoan, *, today: date, now: datetime) -> None:
    """Book what came of penalty since it was worked out, once all that was agreed is paid."""
    is_kept = _is_kept(row)
    if is_kept == bool(loan.spared_minor):
        return
    before = loan.spared_minor
    loan.spared_minor = _since(row, loan, today=today) if is_kept else 0
    loan.spared_round += bool(loan.spared_minor)
    loan.save(update_fields=["spared_minor", "spared_round"])
    ref = f"arrangement-{row.pk}-{loan.loan_id}-spared-{loan.spared_round}"
    if loan.spared_minor:
        _book(row, _Booked(ref, loan, loan.spared_minor), today=today, now=now)
    elif before:
        _undo(_Booked(ref, loan, before), today=today, now=now)


def is_given_up(row: Arrangement) -> bool:
    """Say whether the penalty counts as given up now, by the text that was signed."""
    state, waiver = _S(row.state), Waiver(row.waiver)
    if state is _S.COMPLETED:
        return _is_kept(row)
    if waiver is Waiver.KEPT:
        return False
    if state in LIVE or state is _S.RENEGOTIATED:
        # What follows it was worked out on what is owed without it.
        return True
    return state is _S.BROKEN and waiver is Waiver.SIGNED_FOR_GOOD


def _is_kept(row: Arrangement) -> bool:
    """Whether all that was agreed was paid; not where the lender says by itself: it is settled."""
    return _S(row.state) is _S.COMPLETED and row.ended_because == "COMPLETED"


def _since(row: Arrangement, loan: CoveredLoan, *, today: date) -> int:
    """Return what penalty has come since the amounts were worked out: nobody agreed to it.

    Where nothing is added meanwhile, that is what came between the proposal and the signature.
    """
    known = loan_facts([loan.loan_id]).get(loan.loan_id)
    if known is None:
        return 0
    facts, day = known[1], day_number(today)
    terms = open_products()[facts.product]
    then, now = (
        account(facts, terms, as_of_day=as_of, known_day=day).penalty
        for as_of in (day_number(row.proposed_date), day)
    )
    came = now.accrued_minor + now.waived_minor - then.accrued_minor - then.waived_minor
    return max(0, min(came, now.unpaid_minor))


def book_agreed(row: Arrangement, *, excess_minor: int | None, today: date, now: datetime) -> None:
    """Let no loan of a kept pay-off show as credit what the arrangement asked for.

    An agreed sum may lie above what the schedules ask for: it holds interest for the time, or
    penalty. Once it is paid and the loans are settled, so much is nobody's credit; what was paid
    beyond the agreed sum, ``excess_minor``, is. None: it is not kept, and whatever was booked is
    taken back. Doing it again changes nothing.
    """
    loans = list(row.loans.order_by("id"))
    stands_of = {loan.pk: _agreed_standing(row, loan) for loan in loans}
    if excess_minor is None:
        for loan in loans:
            if (booked := stands_of[loan.pk]) is not None:
                _undo(booked, today=today, now=now)
        return
    if any(stands_of.values()):
        return
    credit = {loan.pk: _credit(loan, today=today) for loan in loans}
    room = sum(credit.values()) - excess_minor
    for loan in loans:
        minor = max(0, min(room, credit[loan.pk]))
        room -= minor
        if minor:
            ref = f"{_agreed_refs(row, loan)}{_agreed_round(row, loan) + 1}"
            booked = _Booked(ref, loan, minor, Purpose.AGREED)
            enter_agreed(booked.on(today), actor=FORBEAR, today=today, now=now)


def _agreed_refs(row: Arrangement, loan: CoveredLoan) -> str:
    return f"arrangement-{row.pk}-{loan.loan_id}-agreed-"


def _agreed_round(row: Arrangement, loan: CoveredLoan) -> int:
    newest = newest_of(_agreed_refs(row, loan))
    return 0 if newest is None else int(newest.ref.rpartition("-")[2])


def _agreed_standing(row: Arrangement, loan: CoveredLoan) -> _Booked | None:
    newest = newest_of(_agreed_refs(row, loan))
    if newest is None or not stands(newest.ref):
        return None
    return _Booked(newest.ref, loan, newest.amount_minor, Purpose.AGREED)


def _credit(loan: CoveredLoan, *, today: date) -> int:
    known = loan_facts([loan.loan_id]).get(loan.loan_id)
    if known is None:
        return 0
    facts, day = known[1], day_number(today)
    terms = open_products()[facts.product]
    return account(facts, terms, as_of_day=day, known_day=day).standing.credit_minor


class _Booked(NamedTuple):
    """A posting that follows from what was agreed: so much penalty given up, or no credit."""

    ref: str
    loan: CoveredLoan
    minor: int
    purpose: Purpose = Purpose.WAIVER

    def on(self, day: date) -> Payment:
        """Return it as it is posted."""
        return Payment(self.ref, self.loan.loan_ref, day, self.minor, purpose=self.purpose)


def _book(row: Arrangement, booked: _Booked, *, today: date, now: datetime) -> None:
    assert row.signed_date is not None, "only what is signed gives something up"
    of, minor = booked.loan.loan_id, booked.minor
    if not waived_before(booked.ref, of, amount_minor=minor, since=row.signed_date, now=now):
        enter_agreed(booked.on(today), actor=FORBEAR, today=today, now=now)


def _undo(booked: _Booked, *, today: date, now: datetime) -> None:
    """Declare it void from its beginning, as the text says, unless the lender's file did."""
    if stands(booked.ref):
        void = replace(booked.on(today), ref=f"{booked.ref}-void", reverses=booked.ref)
        enter_agreed(void, actor=FORBEAR, today=today, now=now)
