"""What is done when words in a recorded call let fear for somebody?

Words of danger to life hold the whole person at once, although a machine wrote them down and may
have misheard: somebody trained looks the same day, and lets go what was no danger. Every other sign
holds nothing until somebody has listened.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from forbear.contexts.cases.actions.hold import enter_hold_and_refresh
from forbear.contexts.cases.desk.check import hold_of
from forbear.contexts.contact.transcript.find import ACUTE
from forbear.contexts.contact.transcript.listen import Spoken
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.hardship import signal_within
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import HardshipCategory, Intake
from forbear.contexts.rulebook.library import pack_in_force
from forbear.values.principal import Principal


def hear_spoken(spoken: Spoken, actor: Principal, now: datetime) -> bool:
    """Place the hold of a sign; say whether contact is held now. It runs inside a transaction."""
    person = facts_of_id(spoken.debtor_id)
    today = now.astimezone(ZoneInfo(next(iter(person.zones), "UTC"))).date()
    by = doing(actor, Permission.PERSON_CHANGE)
    source = Source.SYSTEM if spoken.by_machine else Source.STAFF
    if not ACUTE.isdisjoint(spoken.kinds):
        filing = FilingSaid(
            ref=f"call-{spoken.permit_id}",
            debtor_ref=person.ref,
            reason=HardshipCategory.DISTRESS.value,
            intake=Intake.PHONE,
            received_date=today,
        )
        signal_within(filing, source=source, actor=by, today=today, now=now)
        return True
    if spoken.by_machine:
        return False
    kind = hold_of(spoken.kinds, pack_in_force(person.jurisdiction, today))
    if kind is None:
        return False
    said = HoldSaid(
        f"call-{spoken.permit_id}-{kind.value.lower()}", person.ref, kind, start_date=today
    )
    enter_hold_and_refresh(said, source=source, actor=by, today=today, now=now)
    return True
