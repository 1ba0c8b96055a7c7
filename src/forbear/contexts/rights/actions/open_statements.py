"""Somebody who works here reads what was said in a filing; that they did is written down."""

from __future__ import annotations

from datetime import date, datetime

from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.reveal import RevealReason, note_look
from forbear.contexts.rights.filing import find_filing
from forbear.contexts.rights.listing import FilingShown, get_filing
from forbear.values.principal import Principal


def open_statements(
    ref: str, reason: RevealReason | str, *, actor: Principal, today: date, now: datetime
) -> FilingShown:
    """Return a filing with its texts; the look is recorded with its reason.

    Raises:
        NotPermitted: VALUE_REVEAL is missing, or nobody who works here looks.
        UnknownFiling: there is none, or not for this reader.
        UnknownReason, TooManyLooks.
    """
    may(actor, Permission.VALUE_REVEAL)
    staff_id(actor)
    with acting(actor):
        filing = find_filing(ref)
        field = f"rights.statement.text:{filing.pk}"
        note_look(filing.debtor_id, field, reason, actor=actor, now=now)
        return get_filing(ref, opened=True, today=today, actor=actor, now=now)
