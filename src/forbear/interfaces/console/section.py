"""Which further parts does a person's page have, beside what every desk shows?

A context that knows more of a person (an arrangement, a dispute, a bureau line, evidence) brings a
part of the page of its own: it adds a ``Section`` to ``SECTIONS`` and one template, and nothing
else of the page changes. A part that has nothing to show returns None and is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forbear.contexts.portfolio.queries.shown import PersonShown
from forbear.interfaces.console.view.section import arranged, door, filed, weighed
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Section:
    """A part below the amounts. ``shown`` takes the person, who reads and when.

    ``amounts``: it shows some, so it is not there until it is certain who speaks.
    """

    template: str
    shown: Callable[[PersonShown, Principal, datetime], dict[str, Any] | None]
    amounts: bool = True


SECTIONS: tuple[Section, ...] = (
    Section("console/section_arranged.html", arranged),
    Section("console/section_filed.html", filed, amounts=False),
    Section("console/section_weighed.html", weighed, amounts=False),
    Section("console/section_door.html", door, amounts=False),
)
"""In the order of the page."""


def sections_shown(
    person: PersonShown, *, hidden: bool = False, actor: Principal, now: datetime
) -> list[dict[str, Any]]:
    """Return the parts that have something to show, each with its template.

    ``hidden``: no amount may be on the page yet.
    """
    found = [
        (each.template, each.shown(person, actor, now))
        for each in SECTIONS
        if not (hidden and each.amounts)
    ]
    return [{"template": template, **shown} for template, shown in found if shown is not None]
