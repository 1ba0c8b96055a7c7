"""Which contact do the lender's own refs name?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.contact.ask import ContactAsked, parts_of
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import facts_for_policy, facts_of_id
from forbear.values.code import Jurisdiction
from forbear.values.principal import Principal


def named(asked: ContactAsked, *, actor: Principal) -> Wish:
    """Return a contact as the gate knows it.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef, NotOfPerson: the person, contact point or loan is not there for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    person = facts_for_policy(asked.debtor_ref, actor=actor)
    point, loan = parts_of(person, asked)
    return Wish(
        person.id, point.no, asked.channel, None if loan is None else loan.no, asked.purpose
    )


@dataclass(frozen=True, slots=True)
class Made:
    """Whom an authorised contact is for. Loan null: none is spoken of."""

    debtor_id: int
    contact_point_id: int
    loan_id: int | None
    law: Jurisdiction


def wish_of_permit(permit_id: UUID) -> Made | None:
    """Return whom a contact is for, inside a transaction; None: there is none for this reader."""
    required()
    row = Dispatch.objects.select_related("attempt").filter(permit_id=permit_id).first()
    if row is None or row.attempt.contact_point_id is None:
        return None
    law = facts_of_id(row.debtor_id).jurisdiction
    return Made(row.debtor_id, row.attempt.contact_point_id, row.attempt.loan_id, law)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a contact carried. Message null: no approved words; ``intent_at`` null: never left."""

    attempt_id: int
    debtor_id: int
    contact_point_id: int | None
    loan_id: int | None
    channel: str
    message: tuple[str, int] | None
    text_sha256: str
    intent_at: datetime | None


def carried(permit_id: UUID) -> Carried | None:
    """Return what a contact carried, inside a transaction; None: there is none for this reader."""
    required()
    row = Dispatch.objects.select_related("attempt").filter(permit_id=permit_id).first()
    if row is None:
        return None
    version = row.message_version
    return Carried(
        row.pk,
        row.debtor_id,
        row.attempt.contact_point_id,
        row.attempt.loan_id,
        row.channel,
        (row.message_id, version) if row.message_id and version is not None else None,
        row.text_sha256,
        row.intent_at,
    )
