"""How does what a page told become postings, and why can it not, where it cannot?

Whatever money came is booked as it came, on the loan that its reference names, also where it is
another amount than was begun or more than is owed: what is too much is the person's, and somebody
is told to pay it back. Nothing is booked on a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from forbear.contexts.cases.actions.change_loan import enter_loan_state_and_refresh
from forbear.contexts.cases.actions.record_posting import enter_posting
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.ledger.same import told_before
from forbear.contexts.payments.models import Intent, Notice, Received, Reference
from forbear.contexts.payments.owed import payable_on
from forbear.contexts.payments.reference import read_reference
from forbear.contexts.payments.word import IntentState, NoticeKind, NoticeState, Why
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.word import Source
from forbear.values.code import LoanState, Purpose
from forbear.values.errors import BrokenInvariant, ForbearError
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Booked:
    """What becomes of a notice. ``why`` null: nobody needs to look. Null person: not known."""

    state: NoticeState
    why: Why | None = None
    debtor_id: int | None = None
    received: Received | None = None


@dataclass(frozen=True, slots=True)
class By:
    """Who books, on which of the lender's days, and when."""

    actor: Principal
    today: date
    now: datetime


def book(notice: Notice, *, actor: Principal, today: date, now: datetime) -> Booked:
    """Book a notice inside the transaction of an action, others about the payment waiting."""
    required()
    by = By(actor, today, now)
    known = Received.objects.filter(provider=notice.provider, ref=notice.payment_ref).first()
    if notice.kind == NoticeKind.RETURNED.value:
        return _returned(notice, known, by)
    intent, reference = _meant(notice)
    if notice.kind == NoticeKind.FAILED.value:
        return _failed(intent, reference, by)
    if reference is None:
        return Booked(NoticeState.KEPT, Why.UNKNOWN_REFERENCE)
    if known is not None:
        same = known.reference_id == reference.pk and known.amount_minor == notice.amount_minor
        if same and notice.currency == reference.currency:
            return Booked(NoticeState.NOTED, None, known.debtor_id, known)
        return Booked(NoticeState.KEPT, Why.OTHER_CONTENT, known.debtor_id)
    return came(notice, reference, intent, by)


def came(notice: Notice, reference: Reference, intent: Intent | None, by: By) -> Booked:
    """Book money that came on the loan of a reference."""
    if notice.currency != reference.currency:
        return Booked(NoticeState.KEPT, Why.OTHER_CURRENCY, reference.debtor_id)
    row = Received(
        provider=notice.provider,
        ref=notice.payment_ref,
        reference=reference,
        intent=intent,
        debtor_id=reference.debtor_id,
        value_date=notice.value_date,
        amount_minor=notice.amount_minor,
        taken_at=by.now,
    )
    hold_person(reference.debtor_id)
    told_minor = told_before(
        _name(row),
        reference.loan_id,
        amount_minor=row.amount_minor,
        value_date=row.value_date,
        now=by.now,
    )
    if told_minor is not None and told_minor != row.amount_minor:
        return Booked(NoticeState.KEPT, Why.OTHER_CONTENT, reference.debtor_id)
    if told_minor is not None:
        # The lender's own file was quicker: the money is booked already.
        if intent is not None:
            _move(intent, IntentState.PAID, by)
        return Booked(NoticeState.NOTED, None, reference.debtor_id)
    try:
        with transaction.atomic():
            why = _stand(row, by)
            row.save(force_insert=True)
    except BrokenInvariant:
        raise
    except ForbearError:
        return Booked(NoticeState.KEPT, Why.NOT_BOOKABLE, reference.debtor_id)
    if intent is not None:
        _move(intent, IntentState.PAID, by)
        if why is None and intent.amount_minor != row.amount_minor:
            why = Why.OTHER_AMOUNT
    return Booked(NoticeState.BOOKED, why, row.debtor_id, row)


def _returned(notice: Notice, known: Received | None, by: By) -> Booked:
    if known is None:
        return Booked(NoticeState.KEPT, Why.PAYMENT_NOT_KNOWN)
    before = Notice.objects.filter(
        provider=notice.provider,
        payment_ref=notice.payment_ref,
        return_ref=notice.return_ref,
        state=NoticeState.BOOKED.value,
    ).first()
    if before is not None:
        if before.amount_minor == notice.amount_minor:
            return Booked(NoticeState.NOTED, None, known.debtor_id, known)
        return Booked(NoticeState.KEPT, Why.OTHER_CONTENT, known.debtor_id)
    if notice.currency != known.reference.currency:
        return Booked(NoticeState.KEPT, Why.OTHER_CURRENCY, known.debtor_id)
    left = known.amount_minor - known.returned_minor - notice.amount_minor
    if left < 0:
        return Booked(NoticeState.KEPT, Why.RETURN_TOO_LARGE, known.debtor_id)
    hold_person(known.debtor_id)
    try:
        with transaction.atomic():
            _replace(known, left, by)
    except BrokenInvariant:
        raise
    except ForbearError:
        known.refresh_from_db()
        return Booked(NoticeState.KEPT, Why.NOT_BOOKABLE, known.debtor_id)
    if known.intent is not None and not left:
        _move(known.intent, IntentState.RETURNED, by)
    return Booked(NoticeState.BOOKED, None, known.debtor_id, known)


