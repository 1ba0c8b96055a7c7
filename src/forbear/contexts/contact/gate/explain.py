"""What happened to one contact, allowed or refused, and why?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from forbear.contexts.audit.queries import Done, done_to
from forbear.contexts.contact.call.models import Recording
from forbear.contexts.contact.models import Dispatch, GateDecision, ReceiptTaken
from forbear.contexts.contact.transcript.table import Transcript
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import NotFound
from forbear.values.principal import Principal


class UnknownContact(NotFound):
    """There is no such contact, or the reader may not see it."""

    code = "UNKNOWN_CONTACT"


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """One decision of the gate. ``answer`` is what was kept: reasons and every rule asked."""

    stage: str
    at: datetime
    allowed: bool
    pack_sha256: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReceiptTold:
    """What a provider told. Outcome null: only that it was taken."""

    event_id: str
    outcome: str | None
    at: datetime
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class ContactTold:
    """One contact, whole. ``state`` null: it was refused at once, and never was one.

    ``debtor_id`` null: it named nobody who is known here. ``recorded``: there is a recording of
    it, or a transcript.
    """

    permit_id: UUID
    state: str | None
    outcome: str | None
    facts: dict[str, Any]
    decisions: tuple[DecisionTold, ...]
    receipts: tuple[ReceiptTold, ...]
    entries: tuple[Done, ...]
    debtor_id: int | None = None
    recorded: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "permit": str(self.permit_id),
            "state": self.state,
            "outcome": self.outcome,
            **self.facts,
            "decisions": [
                {"stage": one.stage, "at": one.at.isoformat(), "allowed": one.allowed, **one.answer}
                for one in self.decisions
            ],
            "receipts": [
                {
                    "event_id": one.event_id,
                    "outcome": one.outcome,
                    "at": one.at.isoformat(),
                    "taken_at": one.taken_at.isoformat(),
                }
                for one in self.receipts
            ],
            "record": [
                {"id": one.id, "at": one.at.isoformat(), "event": one.event.value, "by": one.by}
                for one in self.entries
            ],
        }


def explain_contact(permit_id: UUID, *, actor: Principal) -> ContactTold:
    """Return everything that is kept about a contact that was asked for.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownContact: nothing by that id is kept, or not for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        sound = Recording.objects.filter(pk=OuterRef("permit_id"))
        words = Transcript.objects.filter(pk=OuterRef("permit_id"), state="KEPT")
        kept = Exists(sound) | Exists(words)
        rows = Dispatch.objects.select_related("attempt").annotate(recorded=kept)
        row = rows.filter(permit_id=permit_id).first()
        decisions = list(GateDecision.objects.filter(permit_id=permit_id).order_by("id"))
        entries: list[Done] = []
        if row is not None:
            entries = done_to(f"attempt:{row.pk}", debtor_id=row.debtor_id)
        elif decisions:
            entries = done_to(f"permit:{permit_id}", debtor_id=decisions[0].debtor_id)
        told = tuple(_decision(one) for one in decisions)
        receipts = ReceiptTaken.objects.filter(permit_id=permit_id).order_by("taken_at", "id")
        taken = tuple(
            ReceiptTold(one.event_id, one.outcome, one.at, one.taken_at) for one in receipts
        )
    if row is None and not told:
        raise UnknownContact(
            f"There is no contact {permit_id} here.",
            remedy="Check the id; it may concern a person in the care of another team.",
            message_zh=f"这里没有编号为 {permit_id} 的联系。",
            remedy_zh="请核对编号；也可能由其他团队负责。",
        )
    if row is None:
        first = decisions[0]
        asked = _asked(first)
        about = first.debtor_id
        return ContactTold(permit_id, None, None, asked, told, taken, tuple(entries), about)
    return ContactTold(
        permit_id,
        row.state,
        row.attempt.outcome,
        _facts(row),
        told,
        taken,
        tuple(entries),
        row.debtor_id,
        row.recorded,
    )


def decisions_about(debtor_id: int, *, rows: int) -> tuple[tuple[UUID, DecisionTold], ...]:
    """Return the latest decisions about a person with their permits, inside a transaction."""
    required()
    found = GateDecision.objects.filter(debtor_id=debtor_id).order_by("-id")
    return tuple((row.permit_id, _decision(row)) for row in found[:rows])


def _facts(row: Dispatch) -> dict[str, Any]:
    return {
        "debtor_id": row.debtor_id,
        "channel": row.channel,
        "purpose": row.purpose,
        "way": row.way,
        "provider": row.provider,
        "provider_ref": row.provider_ref,
        "message": f"{row.message_id}@{row.message_version}" if row.message_id else None,
        "text_sha256": row.text_sha256 or None,
        "asked_by": row.asked_by,
        "cause": row.cause,
        "answer": row.answer or None,
        "authorised_at": row.authorised_at.isoformat(),
        "intent_at": row.intent_at.isoformat() if row.intent_at else None,
        "asked_count": row.asked_count,
    }


def _asked(row: GateDecision) -> dict[str, Any]:
    return {
        "debtor_id": row.debtor_id,
        "channel": row.channel,
        "purpose": row.purpose,
        "way": row.way,
        "asked_by": row.asked_by,
        "cause": row.cause,
    }


def _decision(row: GateDecision) -> DecisionTold:
    return DecisionTold(
        row.stage, row.at, row.allowed, row.pack_sha256, json.loads(bytes(row.body))
    )
