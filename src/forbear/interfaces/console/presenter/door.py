"""How does a desk see that a person's way to their own pages is shut?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.access.actions.reopen import REOPEN
from forbear.contexts.access.queries import ShutWay
from forbear.contexts.access.word import Known, Shut
from forbear.contexts.people.queries import ApprovalFacts
from forbear.contexts.portfolio.queries.shown import PersonShown

KNOWN = {
    Known.CALLED_BACK: gettext_lazy("I called back a number we knew before"),
    Known.ANSWERED: gettext_lazy("they answered what only they know"),
    Known.SHOWED_PAPER: gettext_lazy("they came and showed their paper"),
}


def ways_shut_shown(
    ways: Iterable[ShutWay], person: PersonShown, asked: Iterable[ApprovalFacts]
) -> list[dict[str, Any]]:
    """Return each way that is shut, with what can be done about it.

    ``approval``: what was asked or granted about it; null: nothing yet.
    """
    masked = {each.id: each.masked for each in person.points}
    given = {each.subject: each for each in asked if each.what == REOPEN}
    return [
        {
            "number": way.why is Shut.NUMBER,
            "point": way.contact_point_id,
            "masked": masked.get(way.contact_point_id or 0) or _("not held here"),
            "again": way.again,
            "approval": _approval(given.get(f"contact_point:{way.contact_point_id}")),
        }
        for way in ways
    ]


def _approval(found: ApprovalFacts | None) -> dict[str, Any] | None:
    if found is None:
        return None
    known = Known(str(found.details["known_by"]))
    granted = found.state == "GRANTED"
    return {"id": found.id, "granted": granted, "known": known.value, "words": KNOWN[known]}
