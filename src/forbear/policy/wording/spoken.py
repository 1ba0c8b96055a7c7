"""What does somebody at a telephone read out: approved words, with gaps that they fill aloud?

A message that is sent must be filled in whole. Words that a person speaks may leave a gap, such as
the day that was just agreed on; whether they may be said at all is asked alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from forbear.policy.wording.form import PLACEHOLDER, Claim, Wording
from forbear.policy.wording.value import UnfitValue, Value, write
from forbear.values.code import Language
from forbear.values.wording import Fact


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of the words. ``variable`` null: approved text; else what stands there.

    ``gap``: the speaker says it; the text tells what belongs there.
    """

    text: str
    variable: str | None = None
    gap: bool = False


def missing(wording: Wording, facts: Collection[Fact]) -> tuple[Claim, ...]:
    """Return the facts that the words need and nobody knows to hold."""
    return tuple(claim for claim in wording.needs if claim.fact not in facts)


def forbidding(wording: Wording, facts: Collection[Fact]) -> tuple[Claim, ...]:
    """Return the facts that hold and forbid the words."""
    return tuple(claim for claim in wording.refuses if claim.fact in facts)


def spoken(
    wording: Wording, *, language: Language, values: Mapping[str, Value]
) -> tuple[Spoken, ...]:
    """Return the words in pieces, filled in as far as is known.

    >>> PLACEHOLDER.split("On {day} you pay.")
    ['On ', 'day', ' you pay.']
    """
    declared = {each.name: each for each in wording.variables}
    pieces = []
    for number, part in enumerate(PLACEHOLDER.split(wording.body.of(language))):
        if number % 2 == 0:
            pieces += [Spoken(part)] if part else []
            continue
        variable = declared[part]
        try:
            said = write(
                variable, values[part], language=language, jurisdiction=wording.jurisdiction
            )
        except (KeyError, UnfitValue):
            pieces.append(Spoken(variable.meaning.of(language), part, gap=True))
        else:
            pieces.append(Spoken(said, part))
    return tuple(pieces)
