"""What does a rule answer, and how does the answer explain itself?

Findings are made by the million, so they are small: what is the same at every answer of a rule
stands once in its ``About``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Effect(StrEnum):
    """How strongly a rule binds."""

    BLOCK = "BLOCK"
    """The contact may not happen."""
    PRESUMPTION = "PRESUMPTION"
    """The contact would be presumed unlawful; treated as a refusal."""
    ADVISE = "ADVISE"
    """The contact may happen; the advice is shown."""


@dataclass(frozen=True, slots=True)
class About:
    """What is the same whenever one dated rule answers."""

    rule_id: str
    kind: str
    effect: Effect
    text_en: str
    text_zh: str
    source: str
    address: str
    basis: str
    effective: date
    house: bool


class Finding(NamedTuple):
    """One rule's answer: what it saw and what it says.

    ``until`` is the earliest UTC instant at which time alone may turn the answer; None when only
    a new fact can. ``seen`` pairs the name of a fact with what it was.
    """

    about: About
    allows: bool
    seen: tuple[tuple[str, object], ...] = ()
    until: datetime | None = None

    @property
    def rule_id(self) -> str:
        """Whose answer this is."""
        return self.about.rule_id

    @property
    def refuses(self) -> bool:
        """The answer is no, and the rule binds."""
        return not self.allows and self.about.effect is not Effect.ADVISE

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the rule saw, as text."""
        return tuple((name, str(value)) for name, value in self.seen)

    def as_dict(self) -> dict[str, object]:
        """Return plain values, with both languages and the citation."""
        about = self.about
        return {
            "rule_id": about.rule_id,
            "kind": about.kind,
            "allows": self.allows,
            "effect": about.effect.value,
            "text_en": about.text_en,
            "text_zh": about.text_zh,
            "source": about.source,
            "address": about.address,
            "basis": about.basis,
            "effective": about.effective.isoformat(),
            "origin": "house" if about.house else "law",
            "facts": [list(pair) for pair in self.facts],
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something may happen, with every rule that was asked.

    ``pack`` is the hash of the rules that were in force, ``at`` the UTC instant judged.
    """

    findings: tuple[Finding, ...]
    pack: str = ""
    at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """No binding rule refuses."""
        return not any(f.refuses for f in self.findings)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse, in the order in which the rules were asked."""
        return tuple(f for f in self.findings if f.refuses)

    @property
    def advice(self) -> tuple[Finding, ...]:
        """The findings that warn without refusing."""
        return tuple(f for f in self.findings if not f.allows and not f.refuses)

    @property
    def changes_at(self) -> datetime | None:
        """The earliest instant at which time alone may turn the whole answer.

        Of an allowed contact: the first refusal to come. Of a refused one: not before the last of
        its refusals lifts, and None when one of them needs more than time.
        """
        refusals = self.refusals
        if not refusals:
            coming = [f.until for f in self.findings if f.until and f.allows]
            return min(coming, default=None)
        if any(f.until is None for f in refusals):
            return None
        return max(f.until for f in refusals if f.until is not None)

    def as_dict(self) -> dict[str, object]:
        """Return plain values; the same decision always gives the same ones."""
        changes = self.changes_at
        return {
            "allowed": self.allowed,
            "at": self.at.isoformat() if self.at else None,
            "pack": self.pack,
            "changes_at": changes.isoformat() if changes else None,
            "findings": [finding.as_dict() for finding in self.findings],
        }

    @property
    def sha256(self) -> str:
        """Return a hash of the whole answer, for the record."""
        text = json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
