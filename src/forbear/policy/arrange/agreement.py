"""What does an agreement about an arrangement say, in both languages?

A template is versioned data. Every content that an agreement must have is in it, once and no more,
for whatever is true of the arrangement.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forbear.policy.arrange.word import Content, Target, Treatment, Waiver
from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction
from forbear.values.errors import NotFound

_VARIABLE = re.compile(r"\{(\w+)\}")


class NoAgreement(NotFound):
    """No template of an agreement counts for a jurisdiction on a day."""

    code = "NO_AGREEMENT"


class Fill(StrEnum):
    """What a template may fill in."""

    LENDER = "lender"
    LOANS = "loans"
    OWED = "owed"
    PARTS = "parts"
    """One line for each loan: of what its debt consists."""
    WAIVED = "waived"
    REGULAR = "regular"
    CHARGE = "charge"
    TOTAL = "total"
    CURRENCY = "currency"
    COUNT = "count"
    FIRST_DATE = "first_date"
    LAST_DATE = "last_date"
    SCHEDULE = "schedule"
    """One line for each instalment."""
    GRACE_DAYS = "grace_days"
    BROKEN_AFTER_DAYS = "broken_after_days"
    COOLING_OFF_DAYS = "cooling_off_days"
    PAUSES_MAX = "pauses_max"
    PAUSE_MONTHS_MAX = "pause_months_max"
    OFFER_UNTIL = "offer_until"


@dataclass(frozen=True, slots=True)
class Section:
    """One part. ``treatment`` and ``target`` None: it stands there in any case."""

    content: Content
    treatment: Treatment | None
    target: Target | None
    text: Both

    def fits(self, treatment: Treatment, target: Target) -> bool:
        """Say whether it is true of an arrangement."""
        return self.treatment in {None, treatment} and self.target in {None, target}


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a text, approved by somebody on a day.

    ``waiver``: when what is given up is given up, as the text says; the ledger follows it.
    """

    id: str
    jurisdictions: frozenset[Jurisdiction]
    version: int
    effective: date
    approved_by: Both
    approved_on: date
    title: Both
    waiver: Waiver
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A text as it is shown and signed. ``sha256``: of both languages together."""

    template: str
    version: int
    waiver: Waiver
    text_en: str
    text_zh: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Agreements:
    """Every template and its versions."""

    templates: tuple[Template, ...]

    def template(self, law: Jurisdiction, on: date) -> Template:
        """Return the newest version that counts on a day.

        Raises:
            NoAgreement: there is none.
        """
        found = [t for t in self.templates if law in t.jurisdictions and t.effective <= on]
        if not found:
            raise NoAgreement(
                f"There is no agreement text for {law.value} on {on}.",
                remedy="Add one to policies/agreements.",
                message_zh=f"没有适用于 {law.value}、{on} 的协议文本。",
                remedy_zh="请在 policies/agreements 中添加。",
            )
        return max(found, key=lambda each: (each.effective, each.version))


def written(
    template: Template,
    treatment: Treatment,
    target: Target,
    fill: Mapping[Fill, Both],
) -> Agreement:
    """Return the text for an arrangement; every variable is filled in."""
    parts = [each.text for each in template.sections if each.fits(treatment, target)]
    en = _filled(
        [template.title.en, *(each.en for each in parts)], {k: v.en for k, v in fill.items()}
    )
    zh = _filled(
        [template.title.zh, *(each.zh for each in parts)], {k: v.zh for k, v in fill.items()}
    )
    digest = hashlib.sha256(f"{zh}\0{en}".encode()).hexdigest()
    return Agreement(template.id, template.version, template.waiver, en, zh, digest)


def _filled(parts: Sequence[str], fill: Mapping[Fill, str]) -> str:
    text = "\n\n".join(part.strip() for part in parts)
    return _VARIABLE.sub(lambda found: fill[Fill(found[1])], text) + "\n"


def load_agreements(texts: Mapping[str, str]) -> Agreements:
    """Read the templates.

    Raises:
        InvalidRule: a file does not keep its form, a variable is not known, or some arrangement
            would lack a content or have it twice.
    """
    found = []
    for file, text in texts.items():
        read = read_file(file, text, what="an agreement").only("id", "jurisdictions", "versions")
        laws = read.words("jurisdictions", Jurisdiction)
        name = read.get("id", str)
        found += [_template(name, laws, part) for part in read.parts("versions")]
    return Agreements(tuple(found))


def _template(name: str, laws: frozenset[Jurisdiction], part: Field) -> Template:
    told = ("version", "effective", "approved_by", "approved_on", "title", "waiver", "sections")
    part.only(*told)
    sections = tuple(_section(each) for each in part.parts("sections"))
    _refuse_gaps(part, sections)
    effective, approved_on = part.day("effective"), part.day("approved_on")
    assert effective is not None
    assert approved_on is not None
    return Template(
        id=name,
        jurisdictions=laws,
        version=part.count("version"),
        effective=effective,
        approved_by=both(part, "approved_by"),
        approved_on=approved_on,
        title=both(part, "title"),
        waiver=part.word("waiver", Waiver) if part.has("waiver") else Waiver.KEPT,
        sections=sections,
    )


def _section(part: Field) -> Section:
    part.only("content", "treatment", "target", "en", "zh")
    text = Both(part.get("zh", str), part.get("en", str))
    for language, said in (("zh", text.zh), ("en", text.en)):
        unknown = sorted(set(_VARIABLE.findall(said)) - set(Fill))
        if unknown:
            raise part.fail(language, f"'{unknown[0]}' is not known", f"Use: {', '.join(Fill)}.")
    return Section(
        content=part.word("content", Content),
        treatment=part.word("treatment", Treatment) if part.has("treatment") else None,
        target=part.word("target", Target) if part.has("target") else None,
        text=text,
    )


def _refuse_gaps(part: Field, sections: Sequence[Section]) -> None:
    for treatment in Treatment:
        for target in Target:
            told = [each.content for each in sections if each.fits(treatment, target)]
            if sorted(told) != sorted(Content):
                wrong = next(c for c in Content if told.count(c) != 1)
                raise part.fail(
                    "sections",
                    f"has {wrong.value} {told.count(wrong)} times for {treatment} and {target}",
                    "Every content stands in an agreement exactly once.",
                )
