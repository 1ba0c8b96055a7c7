"""Why did a machine decide as it did about a person: the day's plan, and each contact?

Reasons are those that were written down when it was decided, not a story told afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from forbear.contexts.cases.listing import plans_of
from forbear.contexts.contact.gate.explain import decisions_about
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import people_by_ref
from forbear.contexts.portfolio.row import unknown_person
from forbear.values.principal import Principal

ROWS = 30


@dataclass(frozen=True, slots=True)
class PlanExplained:
    """What the agenda of a day decided, with its reason in both languages."""

    day: date
    outcome: str
    cause: str | None
    reason_en: str
    reason_zh: str
    channel: str | None
    state: str


@dataclass(frozen=True, slots=True)
class ContactExplained:
    """What the gate decided about one contact: every rule that was asked, and what it saw."""

    permit_id: UUID
    stage: str
    at: datetime
    allowed: bool
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """The latest decisions of machines about a person, the newest first.

    ``human``: how to have a human decide instead.
    """

    plans: tuple[PlanExplained, ...]
    contacts: tuple[ContactExplained, ...]
    human: str


def explain_decisions(debtor_ref: str, *, actor: Principal) -> Explained:
    """Return why machines decided as they did about a person.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef: there is no such person for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        debtor_id = people_by_ref([debtor_ref]).get(debtor_ref)
        if debtor_id is None:
            raise unknown_person(debtor_ref)
        plans = tuple(
            PlanExplained(
                row.day,
                row.outcome,
                row.cause,
                row.text_en,
                row.text_zh,
                row.channel,
                row.state,
            )
            for row in plans_of(debtor_ref, rows=ROWS)
        )
        contacts = tuple(
            ContactExplained(permit, told.stage, told.at, told.allowed, told.answer)
            for permit, told in decisions_about(debtor_id, rows=ROWS)
        )
        return Explained(plans, contacts, "POST /data-requests {right: HUMAN}")
