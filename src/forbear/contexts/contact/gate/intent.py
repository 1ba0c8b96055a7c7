"""May a claimed contact really leave, now that its turn has come?

The queue may have crossed 22:00, and the person may have said stop: everything is asked again, on
the clock of the database, holding the person's row. Only when the intent is committed is there a
permit; from then on the contact counts as made until the provider says that it was not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.channels.port import Envelope
from forbear.contexts.contact.gate.ask import Reason, Verdict, Wish, judge
from forbear.contexts.contact.gate.authorise import decided
from forbear.contexts.contact.gate.claim import Claim
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.permit import Permit, issue
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import Cause, DispatchState, Stage, Way
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.address import address_of
from forbear.values.code import Channel, ContactPurpose
from forbear.values.errors import ForbearError
from forbear.values.principal import Principal

_log = logging.getLogger(__name__)


class Words(Protocol):
    """Rendered words. ``sha256`` is of everything that is said."""

    @property
    def text(self) -> str:
        """What is said, word for word."""

    @property
    def subject(self) -> str | None:
        """The subject of a mail; null: none."""

    @property
    def sha256(self) -> str:
        """The hash."""


@dataclass(frozen=True, slots=True)
class Composing:
    """What somebody who writes the words needs to know; the person's row is held meanwhile."""

    debtor_id: int
    loan_id: int | None
    channel: Channel
    message: tuple[str, int]
    now: datetime


Compose = Callable[[Composing], Words]
"""Fills in approved words as they are true now, or raises a ForbearError that says why not."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A committed intent: the permit, and what is to be handed over with it."""

    permit: Permit
    envelope: Envelope


def intend(
    claim: Claim, *, compose: Compose, actor: Principal, clock: Clock = database_clock
) -> Leave | None:
    """Decide a second time and commit the intent; None: it was taken back, or is another's now.

    A fault of any kind leaves the claim as it is: nothing left, and the lease runs out.
    """
    with acting(actor):
        if not hold_person(claim.debtor_id):
            return None
        row = (
            Dispatch.objects.select_for_update(of=("self",))
            .select_related("attempt")
            .filter(
                pk=claim.attempt_id,
                state=DispatchState.CLAIMED.value,
                claimed_by=claim.owner,
                fence=claim.fence,
            )
            .first()
        )
        now = clock()
        if row is None or row.lease_until is None or row.lease_until <= now:
            return None
        leave = _intend(row, now=now, compose=compose, actor=actor)
        chaos("gate.intent.before_commit")
    chaos("gate.intent.after_commit")
    return leave


def _intend(row: Dispatch, *, now: datetime, compose: Compose, actor: Principal) -> Leave | None:
    wish = wish_of(row)
    if row.expires_at <= now:
        withdraw(row, Cause.LAPSED, "", actor=actor, now=now)
        return None
    verdict = judge(wish, now=now, but=row.pk)
    envelope: Envelope | None = None
    if verdict.allowed:
        made = _envelope(row, wish, now=now, compose=compose)
        if isinstance(made, Reason):
            verdict = Verdict(now, (made,), verdict.decision, None)
        else:
            envelope, row.text_sha256 = made
    decided(
        wish,
        Way(row.way),
        Stage.INTENT,
        verdict,
        permit_id=row.permit_id,
        attempt_id=row.pk,
        actor=actor,
    )
    if envelope is None:
        cause = verdict.reasons[0]
        withdraw(row, cause.cause, verdict.rules or cause.detail, actor=actor, now=now)
        return None
    row.state, row.intent_at, row.pack_sha256 = DispatchState.INTENT.value, now, verdict.pack_sha256
    row.save(update_fields=["state", "intent_at", "pack_sha256", "text_sha256"])
    row.attempt.started_at = now
    row.attempt.save(update_fields=["started_at"])
    record(
        AuditEvent.CONTACT_INTENDED,
        actor=actor,
        subject=f"attempt:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={
            "permit": str(row.permit_id),
            "fence": row.fence,
            "provider": row.provider,
            "text_sha256": row.text_sha256,
            "pack_sha256": verdict.pack_sha256,
            "decision_sha256": verdict.sha256,
        },
    )
    return Leave(_permit(row, wish, verdict), envelope)


def wish_of(row: Dispatch) -> Wish:
    """Return the contact that a row of the queue is for."""
    point = row.attempt.contact_point_id
    assert point is not None, "what the gate authorises names a contact point"
    return Wish(
        row.debtor_id,
        point,
        Channel(row.channel),
        row.attempt.loan_id,
        ContactPurpose(row.purpose),
    )


def _envelope(
    row: Dispatch, wish: Wish, *, now: datetime, compose: Compose
) -> tuple[Envelope, str] | Reason:
    try:
        address = address_of(wish.contact_point_id, now=now)
    except ForbearError as unreadable:
        told = str(unreadable.data.get("message_zh", unreadable.message))
        return Reason(Cause.NO_ADDRESS, unreadable.code, unreadable.message, told)
    if not address:
        return Reason(
            Cause.NO_ADDRESS, "address", "The address itself is not held.", "没有可用的联系地址。"
        )
    if not row.message_id or row.message_version is None:
        return Envelope(address), ""
    message = (row.message_id, row.message_version)
    try:
        words = compose(Composing(wish.debtor_id, wish.loan_id, wish.channel, message, now))
    except ForbearError as refused:
        told = str(refused.data.get("message_zh", refused.message))
        return Reason(Cause.WORDING, refused.code, refused.message, told)
    return Envelope(address, words.text, words.subject), words.sha256


def _permit(row: Dispatch, wish: Wish, verdict: Verdict) -> Permit:
    assert row.intent_at is not None, "the intent was just written"
    message = None
    if row.message_id and row.message_version is not None:
        message = (row.message_id, row.message_version, row.text_sha256)
    return issue(
        id=row.permit_id,
        attempt_id=row.pk,
        debtor_id=row.debtor_id,
        contact_point_id=wish.contact_point_id,
        loan_id=wish.loan_id,
        channel=wish.channel,
        purpose=wish.purpose,
        provider=row.provider,
        message=message,
        pack_sha256=verdict.pack_sha256,
        decision_sha256=verdict.sha256,
        intended_at=row.intent_at,
        expires_at=row.expires_at,
        fence=row.fence,
    )
