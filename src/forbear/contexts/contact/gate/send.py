"""How does a permitted contact leave, once, and how is the answer kept?

Between the committed intent and the committed answer lies the one call that cannot be undone. It
is made once. Whatever happens to it, or to this process, the contact then stands as accepted, as
definitely not accepted, or as not known; it is never made again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Adapter,
    Handed,
    NotAccepted,
    NotKnown,
)
from forbear.contexts.contact.gate.clock import Clock, about_time, database_clock
from forbear.contexts.contact.gate.intent import Leave
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.gate.receipt import about_receipts, apply_receipts
from forbear.contexts.contact.gate.row import about_row, change, held
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.models import ANSWER_LENGTH_MAX, Dispatch
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import Question
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.portfolio.contract import about_holding, hold_person
from forbear.values.code import Channel, Outcome
from forbear.values.principal import Principal

FIRST_ASK_AFTER = timedelta(seconds=5)
BACK_MAX = timedelta(seconds=1)
"""So far a clock that is kept right may be drawn back between an intent and its call."""
_log = logging.getLogger(__name__)
# A call that was taken may ring, be answered or fail: until a receipt says so, nobody knows.
_SPOKEN = {Channel.VOICE, Channel.BOT, Channel.VISIT}


def hand_over(leave: Leave, adapter: Adapter, *, clock: Clock = database_clock) -> Handed:
    """Show the permit to the channel and make the contact; whatever is raised is not known.

    Nothing is handed over once the permit has run out, as when a worker slept after its intent, nor
    where the clock was set back since: what was allowed at eight may be forbidden at seven.
    """
    permit, now = leave.permit, clock()
    if not permit.intended_at - BACK_MAX <= now < permit.expires_at:
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
    with acting(
        actor,
        about_holding(permit.debtor_id),
        *about_fate(permit.attempt_id),
        *about_time(clock),
    ):
        if not keep_within(permit, handed, actor=actor, clock=clock):
            return False
        chaos("gate.keep.before_commit")
    chaos("gate.keep.after_commit")
    return True


def about_fate(attempt_id: int) -> list[Question]:
    """Return what is asked to let a contact stand as answered, once the person's row is held."""
    return [about_row(attempt_id), about_receipts(attempt_id)]


def keep_within(permit: Permit, handed: Handed, *, actor: Principal, clock: Clock) -> bool:
    """Do the same as ``keep`` inside a transaction that is open."""
    required()
    hold_person(permit.debtor_id)
    row = held(permit.attempt_id, DispatchState.INTENT, fence=permit.fence)
    if row is not None:
        settle_as(row, handed, actor=actor, now=clock())
    return row is not None


def settle_as(row: Dispatch, answer: Handed | Absent, *, actor: Principal, now: datetime) -> None:
    """Let a contact stand as answered. The person's row and the row of the queue are held.

    A receipt that came before the answer counts for more than the answer.
    """
    provider_ref, ask_at = row.provider_ref, None
    match answer:
        case Accepted(ref):
            state, said, provider_ref = DispatchState.ACCEPTED, "", ref
        case NotAccepted(code):
            state, said = DispatchState.REJECTED, code
        case Absent():
            state, said = DispatchState.REJECTED, "ABSENT"
        case NotKnown(code):
            state, said, ask_at = DispatchState.UNKNOWN, code, now + FIRST_ASK_AFTER
    change(
        row,
        AuditEvent.CONTACT_ANSWERED,
        actor=actor,
        now=now,
        told={"state": state.value, "answer": said, "provider_ref": provider_ref},
        attempt={"outcome": _outcome(row, state).value},
        state=state.value,
        answer=said[:ANSWER_LENGTH_MAX],
        answered_at=now,
        fence=row.fence + 1,
        provider_ref=provider_ref,
        ask_at=ask_at,
    )
    apply_receipts(row, actor=actor, now=now)


def _outcome(row: Dispatch, state: DispatchState) -> Outcome:
    if state is DispatchState.REJECTED:
        return Outcome.FAILED
    if state is DispatchState.ACCEPTED and Channel(row.channel) not in _SPOKEN:
        return Outcome.SENT
    return Outcome.UNKNOWN
