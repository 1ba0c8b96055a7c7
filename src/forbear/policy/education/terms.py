"""When does a lender offer a lesson, to whom by lot not, and after how long is it judged?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from forbear.policy.education.lesson import Lesson, Moment
from forbear.policy.reading import Field, read_file
from forbear.values.code import Code, HoldKind

_PARTS = 1_000_000
_PERCENT = 100
_TIMED = tuple(each for each in Moment if each is not Moment.ANYTIME)


class Arm(Code):
    """What the lot said."""

    OFFERED = "OFFERED"
    HELD_OUT = "HELD_OUT"
    """A lesson would have been offered, and was not, to see what lessons change."""


@dataclass(frozen=True, slots=True)
class EducationTerms:
    """``offers`` by moment and ``mailed`` in messages: codes of lessons, the first one first."""

    before_due_days: int
    first_miss_days: int
    recovered_days: int
    offers: Mapping[Moment, tuple[str, ...]]
    quiet_days: int
    not_during: frozenset[HoldKind]
    mail_every_days: int
    mailed: tuple[str, ...]
    experiment: str
    hold_out_percent: int
    judged_days: tuple[int, ...]
    least_of_each: int

    def arm(self, person: str) -> Arm:
        """Return what the lot says to a person, by a name of theirs that never changes.

        The same person has the same lot in one experiment, and another in the next.
        """
        said = hashlib.sha256(f"{self.experiment}\0{person}".encode()).digest()
        lot = int.from_bytes(said[:8]) % _PARTS
        held = lot < self.hold_out_percent * _PARTS // _PERCENT
        return Arm.HELD_OUT if held else Arm.OFFERED


def load_education(file: str, text: str, *, lessons: Mapping[str, Lesson]) -> EducationTerms:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form, or offers a lesson that is not there or does not fit
            the moment.
    """
    read = read_file(file, text, what="how lessons are offered")
    read.only("moments", "offers", "quiet_days", "not_during", "messages", "experiment", "judged")
    moments = read.part("moments").only("before_due_days", "first_miss_days", "recovered_days")
    lot = read.part("experiment").only("name", "hold_out_percent")
    held = lot.count("hold_out_percent", low=0)
    if held >= _PERCENT:
        raise lot.fail("hold_out_percent", f"is {held}", "Write a whole number from 0 to 99.")
    mail = read.part("messages").only("every_days", "lessons")
    judged = read.part("judged").only("days", "least_of_each")
    return EducationTerms(
        before_due_days=moments.count("before_due_days"),
        first_miss_days=moments.count("first_miss_days"),
        recovered_days=moments.count("recovered_days"),
        offers=_offers(read.part("offers"), lessons),
        quiet_days=read.count("quiet_days"),
        not_during=read.words("not_during", HoldKind, empty=True),
        mail_every_days=mail.count("every_days"),
        mailed=_mailed(mail, lessons),
        experiment=lot.get("name", str),
        hold_out_percent=held,
        judged_days=_days(judged),
        least_of_each=judged.count("least_of_each"),
    )


def _offers(part: Field, lessons: Mapping[str, Lesson]) -> dict[Moment, tuple[str, ...]]:
    part.only(*(each.value for each in _TIMED))
    found: dict[Moment, tuple[str, ...]] = {}
    for moment in _TIMED:
        found[moment] = part.texts(moment.value)
        for code in found[moment]:
            if code not in lessons:
                wrong, remedy = f"'{code}' is no lesson", f"Use: {', '.join(lessons)}."
                raise part.fail(moment.value, wrong, remedy)
            if moment not in lessons[code].moments:
                wrong, remedy = f"'{code}' does not fit", f"Add {moment} to the lesson's moments."
                raise part.fail(moment.value, wrong, remedy)
    return found


def _mailed(mail: Field, lessons: Mapping[str, Lesson]) -> tuple[str, ...]:
    found = mail.texts("lessons")
    for code in found:
        if code not in lessons or Moment.ANYTIME not in lessons[code].moments:
            wrong, remedy = f"'{code}' is no lesson for any time", "Name lessons that fit ANYTIME."
            raise mail.fail("lessons", wrong, remedy)
    return found


def _days(judged: Field) -> tuple[int, ...]:
    days = judged.get("days", list)
    if not days or not all(isinstance(each, int) and each > 0 for each in days):
        raise judged.fail("days", "is no list of days", "Write it as a list: [60, 90].")
    return tuple(sorted(days))
