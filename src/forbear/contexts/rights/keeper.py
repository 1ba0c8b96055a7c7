"""Does a hold belong to a filing that is still open? Then it ends with the filing alone."""

from __future__ import annotations

from django.db.models import Q

from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.word import KINDS, FilingKind
from forbear.values.errors import Conflict, ForbearError


class HoldOfFiling(Conflict):
    """The hold ends as the filing that placed it is decided or taken back."""

    code = "HOLD_OF_FILING"


def keep(hold_id: int) -> ForbearError | None:
    """Return why a hold stays, or null where no filing needs it."""
    filing = Filing.objects.filter(
        Q(hold_id=hold_id) | Q(hardship__solution_hold_id=hold_id)
    ).first()
    if filing is None:
        return None
    what = KINDS[FilingKind(filing.kind)]
    return HoldOfFiling(
        f"This hold belongs to the {what.en} {filing.ref!r}.",
        remedy="Decide it with reasons, or let the person take it back; the hold ends with that.",
        message_zh=f"该暂停属于{what.zh} {filing.ref!r}。",
        remedy_zh="请说明理由作出决定，或由本人撤回；暂停随之解除。",
        ref=filing.ref,
    )
