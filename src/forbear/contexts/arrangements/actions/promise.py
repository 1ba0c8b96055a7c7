"""A person promises to pay an amount by a day, or takes the promise back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from forbear.contexts.arrangements.models import CoveredLoan, Promise
from forbear.contexts.arrangements.owed import Covered, owed_by
from forbear.contexts.arrangements.row import no_such_promise
from forbear.contexts.arrangements.transition import PromiseState
from forbear.contexts.arrangements.vow import move_promise, place_hold, settle_waiting
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger.since import newest_posting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.contract import contracts, hold_person, loans_of
from forbear.contexts.portfolio.held import held_person
from forbear.contexts.portfolio.row import insert
from forbear.contexts.portfolio.said import Recorded
from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.promise import CannotPromise, refuse_outside
from forbear.values.code import LoanState
from forbear.values.day import day_number
from forbear.values.errors import Conflict
from forbear.values.money import Currency
from forbear.values.principal import Principal


class OtherPromise(Conflict):
    """Another promise goes by this ref."""

    code = "OTHER_PROMISE"


class PromiseOpen(Conflict):
    """A promise on the same debt is open, or the debt is under an arrangement."""

    code = "PROMISE_OPEN"


class PromiseStands(Conflict):
    """The promise is no longer open."""

    code = "PROMISE_STATE"


@dataclass(frozen=True, slots=True)
class PromiseSaid:
    """What is promised. ``loan_ref`` None: on whichever of the person's loans.

    ``reminder``: the person wants to be reminded.
    """

    ref: str
    debtor_ref: str
    amount_minor: int
    due_date: date
    reminder: bool
    loan_ref: str | None = None


def make_promise(said: PromiseSaid, *, actor: Principal, today: date, now: datetime) -> Recorded:
    """Record a promise; until its day has passed the debt is not collected.

    Raises:
        NotPermitted, UnknownRef, PersonErased, NoSuchLoan, LoanOfOther, NotOwed.
        CannotPromise: outside its bounds, or the loans' currencies differ.
        PromiseOpen: one is open on the same debt, or an arrangement covers it.
        OtherPromise: the ref stands for another one.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        ref = check.ref("ref", said.ref)
        signer = held_person(said.debtor_ref)
        known = Promise.objects.filter(ref=ref).first()
        if known is not None:
            _refuse_other(known, said, signer.id)
            return Recorded(known.pk, ref, new=False)
        covered = owed_by(signer.id, _refs(said, signer.id), today=today)
        currency = _refuse(said, signer.id, covered, today=today)
        row = Promise(
            ref=ref,
            debtor_id=signer.id,
            loan_id=None if said.loan_ref is None else covered[0].loan_id,
            loan_ref=said.loan_ref or "",
            currency=currency.value,
            amount_minor=said.amount_minor,
            due_date=said.due_date,
            reminder=said.reminder,
            state=PromiseState.OPEN.value,
            posting_mark=newest_posting(loans_of(signer.id)),
            made_at=now,
            made_by=str(actor),
            moved_at=now,
            checked_at=now,
        )
        if not insert(row):
            # Somebody whom this doer may not see has it, or took it just now.
            raise _other(ref)
        record(
            AuditEvent.PROMISE_MADE,
            actor=actor,
            subject=f"promise:{row.pk}",
            now=now,
            debtor_id=signer.id,
            body={
                "ref": ref,
                "loan": row.loan_id,
                "amount_minor": row.amount_minor,
                "currency": row.currency,
                "due_date": row.due_date,
                "reminder": row.reminder,
            },
        )
        place_hold(row, today=today, now=now)
        settle_waiting(signer.id, because=f"promise:{row.pk}", now=now)
        return Recorded(row.pk, ref, new=True)


def withdraw_promise(ref: str, *, actor: Principal, today: date, now: datetime) -> None:
    """Take an open promise back.

    Raises:
        NotPermitted, NoSuchPromise.
        PromiseStands: it is no longer open.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        debtor_id = Promise.objects.filter(ref=ref).values_list("debtor_id", flat=True).first()
        if debtor_id is None or not hold_person(debtor_id):
            raise no_such_promise(ref)
        row = Promise.objects.select_for_update().get(ref=ref)
        if PromiseState(row.state) is not PromiseState.OPEN:
            raise PromiseStands(
                "The promise is no longer open.",
                remedy="There is nothing to take back.",
                message_zh="该承诺已不在待履行状态。",
                remedy_zh="无需撤回。",
            )
        move_promise(row, PromiseState.WITHDRAWN, actor=actor, today=today, now=now)


def _refs(said: PromiseSaid, debtor_id: int) -> list[str]:
    if said.loan_ref is not None:
        return [said.loan_ref]
    known = contracts(loans_of(debtor_id)).values()
    return [
        loan.ref for loan in known if loan.instalments and loan.state != LoanState.SETTLED.value
    ]


def _refuse_other(known: Promise, said: PromiseSaid, debtor_id: int) -> None:
    told = (debtor_id, said.loan_ref or "", said.amount_minor, said.due_date, said.reminder)
    if told != (
        known.debtor_id,
        known.loan_ref,
        known.amount_minor,
        known.due_date,
        known.reminder,
    ):
        raise _other(said.ref)


def _other(ref: str) -> OtherPromise:
    return OtherPromise(
        f"The ref {ref!r} stands for another promise.",
        remedy="Give every promise a ref of its own.",
        message_zh=f"编号 {ref!r} 已用于另一承诺。",
        remedy_zh="每次承诺请使用新的编号。",
        field="ref",
    )


def _refuse(said: PromiseSaid, debtor_id: int, covered: list[Covered], *, today: date) -> Currency:
    """Refuse what is outside the bounds; return the currency of the debt."""
    currencies = {each.owed.currency for each in covered}
    if len(currencies) != 1:
        raise CannotPromise(
            "loan_ref: name the loan; the person has none, or in several currencies.",
            remedy="Name one loan.",
            message_zh="loan_ref：请指明借款；该债务人没有借款，或借款币种不同。",
            remedy_zh="请指明一笔借款。",
            field="loan_ref",
        )
    terms = open_arrangements().promises
    since = today - timedelta(days=terms.within_days)
    broken = Promise.objects.filter(
        debtor_id=debtor_id, state=PromiseState.BROKEN.value, due_date__gte=since
    ).count()
    currency = currencies.pop()
    refuse_outside(
        said.amount_minor,
        currency,
        due_day=day_number(said.due_date),
        today=day_number(today),
        owed_minor=sum(each.owed.payoff_minor for each in covered),
        broken=broken,
        terms=terms,
    )
    ids = [each.loan_id for each in covered]
    same = Q(loan_id__isnull=True) if said.loan_ref is None else Q(loan_id__in=ids)
    is_open = Promise.objects.filter(
        same, debtor_id=debtor_id, state=PromiseState.OPEN.value
    ).exists()
    if is_open or CoveredLoan.objects.filter(loan_id__in=ids, live=True).exists():
        raise PromiseOpen(
            "A promise on this debt is open, or an arrangement covers it.",
            remedy="Wait for it, withdraw it, or change the arrangement.",
            message_zh="该欠款已有待履行的承诺，或已在还款安排之下。",
            remedy_zh="请等待或撤回该承诺，或变更还款安排。",
            field="loan_ref",
        )
    return currency
