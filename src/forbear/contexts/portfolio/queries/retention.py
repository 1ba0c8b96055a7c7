"""What must stay of a person, until when and why, and what may go?"""

from __future__ import annotations

from datetime import UTC, datetime

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.portfolio.retention import Verdict, verdicts
from forbear.contexts.portfolio.row import find
from forbear.values.principal import Principal


def retention_of(ref: str, *, actor: Principal, now: datetime) -> Verdict:
    """Return what must stay of a person, until when and why, and what may go.

    Raises:
        NotPermitted: RETENTION_MANAGE is missing.
        UnknownRef.
    """
    with reading(actor):
        return enter_retention(ref, actor=actor, now=now)


def enter_retention(ref: str, *, actor: Principal, now: datetime) -> Verdict:
    """Return the same inside another action."""
    required()
    may(actor, Permission.RETENTION_MANAGE)
    person = find(Debtor, ref, lock=False)
    return verdicts([person], on=now.astimezone(UTC).date())[person.pk]
