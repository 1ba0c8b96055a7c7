"""What did a person mean who spoke or wrote to a colleague, and what would be answered?

Read by rules and our own model alone, and written down nowhere: it suggests to whoever is at a desk
and does nothing. Signs of distress come first, of whichever of both lists they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.contexts.assistant.talk import understood
from forbear.contexts.cases.desk.check import signs_in
from forbear.contexts.rulebook.library import open_knowledge, open_understanding
from forbear.policy.assistant.dialogue import Reply, Standing, answer
from forbear.policy.assistant.intent import CARE, Intent
from forbear.policy.assistant.knowledge import Article
from forbear.policy.assistant.understand import Understood
from forbear.values.errors import InvalidInput

TEXT_LENGTH_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was understood, and what the assistant itself would answer.

    ``sure``: how likely the one meaning is that is likeliest; 1 where a rule found it. ``care``:
    before anything about money somebody trained is needed.
    """

    heard: Understood
    reply: Reply
    sure: tuple[Intent, float]
    care: bool

    @property
    def articles(self) -> tuple[Article, ...]:
        """What may be said: to whoever needs care nothing else, whatever they asked beside it."""
        if not self.care:
            return self.reply.articles
        caring = tuple(each for each in self.reply.articles if each.intents & CARE)
        return caring or (open_knowledge().answering(Intent.DISTRESS),)

    @property
    def life(self) -> bool:
        """Whether a life may be in danger."""
        return Intent.SELF_HARM in self.heard.meant


def suggestion(text: str | None, chosen: Intent | None, *, today: date) -> Suggestion:
    """Return what is suggested for what was said, or for a meaning that somebody chose.

    Raises:
        InvalidInput: nothing was said and nothing chosen, or too much.
    """
    said = (text or "").strip()
    if chosen is None and not 0 < len(said) <= TEXT_LENGTH_MAX:
        raise InvalidInput(
            "Write what was said, at most 1,000 signs, or choose it.",
            remedy="One sentence of the person is enough.",
            message_zh="请写下对方说的话（最多 1000 字），或从列表中选择。",
            remedy_zh="写对方的一句话即可。",
        )
    heard = understood(said, chosen, today=today)
    signs = chosen is None and bool(signs_in(said))
    _, reply = answer(Standing(), heard, said, inside=True, knowledge=open_knowledge())
    care = heard.care or signs or bool(CARE & set(heard.meant))
    sure = open_understanding().first(said) if chosen is None else (chosen, 1.0)
    return Suggestion(heard, reply, sure, care)
