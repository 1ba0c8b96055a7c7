"""The demo lender's agenda settings and words, and small changes to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forbear.contexts.rulebook.library import policy_texts
from forbear.engine.agenda import RuleWords, load_settings, load_words

if TYPE_CHECKING:
    from forbear.engine.agenda import AgendaSettings

TEXTS = policy_texts("house/demo")
DEMO = load_settings(TEXTS)
WORDS = load_words(policy_texts("messages/reasons"))
RULES = tuple(RuleWords(f"rule-{n}", f"Rule {n} refuses.", f"规则{n}不允许。") for n in range(3))


def with_lots(settings: AgendaSettings, **changes: int) -> AgendaSettings:
    """Change what is drawn by lot."""
    return replace(settings, lots=replace(settings.lots, **changes))


def without_lots(settings: AgendaSettings) -> AgendaSettings:
    """Plan for everybody: nobody is held out and nothing explored."""
    return with_lots(settings, hold_out_ppm=0, exploration_ppm=0)
