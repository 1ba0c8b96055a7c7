"""Which words let fear for a life, wherever somebody writes them?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both


@dataclass(frozen=True, slots=True)
class Danger:
    """Patterns of danger to life; where one of ``unless`` stands beside them there is none."""

    say: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()


def load_danger(file: str, text: str) -> Danger:
    """Read the words.

    Raises:
        InvalidRule: the file does not keep its form.
    """
    read = read_file(file, text, what="words of danger")
    read.only("version", "effective", "approved_by", "approved_on", "say", "unless")
    both(read, "approved_by")
    return Danger(_patterns(read, "say"), _patterns(read, "unless"))


def _patterns(read: Field, name: str) -> tuple[re.Pattern[str], ...]:
    found = []
    for each in read.texts(name):
        try:
            found.append(re.compile(each))
        except re.error as error:
            wrong = f"'{each[:40]}' is no pattern: {error}"
            raise read.fail(name, wrong, "Mend the regular expression.") from None
    return tuple(found)
