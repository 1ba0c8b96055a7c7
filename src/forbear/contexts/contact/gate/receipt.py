"""What do providers tell of a contact later, and how does that change what is known?

Receipts come late, twice, in any order, and before the answer to the call itself. Each event is
taken once; what is known only ever grows, and a receipt for a contact whose fate was not known
settles that it was taken.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.gate.quality import judge_by
from forbear.contexts.contact.gate.row import change, hold
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import Question, ask, tell
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.code import Channel, Outcome
from forbear.values.principal import Principal

# How much each outcome says; a receipt that says less than what is known changes nothing.
_SAYS = {
    Outcome.UNKNOWN: 0,
    Outcome.SENT: 1,
    Outcome.NOT_CONNECTED: 2,
    Outcome.RANG: 2,
    Outcome.VOICEMAIL: 3,
    Outcome.DELIVERED: 3,
    Outcome.ANSWERED: 4,
    Outcome.WRONG_PERSON: 5,
    Outcome.RIGHT_PARTY: 5,
    Outcome.CONVERSATION: 6,
    Outcome.REPLIED: 6,
}
_TAKE = (
    "INSERT INTO contact_receipttaken (provider, event_id, permit_id, attempt_id, debtor_id, "
    "outcome, at, taken_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (provider, event_id) DO NOTHING"
)
_TOLD = "SELECT outcome FROM contact_receipttaken WHERE attempt_id = %s AND outcome IS NOT NULL"
_WHOSE = "SELECT attempt_id, debtor_id FROM contact_dispatch WHERE permit_id = %s AND provider = %s"


def take_receipt(provider: str, receipt: Receipt, *, actor: Principal, now: datetime) -> bool:
    """Take in one receipt; False: it was taken before.

    A receipt for something that is not ours is kept, and changes nothing.
    """
    with acting(actor, (_WHOSE, [receipt.permit_id, provider])):
        new = take_within(provider, receipt, actor=actor, now=now)
        chaos("gate.receipt.before_commit")
    if new:
        chaos("gate.receipt.after_commit")
    return new


def take_within(provider: str, receipt: Receipt, *, actor: Principal, now: datetime) -> bool:
    """Do the same inside a transaction that is open, such as that of a whole report."""
    required()
    whose = ask(_WHOSE, [receipt.permit_id, provider])
    attempt_id, debtor_id = whose[0] if whose else (None, None)
    if debtor_id is not None:
        hold_person(debtor_id)
    new = tell(
        _TAKE,
        [
            provider,
            receipt.event_id,
            receipt.permit_id,
            attempt_id,
            debtor_id,
            None if receipt.outcome is None else receipt.outcome.value,
            receipt.at,
            now,
        ],
    )
    if not new:
        return False
    row = None if attempt_id is None else hold(attempt_id)
    if row is not None:
        _settle(row, actor=actor, now=now)
        apply_receipts(row, actor=actor, now=now)
    return True


def about_receipts(attempt_id: int) -> Question:
    """Return what ``apply_receipts`` asks the database."""
    return _TOLD, [attempt_id]


def apply_receipts(row: Dispatch, *, actor: Principal, now: datetime) -> None:
    """Let the receipt that says most stand as the outcome of a contact that was taken."""
    required()
    if row.state != DispatchState.ACCEPTED.value:
        return
    outcomes = [Outcome(word) for (word,) in ask(*about_receipts(row.pk))]
    known = Outcome(row.attempt.outcome)
    best = max(outcomes, key=_weight, default=known)
    if _weight(best) <= _weight(known):
        return
    change(
        row,
        AuditEvent.CONTACT_OUTCOME,
        actor=actor,
        now=now,
        told={"outcome": best.value, "was": known.value},
        attempt={"outcome": best.value},
    )
    judge_by(
        best,
        row.attempt.contact_point_id,
        row.debtor_id,
        channel=Channel(row.channel),
        actor=actor,
        now=now,
    )


def _weight(outcome: Outcome) -> int:
    return _SAYS.get(outcome, 0)


def _settle(row: Dispatch, *, actor: Principal, now: datetime) -> None:
    """Whatever a provider tells of, it has taken, whether or not its answer reached us."""
    if row.state not in {
        DispatchState.INTENT.value,
        DispatchState.UNKNOWN.value,
        DispatchState.REJECTED.value,
    }:
        return
    was, outcome = row.state, Outcome(row.attempt.outcome)
    change(
        row,
        AuditEvent.CONTACT_ANSWERED,
        actor=actor,
        now=now,
        told={"state": DispatchState.ACCEPTED.value, "answer": "RECEIPT", "was": was},
        # What was given back when it was said not to have been taken is debited again.
        attempt={"outcome": (Outcome.UNKNOWN if outcome is Outcome.FAILED else outcome).value},
        state=DispatchState.ACCEPTED.value,
        answer="RECEIPT",
        answered_at=now,
        ask_at=None,
        fence=row.fence + 1,
    )
