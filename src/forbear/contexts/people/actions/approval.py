"""How does something that takes two people get its second one?

Somebody asks; somebody else grants or refuses before it lapses; whoever then does the thing calls
``require_approval`` inside their own transaction, which uses the approval up exactly once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.models import Approval, ApprovalState, Staff
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict, Denied, InvalidInput, NotFound
from forbear.values.money import Currency
from forbear.values.principal import NotPermitted, Principal, PrincipalKind

APPROVAL_LASTS = timedelta(hours=72)
"""From asking to lapsing, unless the one who asks says otherwise."""
LAPSED_MAX = 1000
"""How many approvals one call of ``lapse_approvals`` lets lapse."""

_S = ApprovalState


class UnknownApproval(NotFound):
    """There is no such approval, or it concerns a person whom the asker may not see."""

    code = "UNKNOWN_APPROVAL"


class ApprovalClosed(Conflict):
    """The approval is no longer waiting."""

    code = "APPROVAL_CLOSED"


class SecondPersonNeeded(Denied):
    """What somebody asked for is granted by somebody else."""

    code = "SECOND_PERSON_NEEDED"


class BeyondAuthority(Denied):
    """The amount is beyond what this member of staff may grant."""

    code = "BEYOND_AUTHORITY"


class ApprovalMissing(Denied):
    """This takes an approval that is granted, fits, has not lapsed and was not used."""

    code = "APPROVAL_MISSING"


@dataclass(frozen=True, slots=True)
class Granted:
    """What somebody granted: exactly this may be done once, until it lapses."""

    id: int
    what: str
    subject: str
    debtor_id: int | None
    amount_minor: int | None
    currency: Currency | None
    details: Mapping[str, object]
    lapses_at: datetime


def ask_approval(
    what: str,
    *,
    subject: str,
    debtor_id: int | None = None,
    amount_minor: int | None = None,
    currency: Currency | None = None,
    details: Mapping[str, object] | None = None,
    lasts: timedelta = APPROVAL_LASTS,
    actor: Principal,
    now: datetime,
) -> int:
    """Ask somebody else to grant something; return the approval's id.

    ``what`` names the deed like ``hold.release``; ``subject`` what it is done to, like
    ``hold:42``; ``debtor_id`` the person concerned, None when it concerns nobody. ``details``
    holds ids, codes, days and amounts, never a personal value.

    Raises:
        NotPermitted: no member of staff asks.
        InvalidInput: an amount stands without its currency, or lasting no time is asked for.
    """
    staff_id(actor)
    if (amount_minor is None) != (currency is None) or (amount_minor or 0) < 0:
        raise InvalidInput(
            "An amount is not below zero and stands beside its currency.",
            message_zh="金额不得小于零，并须注明币种。",
        )
    if lasts <= timedelta(0):
        raise InvalidInput("An approval lasts some time.", message_zh="申请须有有效期。")
    with acting(actor):
        asked = Approval(
            what=what,
            subject=subject,
            debtor_id=debtor_id,
            amount_minor=amount_minor,
            currency=currency and currency.value,
            details=dict(details or {}),
        )
        return _ask(asked, lasts, actor=actor, now=now)


def ask_within(
    what: str,
    *,
    subject: str,
    details: Mapping[str, object],
    actor: Principal,
    now: datetime,
) -> int:
    """Ask the same inside a transaction that is open, of something that concerns no one person.

    Raises:
        NotPermitted: no member of staff asks.
    """
    required()
    asked = Approval(what=what, subject=subject, details=dict(details))
    return _ask(asked, APPROVAL_LASTS, actor=actor, now=now)


def _ask(asked: Approval, lasts: timedelta, *, actor: Principal, now: datetime) -> int:
    asked.state = _S.ASKED.value
    asked.asked_by_id, asked.asked_at, asked.lapses_at = staff_id(actor), now, now + lasts
    asked.save()
    _record(AuditEvent.APPROVAL_ASKED, asked, actor, now)
    return asked.pk


def grant(approval_id: int, *, reason: str = "", actor: Principal, now: datetime) -> Granted:
    """Grant what somebody else asked for.

    Raises:
        NotPermitted: the actor may not approve.
        SecondPersonNeeded: the actor asked for it.
        BeyondAuthority: the amount is larger than the actor's authority, or in another currency.
        UnknownApproval: it does not exist, or the actor may not see the person.
        ApprovalClosed: it was decided, withdrawn, or has lapsed.
    """
    may(actor, Permission.APPROVE)
    decider = staff_id(actor)
    with acting(actor):
        asked = _waiting(approval_id, now)
        _check_second_person(asked, decider)
        _check_authority(asked, decider)
        _decide(asked, _S.GRANTED, decider, reason, now)
        _record(AuditEvent.APPROVAL_GRANTED, asked, actor, now)
    return _granted(asked)


def refuse(approval_id: int, *, reason: str, actor: Principal, now: datetime) -> None:
    """Refuse what somebody else asked for, with a reason that they can read.

    Raises:
        NotPermitted: the actor may not approve.
        SecondPersonNeeded: the actor asked for it; they may withdraw it.
        UnknownApproval: it does not exist, or the actor may not see the person.
        ApprovalClosed: it was decided, withdrawn, or has lapsed.
        InvalidInput: there is no reason.
    """
    may(actor, Permission.APPROVE)
    decider = staff_id(actor)
    if not reason.strip():
        raise InvalidInput(
            "A refusal gives its reason.",
            remedy="Write one sentence.",
            message_zh="拒绝须说明理由。",
            remedy_zh="请写一句话说明。",
        )
    with acting(actor):
        asked = _waiting(approval_id, now)
        _check_second_person(asked, decider)
        _decide(asked, _S.REFUSED, decider, reason, now)
        _record(AuditEvent.APPROVAL_REFUSED, asked, actor, now)


def withdraw(approval_id: int, *, actor: Principal, now: datetime) -> None:
    """Take back what one asked for oneself.

    Raises:
        NotPermitted: somebody else asked.
        UnknownApproval: it does not exist, or the actor may not see the person.
        ApprovalClosed: it was decided, withdrawn, or has lapsed.
    """
    asker = staff_id(actor)
    with acting(actor):
        asked = _waiting(approval_id, now)
        if asked.asked_by_id != asker:
            raise NotPermitted(
                "Only whoever asked for an approval may withdraw it.",
                remedy="Refuse it instead, if you may approve.",
                message_zh="只有申请人本人可以撤回申请。",
                remedy_zh="如有批准权限，请改为拒绝。",
            )
        asked.state = _S.WITHDRAWN.value
        asked.save(update_fields=["state"])
        _record(AuditEvent.APPROVAL_WITHDRAWN, asked, actor, now)


def lapse_approvals(*, actor: Principal, now: datetime) -> int:
    """Let approvals that nobody decided in time lapse; return how many, ``LAPSED_MAX`` at most.

    An overdue approval can be neither granted nor used, even before this has run.

    Raises:
        NotPermitted: somebody other than Forbear itself asks for it.
    """
    if actor.kind is not PrincipalKind.SYSTEM:
        raise NotPermitted("Approvals lapse by themselves.", message_zh="申请到期由系统自动处理。")
    with acting(actor):
        overdue = Approval.objects.select_for_update(skip_locked=True).filter(
            state=_S.ASKED.value, lapses_at__lte=now
        )
        lapsed = list(overdue.order_by("id")[:LAPSED_MAX])
        for asked in lapsed:
            asked.state = _S.LAPSED.value
            asked.save(update_fields=["state"])
            _record(AuditEvent.APPROVAL_LAPSED, asked, actor, now)
    return len(lapsed)


def require_approval(
    approval_id: int | None,
    *,
    what: str,
    subject: str,
    debtor_id: int | None = None,
    amount_minor: int | None = None,
    currency: Currency | None = None,
    details: Mapping[str, object] | None = None,
    actor: Principal,
    now: datetime,
) -> Granted:
    """Use an approval up, inside the transaction of the deed it was granted for.

    What is done must be what was granted, to the letter and the minor unit. If the deed fails,
    its transaction gives the approval back.

    Raises:
        ApprovalMissing: none is given, or it is not granted, is for something else, has lapsed or
            was used.
    """
    required()
    held = None
    if approval_id is not None:
        held = Approval.objects.select_for_update().filter(pk=approval_id).first()
    asked_for = (
        what,
        subject,
        debtor_id,
        amount_minor,
        currency and currency.value,
        dict(details or {}),
    )
    if held is None or held.state != _S.GRANTED.value:
        raise _missing("It was not granted.", "尚未获得批准。")
    if held.used_at is not None:
        raise _missing("It was used already.", "该批准已被使用。")
    if held.lapses_at <= now:
        raise _missing("It has lapsed.", "该批准已过期。")
    if _what(held) != asked_for:
        raise _missing("It was granted for something else.", "该批准对应的是另一事项。")
    held.used_at = now
    held.save(update_fields=["used_at"])
    _record(AuditEvent.APPROVAL_USED, held, actor, now)
    return _granted(held)


def _waiting(approval_id: int, now: datetime) -> Approval:
    found = Approval.objects.select_for_update().filter(pk=approval_id).first()
    if found is None:
        raise UnknownApproval(
            f"There is no approval {approval_id}, or it concerns a person you may not see.",
            remedy="Choose from the list of approvals.",
            message_zh=f"没有编号为 {approval_id} 的申请，或其涉及您无权查看的人员。",
            remedy_zh="请从申请列表中选择。",
        )
    if found.state != _S.ASKED.value or found.lapses_at <= now:
        raise ApprovalClosed(
            "This approval is no longer waiting.",
            remedy="If it is still needed, ask again.",
            message_zh="该申请已不在待处理状态。",
            remedy_zh="如仍需要，请重新提出。",
        )
    return found


def _check_second_person(asked: Approval, decider: int) -> None:
    if asked.asked_by_id == decider:
        raise SecondPersonNeeded(
            "You asked for this yourself; somebody else decides.",
            remedy="Ask a colleague who may approve, or withdraw it.",
            message_zh="这是您本人提出的申请，须由他人决定。",
            remedy_zh="请找有批准权限的同事处理，或撤回申请。",
        )


def _check_authority(asked: Approval, decider: int) -> None:
    if asked.amount_minor is None:
        return
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=decider)
    # Amounts of different currencies are never compared: there is no rate to trust here.
    enough = (
        staff.authority_currency == asked.currency and staff.authority_minor >= asked.amount_minor
    )
    if not enough:
        raise BeyondAuthority(
            "The amount is beyond your authority.",
            remedy="Ask a colleague with more authority in this currency.",
            message_zh="金额超出您的权限额度。",
            remedy_zh="请找该币种权限额度更高的同事处理。",
        )


def _decide(
    asked: Approval, state: ApprovalState, decider: int, reason: str, now: datetime
) -> None:
    asked.state = state.value
    asked.decided_by_id = decider
    asked.decided_at = now
    asked.reason = reason.strip()
    asked.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _what(held: Approval) -> tuple[object, ...]:
    return (
        held.what,
        held.subject,
        held.debtor_id,
        held.amount_minor,
        held.currency,
        held.details,
    )


def _granted(held: Approval) -> Granted:
    return Granted(
        held.pk,
        held.what,
        held.subject,
        held.debtor_id,
        held.amount_minor,
        Currency(held.currency) if held.currency else None,
        held.details,
        held.lapses_at,
    )


def _missing(why: str, why_zh: str) -> ApprovalMissing:
    return ApprovalMissing(
        f"This takes an approval. {why}",
        remedy="Ask for one; a colleague who may approve grants it.",
        message_zh=f"此操作须经批准。{why_zh}",
        remedy_zh="请提出申请，由有批准权限的同事批准。",
    )


def _record(event: AuditEvent, approval: Approval, actor: Principal, now: datetime) -> None:
    # A reason is free text and may name a person; it stays in the guarded row.
    body: Body = {
        "what": approval.what,
        "on": approval.subject,
        "amount_minor": approval.amount_minor,
        "currency": approval.currency,
    }
    record(
        event,
        actor=actor,
        subject=f"approval:{approval.pk}",
        now=now,
        debtor_id=approval.debtor_id,
        body=body,
    )
