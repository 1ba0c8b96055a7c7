"""May a claimed contact really leave, now that its turn has come?

The queue may have crossed 22:00, and the person may have said stop: everything is asked again, on
the clock of the database, holding the person's row. Only when the intent is committed is there a
permit; from then on the contact counts as made until the provider says that it was not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.channels.port import Envelope
from forbear.contexts.contact.gate.ask import Reason, Verdict, Wish, about_wish, judge, reason_of
from forbear.contexts.contact.gate.authorise import decided
from forbear.contexts.contact.gate.claim import Claim
from forbear.contexts.contact.gate.clock import Clock, about_time, database_clock
from forbear.contexts.contact.gate.kept import forget_words, kept_words
from forbear.contexts.contact.gate.permit import PERMIT_LASTS, Permit, issue
from forbear.contexts.contact.gate.row import about_row, change, held
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import Cause, DispatchState, Stage, Way
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import Question
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.portfolio.contract import about_holding, hold_person
from forbear.contexts.portfolio.queries.address import about_address, address_of, name_at
from forbear.values.code import Channel, ContactPurpose
from forbear.values.errors import ForbearError
from forbear.values.principal import Principal


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
    contact_point_id: int | None = None
    attempt_id: int | None = None


Compose = Callable[[Composing], Words]
"""Fills in approved words as they are true now, or raises a ForbearError that says why not."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A committed intent: the permit, and what is to be handed over with it."""

    permit: Permit
    envelope: Envelope


def intend(
    claim: Claim,
    *,
    compose: Compose,
    actor: Principal,
    clock: Clock = database_clock,
    lasts: timedelta = PERMIT_LASTS,
) -> Leave | None:
    """Decide a second time and commit the intent; None: it was taken back, or is another's now.

    A fault of any kind leaves the claim as it is: nothing left, and the lease runs out.
    """
    with acting(actor, about_holding(claim.debtor_id), *about_intending(claim), *about_time(clock)):
        leave = intend_within(claim, compose=compose, actor=actor, clock=clock, lasts=lasts)
        chaos("gate.intent.before_commit")
    chaos("gate.intent.after_commit")
    return leave


def about_intending(claim: Claim) -> list[Question]:
    """Return what ``intend_within`` will surely ask, once the person's row is held."""
    wish = Wish(claim.debtor_id, claim.contact_point_id, claim.channel)
    return [
        about_row(claim.attempt_id),
        *about_wish(wish, but=claim.attempt_id),
        about_address(claim.contact_point_id),
    ]


def intend_within(
    claim: Claim, *, compose: Compose, actor: Principal, clock: Clock, lasts: timedelta
) -> Leave | None:
    """Do the same inside a transaction; what is returned counts only once that has committed."""
    required()
    if not hold_person(claim.debtor_id):
        return None
    row = held(claim.attempt_id, DispatchState.CLAIMED, owner=claim.owner, fence=claim.fence)
    now = clock()
    if row is None or row.lease_until is None or row.lease_until <= now:
        return None
    return _intend(row, lasts, now=now, compose=compose, actor=actor)


def _intend(
    row: Dispatch, lasts: timedelta, *, now: datetime, compose: Compose, actor: Principal
) -> Leave | None:
    wish = wish_of(row)
    if row.expires_at <= now:
        withdraw(row, Cause.LAPSED, "", actor=actor, now=now)
        return None
    verdict = judge(wish, now=now, but=row.pk, team=row.attempt.team)
    envelope, text_sha256 = None, ""
    if verdict.allowed:
        made = _envelope(row, wish, now=now, compose=compose)
        if isinstance(made, Reason):
            verdict = Verdict(now, (made,), verdict.decision, None)
        else:
            envelope, text_sha256 = made
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
    change(
        row,
        AuditEvent.CONTACT_INTENDED,
        actor=actor,
        now=now,
        told={
            "fence": row.fence,
            "provider": row.provider,
            "text_sha256": text_sha256,
            "pack_sha256": verdict.pack_sha256,
            "decision_sha256": verdict.sha256,
        },
        attempt={"started_at": now},
        state=DispatchState.INTENT.value,
        intent_at=now,
        pack_sha256=verdict.pack_sha256,
        text_sha256=text_sha256,
    )
    if wish.purpose is ContactPurpose.ACCESS:
        forget_words(row.pk)
    return Leave(_permit(row, wish, verdict, lasts), envelope)


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
        return reason_of(Cause.NO_ADDRESS, unreadable)
    if not address:
        return Reason(
            Cause.NO_ADDRESS, "address", "The address itself is not held.", "没有可用的联系地址。"
        )
    if not row.message_id or row.message_version is None:
        return Envelope(address, by=row.asked_by), ""
    message = (row.message_id, row.message_version)
    point = wish.contact_point_id
    try:
        asked = Composing(wish.debtor_id, wish.loan_id, wish.channel, message, now, point, row.pk)
        secret = wish.purpose is ContactPurpose.ACCESS
        words = kept_words(row.pk, now=now) if secret else compose(asked)
    except ForbearError as refused:
        return reason_of(Cause.WORDING, refused)
    name = name_at(point, now=now) if wish.channel is Channel.LETTER else None
    envelope = Envelope(address, words.text, words.subject, name, row.asked_by)
    return envelope, words.sha256


def _permit(row: Dispatch, wish: Wish, verdict: Verdict, lasts: timedelta) -> Permit:
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
        expires_at=min(row.expires_at, row.intent_at + lasts),
        fence=row.fence,
    )
