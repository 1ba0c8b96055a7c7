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

from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Section:
    """A part below the amounts. ``shown`` takes the person's id, who reads and when."""

    template: str
    shown: Callable[[int, Principal, datetime], dict[str, Any] | None]


SECTIONS: tuple[Section, ...] = ()
"""In the order of the page."""


def sections_shown(person: int, *, actor: Principal, now: datetime) -> list[dict[str, Any]]:
    """Return the parts that have something to show, each with its template."""
    found = [(each.template, each.shown(person, actor, now)) for each in SECTIONS]
    return [{"template": template, **shown} for template, shown in found if shown is not None]
