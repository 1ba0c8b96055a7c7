"""An arrangement is worked out for somebody to decide about, and kept for some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forbear.contexts.arrangements.authority import approved
from forbear.contexts.arrangements.models import Arrangement, CoveredLoan, Instalment
from forbear.contexts.arrangements.offer import Wanted, Worked, worked_out
from forbear.contexts.arrangements.row import EVENTS, held, no_such, stands, write
from forbear.contexts.arrangements.transition import LIVE, ArrangementState
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.ledger.since import newest_posting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.held import PersonHeld, held_person
from forbear.contexts.portfolio.row import insert
from forbear.contexts.portfolio.said import Recorded
from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.propose import Proposal
from forbear.policy.arrange.word import LeftOut, PlanKind
from forbear.values.day import from_day_number
from forbear.values.errors import Conflict
from forbear.values.money import format_minor
from forbear.values.principal import Principal


class NotOffered(Conflict):
    """An arrangement of this kind cannot be offered."""

    code = "NOT_OFFERED"


class OtherArrangement(Conflict):
    """Another arrangement goes by this ref."""

    code = "OTHER_ARRANGEMENT"


class LoanArranged(Conflict):
    """A loan is under an arrangement already."""

    code = "LOAN_ARRANGED"


@dataclass(frozen=True, slots=True)
class ProposalSaid:
    """What is to be proposed. ``replaces``: the ref of a signed arrangement that it would follow.

    ``approval_id``: a granted approval of what is given up, where the doer's own authority is not
    enough.
    """

    ref: str
    wanted: Wanted
    kind: PlanKind
    replaces: str | None = None
    approval_id: int | None = None


def propose(said: ProposalSaid, *, actor: Principal, today: date, now: datetime) -> Recorded:
    """Work an arrangement out and keep it, for ``offer_days`` days.

    ``today`` is the lender's own day. The same ref for the same question is the same arrangement.

    Raises:
        NotPermitted: ARRANGEMENT_MAKE is missing.
        ApprovalMissing: more is given up than the doer may grant alone.
        LoanArranged: a loan is under another arrangement.
        NotOffered: this kind cannot be offered; the message says why.
        OtherArrangement: the ref stands for another one.
        and as ``offer.offers``; nothing was written.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        ref = check.ref("ref", said.ref)
        signer = held_person(said.wanted.debtor_ref)
        known = Arrangement.objects.filter(ref=ref).first()
        if known is not None:
            _refuse_other(known, said, signer)
            return Recorded(known.pk, ref, new=False)
        replaced = _replaced(said, signer)
        worked = worked_out(said.wanted, signer, today=today, now=now)
        refuse_covered([each.loan_id for each in worked.covered], but=replaced)
        made = _chosen(worked, said.kind)
        approval_id = approved(
            ref,
            worked.covered,
            waive_minor=said.wanted.waive_minor,
            freeze=said.wanted.freeze,
            debtor_id=signer.id,
            approval_id=said.approval_id,
            actor=actor,
            now=now,
        )
        row = _row(said, worked, made, approval_id, replaced, actor=actor, today=today, now=now)
        if not insert(row):
            # Somebody whom this doer may not see has it, or took it just now.
            raise _other(ref)
        _add_parts(row, worked, made)
        write(
            row,
            EVENTS[ArrangementState.PROPOSED],
            actor=actor,
            now=now,
            body={
                "kind": row.kind,
                "target": row.target,
                "loans": [each.loan_id for each in worked.covered],
                "total_minor": row.total_minor,
                "waived_minor": row.waived_minor,
                "instalments": len(made.instalments),
                "every": row.every,
                "first_date": from_day_number(made.instalments[0].due_day),
                "last_date": from_day_number(made.last_day),
                "approval": approval_id,
                "replaces": None if replaced is None else replaced.ref,
            },
        )
        return Recorded(row.pk, ref, new=True)


def _refuse_other(known: Arrangement, said: ProposalSaid, signer: PersonHeld) -> None:
    loans = sorted(known.loans.values_list("loan_ref", flat=True))
    same = (
        known.debtor_id == signer.id
        and known.kind == said.kind.value
        and known.target == said.wanted.target.value
        and known.every == said.wanted.every.value
        and loans == sorted(set(said.wanted.loan_refs))
        and said.replaces == (None if known.replaces is None else known.replaces.ref)
    )
    if not same:
        raise _other(said.ref)


def _other(ref: str) -> OtherArrangement:
    return OtherArrangement(
        f"The ref {ref!r} stands for another arrangement.",
        remedy="Give every proposal a ref of its own.",
        message_zh=f"编号 {ref!r} 已用于另一安排。",
        remedy_zh="每个方案请使用新的编号。",
        field="ref",
    )


def _replaced(said: ProposalSaid, signer: PersonHeld) -> Arrangement | None:
    if said.replaces is None:
        return None
    if not Arrangement.objects.filter(ref=said.replaces, debtor_id=signer.id).exists():
        raise no_such(said.replaces)
    found = held(said.replaces)
    if ArrangementState(found.state) not in LIVE:
        raise stands(found)
    return found


