"""What must messages of a sort contain, need or refuse?

Requirements are data: when a message is of a sort, its file must name certain parts and facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from forbear.policy.reading import Field
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Audience, Both, Step, Wording
from forbear.values.code import Channel, ContactPurpose, Jurisdiction
from forbear.values.wording import Fact, MessagePart, Tone

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Sort:
    """Which messages are meant; an empty set does not narrow.

    Of ``parts`` and ``needs`` a message must name at least one, of the others be one.
    """

    jurisdictions: frozenset[Jurisdiction]
    channels: frozenset[Channel]
    audiences: frozenset[Audience]
    contacts: frozenset[ContactPurpose]
    tones: frozenset[Tone]
    steps: frozenset[Step]
    parts: frozenset[MessagePart]
    needs: frozenset[Fact]

    def has(self, wording: Wording) -> bool:
        """Whether a message is of this sort."""
        return (
            _meets(self.jurisdictions, wording.jurisdiction)
            and _meets(self.channels, wording.channel)
            and _meets(self.audiences, wording.audience)
            and _meets(self.contacts, wording.contact)
            and _meets(self.tones, wording.tone)
            and _meets(self.steps, wording.step)
            and (not self.parts or bool(self.parts & wording.parts))
            and (not self.needs or bool(self.needs & wording.facts))
        )


@dataclass(frozen=True, slots=True)
class Requirement:
    """What messages of a sort must name.

    ``only_parts`` says that they may contain no other part, ``only_variables`` no other variable,
    ``only_audiences`` speak to nobody else; the last two do not narrow when empty.
    """

    id: str
    sentence: Both
    source: str
    sort: Sort
    parts: frozenset[MessagePart]
    needs: frozenset[Fact]
    needs_one_of: frozenset[Fact]
    refuses: frozenset[Fact]
    only_parts: bool
    only_variables: frozenset[str]
    only_audiences: frozenset[Audience]


def read_requirements(file: Field) -> tuple[Requirement, ...]:
    """Read the list of requirements."""
    return tuple(_requirement(each) for each in file.only("requirements").parts("requirements"))


def _requirement(field: Field) -> Requirement:
    field.only(
        "id",
        "sentence",
        "source",
        "when",
        "parts",
        "needs",
        "needs_one_of",
        "refuses",
        "only_parts",
        "only_variables",
        "only_audiences",
    )
    return Requirement(
        id=field.get("id", str),
        sentence=both(field, "sentence"),
        source=field.get("source", str),
        sort=_sort(field.part("when")),
        parts=field.words("parts", MessagePart, empty=True),
        needs=field.words("needs", Fact, empty=True),
        needs_one_of=field.words("needs_one_of", Fact, empty=True),
        refuses=field.words("refuses", Fact, empty=True),
        only_parts=field.flag("only_parts", default=False),
        only_variables=frozenset(field.texts("only_variables")),
        only_audiences=field.words("only_audiences", Audience, empty=True),
    )


def _sort(field: Field) -> Sort:
    field.only(
        "jurisdictions", "channels", "audiences", "contacts", "tones", "steps", "parts", "needs"
    )
    return Sort(
        jurisdictions=field.words("jurisdictions", Jurisdiction, empty=True),
        channels=field.words("channels", Channel, empty=True),
        audiences=field.words("audiences", Audience, empty=True),
        contacts=field.words("contacts", ContactPurpose, empty=True),
        tones=field.words("tones", Tone, empty=True),
        steps=field.words("steps", Step, empty=True),
        parts=field.words("parts", MessagePart, empty=True),
        needs=field.words("needs", Fact, empty=True),
    )


def _meets(wanted: frozenset[_E], found: _E | None) -> bool:
    return not wanted or found in wanted


def shortfall(wording: Wording, requirement: Requirement) -> tuple[str, str] | None:
    """Return the field that falls short of a requirement and what is wrong with it, or None."""
    if not requirement.sort.has(wording):
        return None
    for field, wrong in _CHECKS:
        lacking = wrong(wording, requirement)
        if lacking:
            return field, lacking
    return None


def _parts(wording: Wording, requirement: Requirement) -> str:
    return _lacks(requirement.parts - wording.parts)


def _other_parts(wording: Wording, requirement: Requirement) -> str:
    other = wording.parts - requirement.parts if requirement.only_parts else frozenset()
    return f"may not contain {', '.join(sorted(other))}" if other else ""


def _other_variables(wording: Wording, requirement: Requirement) -> str:
    names = {variable.name for variable in wording.variables}
    other = names - requirement.only_variables if requirement.only_variables else set()
    return f"may not contain {', '.join(sorted(other))}" if other else ""


def _other_audience(wording: Wording, requirement: Requirement) -> str:
    if _meets(requirement.only_audiences, wording.audience):
        return ""
    return f"may not be {wording.audience}"


def _needs(wording: Wording, requirement: Requirement) -> str:
    return _lacks(requirement.needs - wording.facts)


def _needs_one_of(wording: Wording, requirement: Requirement) -> str:
    wanted = requirement.needs_one_of
    return (
        "" if not wanted or wanted & wording.facts else f"lacks one of {', '.join(sorted(wanted))}"
    )


def _refuses(wording: Wording, requirement: Requirement) -> str:
    return _lacks(requirement.refuses - {claim.fact for claim in wording.refuses})


def _lacks(missing: frozenset[_E]) -> str:
    return f"lacks {', '.join(sorted(missing))}" if missing else ""


_CHECKS: tuple[tuple[str, Callable[[Wording, Requirement], str]], ...] = (
    ("audience", _other_audience),
    ("parts", _parts),
    ("parts", _other_parts),
    ("variables", _other_variables),
    ("needs", _needs),
    ("needs", _needs_one_of),
    ("refuses", _refuses),
)
