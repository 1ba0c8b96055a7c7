"""What would you do? Situations with a few answers, and what follows from each of them.

Nothing is counted and nobody is graded: each answer, sound or not, has its own calm explanation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.document import in_order
from forbear.policy.education.lesson import APPROVED, Dated, approved, code_of, in_force
from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both
from forbear.values.code import Code

ANSWERS_MIN, ANSWERS_MAX = 3, 4
_LETTERS = "abcd"


class SituationKind(Code):
    """What is practised."""

    QUIZ = "QUIZ"
    """Buying and borrowing with a clear head."""
    DRILL = "DRILL"
    """Seeing through a fraud. What the fraudster says is quoted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``sound``: it keeps the person safe; there may be several."""

    code: str
    sound: bool
    text: Both
    says: Both


@dataclass(frozen=True, slots=True)
class SituationText(Dated):
    """What one version tells and asks."""

    tells: Both
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation with all its versions, the oldest first; ``lesson`` tells more about it."""

    code: str
    kind: SituationKind
    lesson: str
    versions: tuple[SituationText, ...]

    def on(self, day: date) -> SituationText:
        """Return what counts on a day.

        Raises:
            UnknownWording: nothing does.
        """
        return in_force(self.versions, self.code, day)


def load_situations(files: Mapping[str, str], *, lessons: Collection[str]) -> dict[str, Situation]:
    """Read every situation, by its code, in the order of the files' names.

    Raises:
        InvalidRule: a file does not keep its form, or names a lesson that is not there.
    """
    found: dict[str, Situation] = {}
    for name, text in files.items():
        read = read_file(name, text, what="a situation").only("code", "kind", "lesson", "versions")
        lesson = read.get("lesson", str)
        if lesson not in lessons:
            raise read.fail("lesson", f"'{lesson}' is no lesson", f"Use: {', '.join(lessons)}.")
        found[code_of(read, name, found)] = Situation(
            code=read.get("code", str),
            kind=read.word("kind", SituationKind),
            lesson=lesson,
            versions=tuple(_text(each) for each in in_order(read)),
        )
    return found


def _text(dated: Field) -> SituationText:
    dated.only(*APPROVED, "tells", "answers")
    parts = dated.parts("answers")
    if not ANSWERS_MIN <= len(parts) <= ANSWERS_MAX:
        raise dated.fail("answers", f"are {len(parts)}", "Give three or four answers.")
    answers = tuple(_answer(each, letter) for each, letter in zip(parts, _LETTERS, strict=False))
    if not any(each.sound for each in answers) or all(each.sound for each in answers):
        raise dated.fail("answers", "are all alike", "Let some be sound and some not.")
    return SituationText(*approved(dated), both(dated, "tells"), answers)


def _answer(part: Field, letter: str) -> Answer:
    part.only("code", "sound", "text", "says")
    if part.get("code", str) != letter:
        raise part.fail("code", "is out of order", "Call the answers a, b, c, d in order.")
    sound = part.get("sound", bool)
    return Answer(letter, sound, both(part, "text"), both(part, "says"))
