"""Somebody at a desk writes a note: its words are checked, and distress in it is acted on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.actions.add_note import enter_note
from forbear.contexts.cases.desk.check import (
    Remark,
    WordsRefused,
    hold_for,
    remarks_on,
    signs_in,
    words_refused,
)
from forbear.contexts.cases.desk.claim import refuse_unless_had
from forbear.contexts.cases.desk.draft import drop_draft
from forbear.contexts.cases.held import cancel_if_held
from forbear.contexts.cases.models import Case
from forbear.contexts.cases.move import held_case
from forbear.contexts.contact.excuse import facts_about
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.hold import enter_hold
from forbear.contexts.portfolio.queries.day import from_now_on
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.portfolio.row import OtherContent
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rulebook.library import pack_in_force
from forbear.values.code import HoldKind
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Written:
    """A note that was kept, what was remarked on it, and the holds that its signs placed."""

    note_id: int
    remarks: tuple[Remark, ...]
    holds: tuple[HoldKind, ...]


def write_note(
    case_id: int,
    text: str,
    *,
    ref: UUID,
    reports: bool,
    actor: Principal,
    today: date,
    now: datetime,
) -> Written:
    """Keep a note about a case that the actor has; the draft of it is gone then.

    ``reports``: the writer says that the words report what was said, so they are kept although
    something was found in them; the record shows it. Signs of distress place their holds in the
    same transaction. ``today`` is the lender's own day.

    Raises:
        NotPermitted, NoSuchCase, CaseHeld, CaseNotTaken, InvalidField, OtherNote, ErasedPerson.
        WordsRefused: forbidden words were found; of them only signs of distress were acted on.
    """
    may(actor, Permission.CASE_WORK)
    try:
        with acting(actor):
            case = held_case(case_id)
            refuse_unless_had(case, actor=actor, now=now)
            return write_within(
                case, text, ref=ref, reports=reports, actor=actor, today=today, now=now
            )
    except WordsRefused as refused:
        refused.holds = heed(case_id, text, ref=ref, actor=actor, today=today, now=now)
        raise


def heed(
    case_id: int, text: str, *, ref: UUID, actor: Principal, today: date, now: datetime
) -> tuple[HoldKind, ...]:
    """Act on signs of distress in words that were not kept; return the holds they placed.

    How somebody is does not wait until it is well put.
    """
    with acting(actor):
        case = held_case(case_id)
        person = facts_of_id(case.debtor_id)
        return _care(case, person, text, ref, actor=actor, today=today, now=now)


def write_within(
    case: Case,
    text: str,
    *,
    ref: UUID,
    reports: bool,
    actor: Principal,
    today: date,
    now: datetime,
) -> Written:
    """Do the same inside another action, which holds the case and whose doer has it."""
    required()
    person = facts_of_id(case.debtor_id)
    remarks = remarks_on(text, facts_about(person, today))
    if not reports and any(each.refuses for each in remarks):
        raise words_refused(tuple(each for each in remarks if each.refuses))
    acts = sorted({each.finding.act.value for each in remarks if each.refuses})
    note_id = enter_note(case, text, ref=ref, acts=acts, actor=actor, now=now)
    holds = _care(case, person, text, ref, actor=actor, today=today, now=now)
    drop_draft(case.pk, actor=actor)
    return Written(note_id, remarks, holds)


def _care(
    case: Case,
    person: PersonFacts,
    text: str,
    ref: UUID,
    *,
    actor: Principal,
    today: date,
    now: datetime,
) -> tuple[HoldKind, ...]:
    """Place the hold of every sign of distress, and cancel what is planned for today."""
    pack = pack_in_force(person.jurisdiction, today)
    kinds = dict.fromkeys(kind for found in signs_in(text) if (kind := hold_for(found, pack)))
    for kind in kinds:
        said = HoldSaid(
            f"note-{ref}-{kind.value.lower()}",
            person.ref,
            kind,
            start_date=from_now_on(case.debtor_id, today=today, now=now),
            owner=staff_id(actor),
        )
        try:
            placed = enter_hold(said, source=Source.STAFF, actor=actor, now=now)
        except OtherContent:
            # These very words placed it on another day, before they were kept.
            continue
        because = f"hold:{placed.id}"
        cancel_if_held(case.debtor_id, because=because, actor=actor, today=today, now=now)
    if kinds:
        record(
            AuditEvent.DISTRESS_FOUND,
            actor=actor,
            subject=f"case:{case.pk}",
            now=now,
            debtor_id=case.debtor_id,
            body={"holds": [kind.value for kind in kinds]},
        )
    return tuple(kinds)
