"""How does a permitted contact leave, once, and how is the answer kept?

Between the committed intent and the committed answer lies the one call that cannot be undone. It
is made once. Whatever happens to it, or to this process, the contact then stands as accepted, as
definitely not accepted, or as not known; it is never made again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Adapter,
    Handed,
    NotAccepted,
    NotKnown,
)
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Leave
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.gate.receipt import apply_receipts
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.code import Channel, Outcome
from forbear.values.principal import Principal

FIRST_ASK_AFTER = timedelta(seconds=5)
_log = logging.getLogger(__name__)
# A call that was taken may ring, be answered or fail: until a receipt says so, nobody knows.
_SPOKEN = {Channel.VOICE, Channel.BOT, Channel.VISIT}


def hand_over(leave: Leave, adapter: Adapter, *, clock: Clock = database_clock) -> Handed:
    """Show the permit to the channel and make the contact; whatever is raised is not known.

    Nothing is handed over once the permit has run out.
    """
    permit = leave.permit
    if clock() >= permit.expires_at:
        return NotAccepted("PERMIT_LAPSED")
    chaos("gate.send.before_call")
    try:
        handed = adapter.hand_over(permit, leave.envelope)
    except Exception as error:  # noqa: BLE001  # the provider may have taken it all the same
        _log.warning("a provider's answer was lost", extra={"code": type(error).__name__})
        handed = NotKnown(type(error).__name__)
    chaos("gate.send.after_call")
    return handed


def keep(
    permit: Permit, handed: Handed, *, actor: Principal, clock: Clock = database_clock
) -> bool:
    """Write down what the provider answered; False: it comes too late and changes nothing."""
    with acting(actor):
        hold_person(permit.debtor_id)
        row = (
            Dispatch.objects.select_for_update(of=("self",))
            .select_related("attempt")
            .filter(pk=permit.attempt_id, state=DispatchState.INTENT.value, fence=permit.fence)
            .first()
        )
        if row is None:
            return False
        settle_as(row, handed, actor=actor, now=clock())
        chaos("gate.keep.before_commit")
    chaos("gate.keep.after_commit")
    return True


def settle_as(
    row: Dispatch,
    answer: Handed | Absent,
    *,
    actor: Principal,
    now: datetime,
    ask_after: timedelta = FIRST_ASK_AFTER,
) -> None:
    """Let a contact stand as answered. The person's row and the row of the queue are held.

    A receipt that came before the answer counts for more than the answer.
    """
    required()
    match answer:
        case Accepted(provider_ref):
            state, told = DispatchState.ACCEPTED, ""
            row.provider_ref, row.ask_at = provider_ref, None
        case NotAccepted(code):
            state, told = DispatchState.REJECTED, code
            row.ask_at = None
        case Absent():
            state, told = DispatchState.REJECTED, "ABSENT"
            row.ask_at = None
        case NotKnown(code):
            state, told = DispatchState.UNKNOWN, code
            row.ask_at = now + ask_after
    row.state, row.answer, row.answered_at = state.value, told[:80], now
    row.fence += 1
    row.save(update_fields=["state", "answer", "answered_at", "fence", "provider_ref", "ask_at"])
    row.attempt.outcome = _outcome(row, state).value
    row.attempt.save(update_fields=["outcome"])
    record(
        AuditEvent.CONTACT_ANSWERED,
        actor=actor,
        subject=f"attempt:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={
            "permit": str(row.permit_id),
            "state": state.value,
            "answer": row.answer,
            "provider_ref": row.provider_ref,
        },
    )
    apply_receipts(row, actor=actor, now=now)


def _outcome(row: Dispatch, state: DispatchState) -> Outcome:
    if state is DispatchState.REJECTED:
        return Outcome.FAILED
    if state is DispatchState.ACCEPTED and Channel(row.channel) not in _SPOKEN:
        return Outcome.SENT
    return Outcome.UNKNOWN
