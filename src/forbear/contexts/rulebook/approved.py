"""Which words in force has nobody of the lender's own approved?

Every text that Forbear brings is approved by an invented desk, so that it can be tried out. A
lender reads each and writes down who of theirs approved it; until then it is the demonstration's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.reading import parse

INVENTED: Final = "Example compliance desk (invented)"


@lru_cache(maxsize=2)
def invented_approvals(day: date) -> tuple[str, ...]:
    """Return the texts in force whose approval is the demonstration's, such as document.voice@2.

    The newest first day comes first; what bears no days of its own comes last.
    """
    found = sorted(_all(day), key=lambda each: each[1], reverse=True)
    return tuple(name for name, _first_day, approver in found if approver == INVENTED)


def _all(day: date) -> Iterator[tuple[str, date, str]]:
    """Yield each text that somebody approved: its name, first day and approver."""
    for place, text in policy_texts("").items():
        read = parse(text) if "approved_by" in text else None
        if isinstance(read, Mapping):
            yield from _of(read, place, day)


def _of(read: Mapping[str, Any], place: str, day: date) -> Iterator[tuple[str, date, str]]:
    name = str(read.get("id", place))
    dated = [
        each
        for each in read.get("versions", ())
        if isinstance(each, Mapping) and each.get("effective", date.max) <= day
    ]
    if dated:
        last = max(dated, key=lambda each: int(each["version"]))
        yield f"{name}@{last['version']}", last["effective"], _approver(last)
    elif "approved_by" in read:
        yield name, read.get("effective", date.min), _approver(read)


def _approver(read: Mapping[str, Any]) -> str:
    by = read.get("approved_by")
    return str(by.get("en", "")) if isinstance(by, Mapping) else ""
