"""Of which kinds are the fields that lenders' systems send?

Nothing is guessed: a number is no text, a day is no number, an instant names its offset.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from forbear.values.money import AMOUNT_MINOR_MAX

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_SIGNS = "!-~À-ÖØ-öø-ɏ一-鿕"
ID_MAX = 2**63 - 1


def _day(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a day is written 2026-11-24")


def _instant(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return value
    raise ValueError("an instant is written 2026-11-24T09:30:00+08:00")


_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _in_utc(at: datetime) -> datetime:
    """Return the same instant as the database takes it: that knows no offset of twenty hours.

    What lies beyond the calendar becomes its first or last instant, which nothing takes for likely.
    """
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return _FIRST if at.year == _FIRST.year else _LAST


Ref = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=64, pattern=rf"^[{_SIGNS}](?:[ {_SIGNS}]*[{_SIGNS}])?$"
    ),
]
"""The lender's own pseudonymous id of a row."""
Word = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[\w.:-]+$")]
Evidence = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_\-.:/#]+$")
]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[ -~一-鿕]+$")]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_in_utc)]
Amount = Annotated[int, Field(strict=True, ge=0, le=AMOUNT_MINOR_MAX)]
AmountAboveZero = Annotated[int, Field(strict=True, ge=1, le=AMOUNT_MINOR_MAX)]
Id = Annotated[int, Field(ge=1, le=ID_MAX)]
SentId = Annotated[int, Field(strict=True, ge=1, le=ID_MAX)]
Flag = Annotated[bool, Field(strict=True)]
Zones = Annotated[
    tuple[Annotated[str, StringConstraints(max_length=60)], ...], Field(max_length=12)
]


Text = Annotated[str, StringConstraints(min_length=1, max_length=8_000)]
"""What somebody says in their own words: sealed as it comes, and shown to nobody's system again."""
Version = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
"""Which state of a row was looked at before it is changed."""


class Sent(BaseModel):
    """What a system sends: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")
