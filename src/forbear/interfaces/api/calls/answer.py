"""What do calls that write answer?"""

from __future__ import annotations

from pydantic import BaseModel

from forbear.contexts.portfolio.said import Recorded
from forbear.interfaces.api.call import Told


class Done(BaseModel):
    """The row that stands now. ``new`` false: it stood there before, the same in every field."""

    id: int
    ref: str
    new: bool


class Changed(BaseModel):
    """The names of the fields that really changed."""

    changed: list[str]


def created(recorded: Recorded) -> Told:
    """Return the answer of a call that adds: 201 for a new row, 200 for a known one."""
    return Told(201 if recorded.new else 200, recorded)
