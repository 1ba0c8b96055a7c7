"""How does a lender let people check whether a contact is really from it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.reading import read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both
from forbear.values.code import Channel

_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{2,22}")


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A number that the lender itself calls from, since a day."""

    number: str
    name: Both
    since: date


@dataclass(frozen=True, slots=True)
class CallerTerms:
    """How checks are answered.

    ``valid_hours``: so long after a contact its code may be checked. ``near_minutes``: how far
    from a named time a contact still is "about" it. Limits: questions from one address in ten
    minutes, of everybody in one minute, and reports from one address in ten minutes.
    """

    valid_hours: Mapping[Channel, int]
    near_minutes: int
    of_one_address: int
    of_all: int
    reports_of_one_address: int
    lines: tuple[OwnLine, ...]


def load_caller(file: str, text: str) -> CallerTerms:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form, or a channel has no time.
    """
    read = read_file(file, text, what="how callers are checked")
    read.only("valid_hours", "near_minutes", "limits", "lines")
    hours = read.part("valid_hours").only(*Channel)
    limits = read.part("limits").only("of_one_address", "of_all", "reports_of_one_address")
    lines = []
    for each in read.parts("lines"):
        each.only("number", "name", "since")
        number = each.get("number", str)
        if not _NUMBER.fullmatch(number):
            raise each.fail("number", f"'{number}' is no number", "Write it as it is shown.")
        lines.append(OwnLine(number, both(each, "name"), each.get("since", date)))
    return CallerTerms(
        valid_hours={channel: hours.count(channel.value) for channel in Channel},
        near_minutes=read.count("near_minutes"),
        of_one_address=limits.count("of_one_address"),
        of_all=limits.count("of_all"),
        reports_of_one_address=limits.count("reports_of_one_address"),
        lines=tuple(lines),
    )
