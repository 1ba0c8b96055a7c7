"""How does a lender let people in to their own pages?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forbear.policy.reading import Field, read_file

_ADDRESS = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?|http://(localhost|127\.0\.0\.1)(:[0-9]+)?"
)

_LIMITS = (
    "codes_of_one_person_an_hour",
    "codes_of_one_person_a_day",
    "codes_of_one_address_an_hour",
    "codes_of_all_a_minute",
    "tries_of_one_person_a_day",
    "tries_of_one_address_an_hour",
    "tries_of_all_a_minute",
    "code_alone",
    "links_of_one_person_a_day",
    "reopened_of_one_person_a_day",
    "tries_after_reopening",
    "code_alone_after_reopening",
    "questions_of_one_address_an_hour",
    "questions_of_all_a_minute",
)


@dataclass(frozen=True, slots=True)
class PortalLimits:
    """How often a code may be asked for and something typed. ``code_alone``: see the file.

    ``links``: that one system asks for. ``reopened``: what tries had shut, by who works here.
    ``questions``: to the assistant, by whoever is not in.
    """

    codes_of_one_person_an_hour: int
    codes_of_one_person_a_day: int
    codes_of_one_address_an_hour: int
    codes_of_all_a_minute: int
    tries_of_one_person_a_day: int
    tries_of_one_address_an_hour: int
    tries_of_all_a_minute: int
    code_alone: int
    links_of_one_person_a_day: int
    reopened_of_one_person_a_day: int
    tries_after_reopening: int
    code_alone_after_reopening: int
    questions_of_one_address_an_hour: int
    questions_of_all_a_minute: int


@dataclass(frozen=True, slots=True)
class PortalTerms:
    """How people are let in, and for how long.

    ``address``: where the pages are, without a path; null: messages lead nowhere of a person's own.
    """

    address: str | None
    link_days: int
    representative_days: int
    code_digits: int
    code_minutes: int
    code_tries: int
    limits: PortalLimits
    visit_idle_minutes: int
    visit_whole_minutes: int


def load_portal(file: str, text: str) -> PortalTerms:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="how people are let in")
    read.only("address", "link_days", "representative_days", "code", "limits", "visit")
    code = read.part("code").only("digits", "minutes", "tries")
    limits = read.part("limits").only(*_LIMITS)
    visit = read.part("visit").only("idle_minutes", "whole_minutes")
    return PortalTerms(
        address=_address(read),
        link_days=read.count("link_days"),
        representative_days=read.count("representative_days"),
        code_digits=code.count("digits"),
        code_minutes=code.count("minutes"),
        code_tries=code.count("tries"),
        limits=PortalLimits(**{name: limits.count(name) for name in _LIMITS}),
        visit_idle_minutes=visit.count("idle_minutes"),
        visit_whole_minutes=visit.count("whole_minutes"),
    )


def _address(read: Field) -> str | None:
    found: str | None = read.get("address", str, default=None)
    if found is not None and not _ADDRESS.fullmatch(found):
        raise read.fail(
            "address", f"is no address of a host: {found!r}", "write https://my.example, no path"
        )
    return found
