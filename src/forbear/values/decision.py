"""What does a rule answer, and how does the answer explain itself?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Effect(StrEnum):
    """How strongly a rule binds."""

    BLOCK = "BLOCK"
    """The contact may not happen."""
    PRESUMPTION = "PRESUMPTION"
    """The contact would be presumed unlawful; treated as a refusal."""
    ADVISE = "ADVISE"
    """The contact may happen; the advice is shown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's answer: what it saw and what it says.

    ``until`` is the earliest UTC instant at which the answer may change, or None when only a new
    fact can change it.
    """

    rule_id: str
    allows: bool
    effect: Effect
    text_en: str
    text_zh: str
    source: str
    facts: tuple[tuple[str, str], ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a contact may happen, with every rule that was asked."""

    findings: tuple[Finding, ...]

    @property
    def allowed(self) -> bool:
        """No binding rule refuses."""
        return not self.refusals

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse, in the order in which the rules were asked."""
        return tuple(f for f in self.findings if not f.allows and f.effect is not Effect.ADVISE)

    @property
    def changes_at(self) -> datetime | None:
        """The instant at which a refusal may lift by time alone; None when time does not help."""
        instants = [f.until for f in self.refusals]
        if not instants or any(instant is None for instant in instants):
            return None
        return max(instant for instant in instants if instant is not None)
