"""How does a test state what must hold as a table that a credit officer can read?"""

from __future__ import annotations


def table(text: str) -> list[dict[str, str]]:
    """Read a visible table: a line of names, then a line a case; words parted by blanks."""
    header, *lines = [line.split() for line in text.strip().splitlines()]
    return [dict(zip(header, line, strict=True)) for line in lines]
