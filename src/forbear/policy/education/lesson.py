"""Which short lessons about money are there, at which moment does each fit, where does it lead?

A lesson is data: approved, dated, in both languages. It never advertises a loan, blames nobody and
hurries nobody; the tests hold every sentence against the check of content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from forbear.policy.document import in_order
from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both, languages
from forbear.policy.wording.form import Both, UnknownWording
from forbear.values.code import Code

PARTS_MAX = 6
"""A lesson is short: it is read on a small screen, between two other things."""
APPROVED = ("version", "effective", "approved_by", "approved_on")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,30}")
_D = TypeVar("_D", bound="Dated")


class Moment(Code):
    """When a lesson fits."""

    BEFORE_DUE = "BEFORE_DUE"
    """Something falls due soon, and nothing is late."""
    AFTER_FIRST_MISS = "AFTER_FIRST_MISS"
    """Something has been late for a short while."""
    AFTER_RECOVERY = "AFTER_RECOVERY"
    """Something was late not long ago, and nothing is now."""
    ANYTIME = "ANYTIME"


class LeadsTo(Code):
    """A page to which a lesson leads; the person decides there."""

    BUDGET = "BUDGET"
    """The budget tool."""
    QUIZ = "QUIZ"
    """Situations about buying and borrowing."""
    DRILLS = "DRILLS"
    """Situations about frauds."""
    CHECK = "CHECK"
    FRAUD = "FRAUD"
    RIGHTS = "RIGHTS"
    HELP = "HELP"
    TIME = "TIME"
    HARD = "HARD"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Dated:
    """One approved version of something, from a day on."""

    version: int
    effective: date
    approved_by: Both
    approved_on: date


@dataclass(frozen=True, slots=True)
class LessonText(Dated):
    """What one version of a lesson says."""

    title: Both
    parts: tuple[Both, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson with all its versions, the oldest first."""

    code: str
    moments: frozenset[Moment]
    links: tuple[LeadsTo, ...]
    versions: tuple[LessonText, ...]

    def on(self, day: date) -> LessonText:
        """Return what counts on a day.

        Raises:
            UnknownWording: nothing does.
        """
        return in_force(self.versions, self.code, day)


def load_lessons(files: Mapping[str, str]) -> dict[str, Lesson]:
    """Read every lesson, by its code, in the order of the files' names.

    Raises:
        InvalidRule: a file does not keep its form.
    """
    found: dict[str, Lesson] = {}
    for name, text in files.items():
        read = read_file(name, text, what="a lesson").only("code", "moments", "links", "versions")
        found[code_of(read, name, found)] = _lesson(read)
    return found


def code_of(read: Field, file: str, taken: Mapping[str, object]) -> str:
    """Return the code of a file, which is the file's own name.

    Raises:
        InvalidRule: it is no code, or another.
    """
    code: str = read.get("code", str)
    if not _CODE.fullmatch(code):
        raise read.fail("code", f"'{code}' is no code", "Use small letters, digits and _.")
    if file.rpartition("/")[2] != f"{code}.yaml" or code in taken:
        raise read.fail("code", f"'{code}' is not the file's name", f"Name the file {code}.yaml.")
    return code


def approved(dated: Field) -> tuple[int, date, Both, date]:
    """Return a version's number, first day, approver and day of approval, as ``Dated`` has them."""
    return (
        dated.get("version", int),
        dated.get("effective", date),
        both(dated, "approved_by"),
        dated.get("approved_on", date),
    )


def in_force(versions: Sequence[_D], name: str, day: date) -> _D:
    """Return the version that counts on a day.

    Raises:
        UnknownWording: none does.
    """
    found = [each for each in versions if each.effective <= day]
    if not found:
        raise UnknownWording(
            f"No version of {name} is in force on {day}.",
            remedy="Approve a version that takes effect by then.",
            message_zh=f"{day} 没有生效的 {name}。",
            remedy_zh="请批准一个届时生效的版本。",
        )
    return found[-1]


def _lesson(read: Field) -> Lesson:
    links = read.texts("links")
    read.words("links", LeadsTo, empty=True)
    return Lesson(
        code=read.get("code", str),
        moments=read.words("moments", Moment),
        links=tuple(LeadsTo(each) for each in links),
        versions=tuple(_text(each) for each in in_order(read)),
    )


def _text(dated: Field) -> LessonText:
    dated.only(*APPROVED, "title", "parts")
    parts = dated.parts("parts")
    if not 1 <= len(parts) <= PARTS_MAX:
        raise dated.fail("parts", f"are {len(parts)}", f"Write 1 to {PARTS_MAX} short parts.")
    said = tuple(languages(each.only("zh", "en")) for each in parts)
    return LessonText(*approved(dated), both(dated, "title"), said)