def _replace(known: Received, left: int, by: By) -> None:
    """Declare what stands void, and book what has not gone back in its place."""
    if known.settles:
        _set_state(known, LoanState.OPEN, since=by.today, by=by)
    for ref, amount, purpose in (
        (known.schedule_ref, known.schedule_minor, Purpose.SCHEDULE),
        (known.penalty_ref, known.penalty_minor, Purpose.PENALTY),
    ):
        if amount:
            _post(known, f"{ref}/v", amount, purpose, by, reverses=ref)
    known.parts += 1
    known.returned_minor = known.amount_minor - left
    _stand(known, by)
    known.save()


def _stand(row: Received, by: By) -> Why | None:
    """Book what has not gone back: what is late first, then the penalty, then what is to come.

    Where it is all that is owed on its day, the loan is settled: interest that was not earned yet
    is not asked for.
    """
    left = row.amount_minor - row.returned_minor
    owed = payable_on(row.reference.loan_id, as_of=row.value_date, known=by.today)
    beyond = 0 if owed is None else max(0, left - (owed.overdue_minor - owed.penalty_minor))
    row.penalty_minor = 0 if owed is None else min(beyond, owed.penalty_minor)
    row.schedule_minor = left - row.penalty_minor
    name = _name(row)
    row.schedule_ref = name if row.schedule_minor else ""
    row.penalty_ref = f"{name}/p" if row.penalty_minor else ""
    if row.schedule_minor:
        _post(row, row.schedule_ref, row.schedule_minor, Purpose.SCHEDULE, by, part_of=name)
    if row.penalty_minor:
        _post(row, row.penalty_ref, row.penalty_minor, Purpose.PENALTY, by, part_of=name)
    if owed is None:
        return None
    row.excess_minor = left if owed.settled else max(0, left - owed.payoff_minor)
    row.settles = not owed.settled and 0 < owed.payoff_minor <= left
    if row.settles:
        _set_state(row, LoanState.SETTLED, since=row.value_date, by=by)
    if owed.settled:
        return Why.LOAN_SETTLED
    return Why.OVERPAID if row.excess_minor else None


def _name(row: Received) -> str:
    """Return what names the money that stands; after a part went back it is another payment."""
    return f"{row.provider}:{row.ref}" + (f"/{row.parts}" if row.parts else "")


def _set_state(row: Received, state: LoanState, *, since: date, by: By) -> None:
    enter_loan_state_and_refresh(
        row.reference.loan_ref,
        state,
        since=since,
        source=Source.SYSTEM,
        actor=doing(by.actor, Permission.BOOK_CHANGE),
        today=by.today,
        now=by.now,
    )


def _failed(intent: Intent | None, reference: Reference | None, by: By) -> Booked:
    if intent is not None and intent.state == IntentState.OPEN.value:
        _move(intent, IntentState.FAILED, by)
    return Booked(NoticeState.NOTED, None, None if reference is None else reference.debtor_id)


def _meant(notice: Notice) -> tuple[Intent | None, Reference | None]:
    """Return what a payment was for. Where both are told they must mean the same loan."""
    intent = (
        None
        if notice.intent_ref is None
        else Intent.objects.filter(ref=notice.intent_ref, provider=notice.provider)
        .select_related("reference")
        .first()
    )
    plain = read_reference(notice.reference) if notice.reference else None
    named = None if plain is None else Reference.objects.filter(reference=plain).first()
    if notice.intent_ref is None:
        return None, named
    if intent is None or (notice.reference and named != intent.reference):
        return None, None
    return intent, intent.reference


def _post(
    row: Received,
    ref: str,
    amount_minor: int,
    purpose: Purpose,
    by: By,
    *,
    reverses: str | None = None,
    part_of: str | None = None,
) -> None:
    payment = Payment(
        ref=ref,
        loan=row.reference.loan_ref,
        value_date=row.value_date,
        amount_minor=amount_minor,
        purpose=purpose,
        reverses=reverses,
        part_of=part_of,
    )
    enter_posting(payment, source=PostingSource.PORTAL, actor=by.actor, today=by.today, now=by.now)


def _move(intent: Intent, state: IntentState, by: By) -> None:
    Intent.objects.filter(pk=intent.pk).update(state=state.value, moved_at=by.now)
    intent.state = state.value
