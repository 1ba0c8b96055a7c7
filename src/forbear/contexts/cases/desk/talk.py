"""How does the call go that somebody is making about a case?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.cases.models import Talk
from forbear.contexts.contact.agency.begin import CALL_OUTCOMES
from forbear.contexts.contact.call.headset import headset_at
from forbear.contexts.contact.call.job import DeskPhone
from forbear.contexts.contact.call.live import Shown
from forbear.contexts.contact.call.watch import call_shown
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.stand import Stand, stand_of
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.care import extension_of
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Outcome
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class TalkNow:
    """A call that is not wrapped up.

    ``stand`` null: the gate has not been asked, as when a process died in between. ``verified_at``
    null: nobody has said that it is the person. ``call`` null: no switchboard of ours has it.
    """

    permit_id: UUID
    staff_id: int
    contact_point_id: int
    loan_id: int | None
    begun_at: datetime
    verified_at: datetime | None
    stand: Stand | None
    mine: bool
    call: Shown | None = None

    @property
    def suggested(self) -> Outcome:
        """The outcome to offer at the end: what is known of it, else what is most likely."""
        return _suggested(self.verified_at is not None, self.stand)


def wanted_by(
    permit_id: UUID, *, actor: Principal, clock: Clock = database_clock
) -> DeskPhone | None:
    """Return who wants a call and where their telephone is; None: no collector does."""
    with reading(actor):
        rows = Talk.objects.filter(permit_id=permit_id, ended_at__isnull=True)
        staff = rows.values_list("staff_id", flat=True).first()
        if staff is None:
            return None
        at = headset_at(staff, now=clock())
        return DeskPhone(staff, extension_of(staff), headset_at=at)


def suggested_for(talk: Talk) -> Outcome:
    """Return the same for a row, inside a transaction."""
    return _suggested(talk.verified_at is not None, stand_of(talk.permit_id))


def _suggested(verified: bool, stand: Stand | None) -> Outcome:  # noqa: FBT001  # one of two
    if verified:
        return Outcome.CONVERSATION
    known = None if stand is None else stand.outcome
    return known if known in CALL_OUTCOMES else Outcome.RANG


def talk_now(case_id: int, *, actor: Principal) -> TalkNow | None:
    """Return the call that is under way about a case, inside a transaction; None: there is none."""
    required()
    row = Talk.objects.filter(case_id=case_id, ended_at__isnull=True).first()
    if row is None:
        return None
    return TalkNow(
        row.permit_id,
        row.staff_id,
        row.contact_point_id,
        row.loan_id,
        row.begun_at,
        row.verified_at,
        stand_of(row.permit_id),
        str(row.staff_id) == actor.id,
        call_shown(row.permit_id),
    )


def watch_talk(debtor_id: int, *, actor: Principal) -> TalkNow | None:
    """Return the call that is under way with a person; None: there is none.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        rows = Talk.objects.filter(debtor_id=debtor_id, ended_at__isnull=True)
        case_id = rows.values_list("case_id", flat=True).first()
        return None if case_id is None else talk_now(case_id, actor=actor)
