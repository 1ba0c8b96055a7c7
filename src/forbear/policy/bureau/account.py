"""What does a file say of an account beside its line, and which of it is personal?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.policy.bureau.line import LineFacts


@dataclass(frozen=True, slots=True)
class Account:
    """What does not change from month to month. ``terms``: the number of instalments."""

    ref: str
    product: str
    opened: date
    principal_minor: int
    terms: int


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Who owes; None: not held, or erased. It exists only while a file is written."""

    name: str | None
    national_id: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Reported:
    """One line as a file carries it.

    ``corrects``: the id of the line that was sent before and is replaced; None: none was.
    ``before``: the words of the 24 months before, the newest first; None: none was reported.
    """

    line_id: int
    month: date
    line: LineFacts
    account: Account
    corrects: int | None
    before: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class FileHead:
    """What is the same for a whole file. ``part``: 1 for the month's file, then what came later."""

    month: date
    part: int
    made_at: datetime
