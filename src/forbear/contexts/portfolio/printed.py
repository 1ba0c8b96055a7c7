"""Of which values is the print made that tells whether a person's row changed?"""

from __future__ import annotations


def printed_person(name: str | None, number: str | None) -> tuple[str | None, ...]:
    """Return them, sealed ones in full; a person without a number has the print of the name."""
    return (name,) if number is None else (name, number)
