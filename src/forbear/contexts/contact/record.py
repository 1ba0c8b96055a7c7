"""Which contacts does a person's record hold, with what was decided about each?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.contact.models import Attempt, Dispatch, GateDecision
from forbear.contexts.database.transaction import required


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of the gate. ``text``: the whole answer, in the form that was hashed."""

    stage: str
    at: datetime
    allowed: bool
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Let:
    """How the gate let a contact go. ``message``: id and version of the words; null: none."""

    permit_id: UUID
    purpose: str
    way: str
    asked_by: str
    state: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One contact, or one that was refused at once: then there is no attempt and no outcome.

    ``let`` null: it was made, or told, without the gate. Loan null: about no named loan.
    """

    at: datetime
    attempt_id: int | None
    channel: str
    direction: str
    outcome: str | None
    loan_id: int | None
    team: str | None
    source: str
    let: Let | None
    decisions: tuple[Decided, ...]
    permit_id: UUID | None


def contacts_recorded(debtor_id: int, *, most: int) -> tuple[list[Recorded], int]:
    """Return a person's newest contacts, the oldest of them first, and how many were left out.

    Runs inside a transaction; how many questions are asked does not depend on how many there are.
    """
    required()
    decisions: dict[int | None, list[GateDecision]] = defaultdict(list)
    for row in GateDecision.objects.filter(debtor_id=debtor_id).order_by("id"):
        decisions[row.attempt_id].append(row)
    found = [_refused(row) for row in decisions.pop(None, [])]
    let = {row.attempt_id: row for row in Dispatch.objects.filter(debtor_id=debtor_id)}
    found += [
        _made(row, let.get(row.pk), decisions.get(row.pk, []))
        for row in Attempt.objects.filter(debtor_id=debtor_id)
    ]
    found.sort(key=lambda one: (one.at, one.attempt_id or 0))
    left_out = max(0, len(found) - most)
    return found[left_out:], left_out


def _made(row: Attempt, let: Dispatch | None, decisions: list[GateDecision]) -> Recorded:
    return Recorded(
        at=row.started_at,
        attempt_id=row.pk,
        channel=row.channel,
        direction=row.direction,
        outcome=row.outcome,
        loan_id=row.loan_id,
        team=row.team,
        source=row.source,
        let=None if let is None else _let(let),
        decisions=tuple(_decided(each) for each in decisions),
        permit_id=None if let is None else let.permit_id,
    )


def _let(row: Dispatch) -> Let:
    message = f"{row.message_id}@{row.message_version}" if row.message_id else None
    return Let(row.permit_id, row.purpose, row.way, row.asked_by, row.state, message)


def _refused(row: GateDecision) -> Recorded:
    return Recorded(
        at=row.at,
        attempt_id=None,
        channel=row.channel,
        direction="OUTBOUND",
        outcome=None,
        loan_id=row.loan_id,
        team=None,
        source="GATE",
        let=None,
        decisions=(_decided(row),),
        permit_id=row.permit_id,
    )


def _decided(row: GateDecision) -> Decided:
    body = bytes(row.body)
    return Decided(row.stage, row.at, row.allowed, body.decode(), bytes(row.body_sha256).hex())
