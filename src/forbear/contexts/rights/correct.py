"""What does a decision put right, at once or by whoever keeps that record?

An amount is credited by a posting of its own and a loan is settled by its state, as any other such
fact is, so standings, case, reported lines and past contacts follow. Where the words of a reported
month are wrong in themselves, the decision says what is right for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.bureau.dispute import rule_lines
from forbear.contexts.cases.actions.change_loan import enter_loan_state_and_refresh
from forbear.contexts.cases.actions.record_posting import enter_posting
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.contract import contracts, loan_by_ref
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.filing import note
from forbear.contexts.rights.models import Correction, Filing
from forbear.contexts.rights.word import CorrectionKind
from forbear.values.code import LoanState
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class CorrectionSaid:
    """What is put right on one loan.

    CREDIT: ``amount_minor``, counting from ``since_date``. SETTLED: since ``since_date``.
    BUREAU_LINE: ``codes`` says what is right, by the first day of each month; without it, somebody
    else still has to put it right.
    """

    kind: CorrectionKind
    loan_ref: str
    amount_minor: int | None = None
    since_date: date | None = None
    codes: Mapping[date, str] | None = None


class NoSuchCorrection(NotFound):
    """There is no such correction that is still owed."""

    code = "NO_SUCH_CORRECTION"


class LoanOfAnother(Conflict):
    """A correction names a loan that the filing does not speak of."""

    code = "LOAN_OF_ANOTHER"


def correct(
    filing: Filing,
    said: CorrectionSaid,
    *,
    number: int,
    actor: Principal,
    today: date,
    now: datetime,
) -> Correction:
    """Put one thing right inside the decision's transaction, or write down that it is owed.

    Raises:
        InvalidField, LoanOfAnother, NotPermitted: nothing was put right.
    """
    required()
    kind = check.word("corrections.kind", said.kind, CorrectionKind)
    loan_id = _loan(filing, said.loan_ref)
    since = (
        None
        if said.since_date is None
        else check.past_day("corrections.since_date", said.since_date, now=now)
    )
    amount = _amount(kind, said)
    if kind is not CorrectionKind.BUREAU_LINE and since is None:
        raise _missing("corrections.since_date")
    if kind is not CorrectionKind.BUREAU_LINE and said.codes:
        raise _foreign("corrections.codes")
    row = Correction.objects.create(
        filing=filing,
        debtor_id=filing.debtor_id,
        loan_id=loan_id,
        kind=kind.value,
        amount_minor=amount,
        since_date=since,
        asked_at=now,
    )
    body = {"correction": row.pk, "loan": loan_id, "what": kind, "amount_minor": amount}
    note(filing, AuditEvent.CORRECTION_ASKED, actor=actor, now=now, **body)
    done = _put_right(row, said, number=number, actor=actor, today=today, now=now)
    if done is not None:
        _done(row, done, actor=actor, now=now)
    return row


def _put_right(
    row: Correction,
    said: CorrectionSaid,
    *,
    number: int,
    actor: Principal,
    today: date,
    now: datetime,
) -> str | None:
    match CorrectionKind(row.kind):
        case CorrectionKind.CREDIT:
            may(actor, Permission.POSTING_RECORD)
            assert row.amount_minor is not None
            assert row.since_date is not None
            payment = Payment(
                ref=f"filing-{row.filing_id}-{row.filing.cycle}-{number}",
                loan=said.loan_ref,
                value_date=row.since_date,
                amount_minor=row.amount_minor,
            )
            posted = enter_posting(
                payment, source=PostingSource.STAFF, actor=actor, today=today, now=now
            )
            return f"posting:{posted.posted.posting_id}"
        case CorrectionKind.SETTLED:
            assert row.since_date is not None
            enter_loan_state_and_refresh(
                said.loan_ref,
                LoanState.SETTLED,
                since=row.since_date,
                source=Source.STAFF,
                actor=actor,
                today=today,
                now=now,
            )
            return f"loan:{row.loan_id}"
        case CorrectionKind.BUREAU_LINE:
            if not said.codes:
                return None
            because = f"filing:{row.filing_id}"
            lines = rule_lines(row.loan_id, said.codes, because=because, actor=actor, now=now)
            return f"lines:{lines}"


def close_correction(
    row_id: int, filing: Filing, *, evidence: str, actor: Principal, now: datetime
) -> Correction:
    """Say that something owed was put right elsewhere, on evidence, inside an action.

    Raises:
        NoSuchCorrection: there is none, or it was done.
        InvalidField: there is no reference of evidence.
    """
    required()
    kept = check.reference("evidence", evidence)
    row = Correction.objects.filter(pk=row_id, filing=filing, done_at__isnull=True).first()
    if row is None:
        raise NoSuchCorrection(
            f"The filing {filing.ref!r} owes no correction {row_id}.",
            remedy="Choose from its corrections that are not done.",
            message_zh=f"事项 {filing.ref!r} 没有编号为 {row_id} 的待办更正。",
            remedy_zh="请从其未完成的更正中选择。",
        )
    _done(row, kept, actor=actor, now=now)
    return row


def _done(row: Correction, done: str, *, actor: Principal, now: datetime) -> None:
    row.done_at, row.done_as = now, done
    row.save(update_fields=["done_at", "done_as"])
    body = {"correction": row.pk, "loan": row.loan_id, "what": row.kind, "done_as": done}
    note(row.filing, AuditEvent.CORRECTION_DONE, actor=actor, now=now, **body)


def _loan(filing: Filing, ref: str) -> int:
    found = loan_by_ref(ref)
    if (
        found is None
        or found[1] != filing.debtor_id
        or (filing.loan_id is not None and found[0] != filing.loan_id)
    ):
        raise LoanOfAnother(
            f"The filing {filing.ref!r} does not speak of the loan {ref!r}.",
            remedy="Name the loan that is disputed, or one of the person's where all are.",
            message_zh=f"事项 {filing.ref!r} 不涉及借款 {ref!r}。",
            remedy_zh="请填写所涉借款；如涉及全部，请填写本人的借款。",
            field="corrections.loan_ref",
        )
    assert contracts([found[0]])
    return found[0]


def _amount(kind: CorrectionKind, said: CorrectionSaid) -> int | None:
    if kind is not CorrectionKind.CREDIT:
        if said.amount_minor is not None:
            raise _foreign("corrections.amount_minor")
        return None
    if said.amount_minor is None or said.amount_minor <= 0:
        raise _missing("corrections.amount_minor")
    return check.amount("corrections.amount_minor", said.amount_minor)


def _foreign(name: str) -> check.InvalidField:
    return check.invalid(
        name,
        "does not belong to this kind of correction",
        "不适用于此类更正",
        remedy="Leave it out.",
        remedy_zh="请不填。",
    )


def _missing(name: str) -> check.InvalidField:
    return check.invalid(name, "is missing", "缺失", remedy="Fill it in.", remedy_zh="请填写。")