def refuse_covered(loan_ids: list[int], *, but: Arrangement | None) -> None:
    """Refuse loans that are under a live arrangement other than the one that is replaced.

    Raises:
        LoanArranged: names the first.
    """
    required()
    live = CoveredLoan.objects.filter(loan_id__in=loan_ids, live=True)
    found = live.exclude(arrangement=but).select_related("arrangement").order_by("id").first()
    if found is not None:
        raise LoanArranged(
            f"The loan {found.loan_ref!r} is under the arrangement {found.arrangement.ref!r}.",
            remedy="Change that one: propose a new one that replaces it.",
            message_zh=f"借款 {found.loan_ref!r} 已在安排 {found.arrangement.ref!r} 之下。",
            remedy_zh="如需变更，请提出替代该安排的新方案。",
            field="loan_refs",
        )


def _chosen(worked: Worked, kind: PlanKind) -> Proposal:
    for made in worked.offered.proposals:
        if made.kind is kind:
            return made
    why = dict(worked.offered.left_out)[kind]
    en, zh = _WHY[why]
    needed = worked.offered.needed_minor
    least = None if needed is None else format_minor(needed, worked.covered[0].owed.currency.value)
    raise NotOffered(
        f"This kind of arrangement cannot be offered: {en}.",
        remedy=(f"It would take {least} a month. " if least else "")
        + "Choose another kind, cover less, or offer help with hardship.",
        message_zh=f"无法提供此类安排：{zh}。",
        remedy_zh=(f"每月至少需 {least}。" if least else "")
        + "请改选其他方式、减少涵盖的借款，或提供困难帮助。",
        field="kind",
        why=why.value,
        needed_minor=needed,
    )


_WHY = {
    LeftOut.NOTHING_OWED: ("nothing is owed", "没有欠款"),
    LeftOut.BELOW_MINIMUM: (
        "what can be afforded is below the least instalment",
        "可负担金额低于最低每期金额",
    ),
    LeftOut.BELOW_REGULAR: (
        "what can be afforded leaves nothing for what is overdue",
        "可负担金额扣除当期应还后不足以归还逾期款",
    ),
    LeftOut.TOO_LONG: ("it would take too long", "所需期限过长"),
    LeftOut.NOT_FROZEN: ("the debt would grow meanwhile", "期间欠款会增加"),
    LeftOut.SAME: ("it is the same as another kind", "与另一方式相同"),
    LeftOut.BEYOND_MEANS: (
        "so few instalments take more a month than can be afforded",
        "期数过少，每月金额超出可负担范围",
    ),
}


def _row(
    said: ProposalSaid,
    worked: Worked,
    made: Proposal,
    approval_id: int | None,
    replaced: Arrangement | None,
    *,
    actor: Principal,
    today: date,
    now: datetime,
) -> Arrangement:
    return Arrangement(
        ref=said.ref,
        debtor_id=worked.signer.id,
        state=ArrangementState.PROPOSED.value,
        kind=made.kind.value,
        target=made.target.value,
        every=said.wanted.every.value,
        currency=made.currency.value,
        frozen=made.frozen,
        affordable_minor=worked.afforded.monthly_minor,
        affordable_checked=worked.afforded.checked,
        owed_minor=made.owed_minor,
        waived_minor=made.waived_minor,
        regular_minor=made.regular_minor,
        charge_minor=made.charge_minor,
        total_minor=made.total_minor,
        saves_minor=made.saves_minor,
        pack_sha256=worked.rules,
        law_last_date=from_day_number(worked.ask.last_day),
        replaces=replaced,
        approval_id=approval_id,
        posting_mark=newest_posting([each.loan_id for each in worked.covered]),
        proposed_at=now,
        proposed_date=today,
        proposed_by=str(actor),
        offer_until=today + timedelta(days=open_arrangements().offer_days),
        settle_minor=made.total_minor - made.charge_minor,
        next_date=from_day_number(made.instalments[0].due_day),
        next_minor=made.instalments[0].amount_minor,
        checked_at=now,
    )


def _add_parts(row: Arrangement, worked: Worked, made: Proposal) -> None:
    shares = {each.loan: each for each in made.shares}
    CoveredLoan.objects.bulk_create(
        CoveredLoan(
            arrangement=row,
            debtor_id=row.debtor_id,
            loan_id=each.loan_id,
            loan_ref=each.owed.loan,
            owed_minor=sum(_amounts(each.parts(made.target))),
            **dict(zip(_PARTS, _amounts(each.parts(made.target)), strict=True)),
            share_minor=shares[each.owed.loan].amount_minor,
            waived_minor=shares[each.owed.loan].waived_minor,
        )
        for each in worked.covered
    )
    Instalment.objects.bulk_create(
        Instalment(
            arrangement=row,
            debtor_id=row.debtor_id,
            number=each.number,
            first_due_date=from_day_number(each.due_day),
            due_date=from_day_number(each.due_day),
            amount_minor=each.amount_minor,
            regular_minor=each.regular_minor,
            charge_minor=each.charge_minor,
        )
        for each in made.instalments
    )


_PARTS = ("principal_minor", "interest_minor", "fee_minor", "penalty_minor")


def _amounts(parts: object) -> list[int]:
    return [getattr(parts, name) for name in _PARTS]
