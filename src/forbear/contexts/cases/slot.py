"""Which parts of the day does the house contact persons in?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.policy.reading import read_file


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the person's own local day, in minutes from midnight, half-open."""

    name: str
    name_en: str
    name_zh: str
    start_minute: int
    end_minute: int


@cache
def shipped_slots() -> tuple[Slot, ...]:
    """Return the slots of ``agenda.yaml``, in the order of the day."""
    read = read_file("agenda.yaml", policy_texts(HOUSE)["agenda.yaml"], what="agenda settings")
    return tuple(
        Slot(
            name=slot.get("name", str),
            name_en=slot.get("name_en", str),
            name_zh=slot.get("name_zh", str),
            start_minute=slot.count("start_minute", low=0),
            end_minute=slot.count("end_minute"),
        )
        for slot in read.parts("slots")
    )
