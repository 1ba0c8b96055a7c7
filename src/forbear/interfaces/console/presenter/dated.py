"""How does something stand that one wrote down for a day and another must grant?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from django.utils.translation import gettext as _

from forbear.contexts.people.models import ApprovalState
from forbear.contexts.people.queries import ApprovalFacts


class Dated(Protocol):
    """What counts from a day on, once it is put in force; ``adopted_at`` null: it is not."""

    @property
    def since(self) -> date:
        """From which day on it is to count."""

    @property
    def adopted_at(self) -> datetime | None:
        """When it was put in force."""


def is_ready(each: Dated, approval: ApprovalFacts | None, today: date) -> bool:
    """Say whether it can be put in force: granted, not used up, and its day still to come."""
    return (
        each.adopted_at is None
        and each.since > today
        and approval is not None
        and approval.state is ApprovalState.GRANTED
        and approval.used_at is None
    )


def stand_shown(each: Dated, approval: ApprovalFacts | None, today: date) -> str:
    """Return how it stands, in words."""
    if each.adopted_at is not None:
        return _("counts") if each.since <= today else _("will count")
    if approval is None or each.since <= today:
        return _("did not come into force")
    return {
        ApprovalState.ASKED: _("waits for a second person"),
        ApprovalState.GRANTED: _("granted; it can be put in force"),
        ApprovalState.REFUSED: _("refused"),
        ApprovalState.WITHDRAWN: _("taken back"),
        ApprovalState.LAPSED: _("lapsed"),
    }[approval.state]
