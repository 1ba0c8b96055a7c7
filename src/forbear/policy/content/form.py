"""What does the check of content answer, and of which parts is its knowledge made?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from forbear.policy.content.lexicon import Lexicon
from forbear.policy.content.reader import Counts, Reader
from forbear.policy.content.spelling import Spelling
from forbear.policy.content.tally import Tally
from forbear.values.code import Code, Language
from forbear.values.wording import Act, Fact

TALLY, READER = "tally", "reader"
"""Cues of what weighed words, and what the meaning alone, told."""


class Severity(Code):
    """What a finding means for words that are about to be said."""

    REFUSE = "REFUSE"
    """They must not be said."""
    REWORD = "REWORD"
    """They press or hint; a person decides, and the record shows it."""


@dataclass(frozen=True, slots=True)
class ActForm:
    """What is told of an act, and which facts bear on it.

    ``lawful_when`` clears words that are calm; ``only_when`` names facts without any of which the
    words are nothing; ``turns`` names the act that they become when a fact is known.
    """

    act: Act
    name_zh: str
    name_en: str
    why_zh: str
    why_en: str
    basis: tuple[str, ...]
    severity: Severity
    lawful_when: frozenset[Fact]
    only_when: frozenset[Fact]
    turns: Mapping[Fact, Act]
    leans: Mapping[Fact, float]
    """How much more the tally takes words for this act when a fact is known."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What takes the sting out: before it in the clause, after it, or anywhere in the sentence."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    sentence: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A pattern that says something which is forbidden, unless a fact makes it true.

    ``alone`` is false for words that only tell what else was done where something is forbidden.
    """

    id: str
    act: Act
    alone: bool
    say: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    guards: tuple[Guard, ...]
    lawful_when: frozenset[Fact]
    only_when: frozenset[Fact]
    turns: Mapping[Fact, Act]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tongue:
    """All that is known of one language."""

    language: Language
    lexicon: Lexicon
    claims: tuple[Claim, ...]
    tally: Tally


def nobody() -> None:
    """Return no reader."""


@dataclass(frozen=True, slots=True)
class ContentPack:
    """All that the check knows.

    ``reader`` gives the reader of meaning, which is made when it is first asked for, or None where
    there is none: then claims and tally decide alone. ``counts`` says what it counts for.
    """

    acts: Mapping[Act, ActForm]
    spelling: Spelling
    tongues: Mapping[Language, Tongue]
    counts: Counts
    reader: Callable[[], Reader | None] = field(default=nobody, compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One forbidden act found in a text.

    ``start`` and ``end`` are places in the text as given, half-open, in characters. ``cue`` is the
    claim that matched, ``tally`` where weighed words decided, or ``reader`` where only the meaning
    did; ``words`` are what decided.
    ``lawful_when`` are the facts of which any one would make the words lawful; empty: none would.
    """

    act: Act
    start: int
    end: int
    text: str
    cue: str
    words: tuple[str, ...]
    why_zh: str
    why_en: str
    lawful_when: tuple[Fact, ...]
    severity: Severity

    @property
    def read(self) -> bool:
        """Whether only the meaning carries it: no word says it."""
        return self.cue == READER

    @property
    def weighed(self) -> bool:
        """Whether no claim says it in so many words."""
        return self.cue in (TALLY, READER)

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain values."""
        return {
            "act": self.act.value,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "cue": self.cue,
            "words": list(self.words),
            "why_zh": self.why_zh,
            "why_en": self.why_en,
            "lawful_when": [fact.value for fact in self.lawful_when],
            "severity": self.severity.value,
        }

    def __str__(self) -> str:
        return f"{self.act} ({self.cue}): '{self.text}'"


@dataclass(frozen=True, slots=True)
class Cleared:
    """A cue that a known fact made lawful."""

    act: Act
    cue: str
    text: str
    fact: Fact

    def as_dict(self) -> dict[str, object]:
        """Return the cleared cue as plain values."""
        return {
            "act": self.act.value,
            "cue": self.cue,
            "text": self.text,
            "fact": self.fact.value,
        }


@dataclass(frozen=True, slots=True)
class ContentDecision:
    """What the check found, in the order of the text, and what facts cleared."""

    findings: tuple[Finding, ...]
    cleared: tuple[Cleared, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing forbidden was found."""
        return not self.findings

    @property
    def acts(self) -> frozenset[Act]:
        """The acts found."""
        return frozenset(finding.act for finding in self.findings)

    def as_dict(self) -> dict[str, object]:
        """Return the decision as plain values."""
        return {
            "allowed": self.allowed,
            "findings": [each.as_dict() for each in self.findings],
            "cleared": [each.as_dict() for each in self.cleared],
        }
