"""What the lender says of itself, as two people let it count."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from forbear.contexts.people.actions.approval import grant
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.particular import (
    DAY_BEGINS_IN,
    adopt_particular,
    propose_particular,
)
from forbear.contexts.portfolio.particular import forget_particulars, written_of
from forbear.contexts.portfolio.word import ParticularKind
from forbear.policy.wording.form import Both
from tests.support.people import new_principal


def put_in_force(kind: ParticularKind, says: Both, *, of: str = "", at: datetime) -> int:
    """Let something count from the day after an instant; return the id of what was written down."""
    asker, second = new_principal(Role.COMPLIANCE), new_principal(Role.ADMIN)
    since = settings.FORBEAR_MORNING.day(at + DAY_BEGINS_IN) + timedelta(days=1)
    row = propose_particular(kind, of, says, since=since, actor=asker, now=at)
    (written, *_) = written_of(kind, of, actor=asker)
    grant(written.approval_id, actor=second, now=at)
    adopt_particular(row, actor=asker, now=at)
    forget_particulars()
    return row
