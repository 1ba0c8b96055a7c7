"""What does a message mean that somebody wrote back?

Words and patterns are approved data with their sources. Nothing is guessed beyond them: a message
that means none of these is read by a person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both
from forbear.values.code import Code

_HEAD = ("version", "effective", "approved_by", "approved_on")
_BASES = ("P", "S", "G", "unverified")
_AROUND = re.compile(r"[\W_]+")


class Meaning(Code):
    """What a message means, for whoever must act on it at once."""

    STOP = "STOP"
    """No more messages by this way to this address."""
    WRONG_PERSON = "WRONG_PERSON"
    """Somebody else reads there."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where words come from, and how sure that is: P, S, G or unverified."""

    basis: str
    text: Both


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one meaning. ``whole`` are in the form in which messages are compared."""

    meaning: Meaning
    sources: tuple[Source, ...]
    whole: frozenset[str]
    within: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Inbound:
    """All that messages may mean, in the order in which it is asked."""

    version: int
    words: tuple[Words, ...]

    def meanings_of(self, text: str) -> frozenset[Meaning]:
        """Return what a text means; empty: a person must read it."""
        plain = unicodedata.normalize("NFKC", text).casefold()
        alone = _alone(text)
        return frozenset(
            each.meaning
            for each in self.words
            if alone in each.whole or any(one.search(plain) for one in each.within)
        )


def _alone(text: str) -> str:
    """Return a text without what may stand around its words: marks, blanks, quotes, brackets."""
    return _AROUND.sub("", unicodedata.normalize("NFKC", text).casefold())


def load_inbound(file: str, text: str) -> Inbound:
    """Read the file of words.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="what messages mean").only(*_HEAD, "meanings")
    both(read, "approved_by")
    effective, approved = read.day("effective"), read.day("approved_on")
    if approved is None or effective is None or approved > effective:
        raise read.fail("approved_on", "is after effective", "Approve it before it takes effect.")
    words = tuple(_words(each) for each in read.parts("meanings"))
    if len({each.meaning for each in words}) < len(words):
        raise read.fail("meanings", "names a meaning twice", "Put its words together.")
    return Inbound(read.count("version"), words)


def _words(field: Field) -> Words:
    field.only("meaning", "sources", "whole", "within")
    sources = tuple(_source(each) for each in field.parts("sources"))
    if not sources:
        raise field.fail("sources", "is empty", "Say where the words come from.")
    whole = field.texts("whole")
    return Words(
        field.word("meaning", Meaning),
        sources,
        frozenset(_alone(each) for each in whole),
        tuple(_pattern(field, each) for each in field.texts("within")),
    )


def _source(field: Field) -> Source:
    field.only("basis", "zh", "en")
    basis = field.get("basis", str)
    if basis not in _BASES:
        raise field.fail("basis", f"'{basis}' is not known", f"Use: {', '.join(_BASES)}.")
    return Source(basis, Both(field.get("zh", str), field.get("en", str)))


def _pattern(field: Field, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise field.fail("within", f"'{text[:40]}' is no pattern: {error}", "Mend it.") from None
