"""May these words be used, with these parts, while these facts hold?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.policy.kind import MessageContent, Question, RequiredDisclosure
from forbear.policy.pack import Pack
from forbear.policy.rule import Rule
from forbear.values.code import Channel, ContactPurpose, HoldKind
from forbear.values.decision import Decision, Finding
from forbear.values.wording import Act, Fact, MessagePart

FACTS_BY_HOLD = {
    HoldKind.DISPUTE: Fact.DISPUTE_OPEN,
    HoldKind.COMPLAINT: Fact.COMPLAINT_OPEN,
    HoldKind.ARRANGEMENT: Fact.ARRANGEMENT_SIGNED,
    HoldKind.INCAPACITY: Fact.LACKS_CAPACITY,
    HoldKind.BEREAVEMENT: Fact.VULNERABLE,
    HoldKind.SELF_HARM: Fact.VULNERABLE,
    HoldKind.CRISIS: Fact.VULNERABLE,
    HoldKind.TIME_BARRED: Fact.TIME_BARRED,
    HoldKind.PROMISE: Fact.PROMISE_OPEN,
}
"""What a hold in force makes true for words; other holds say nothing about them."""


@dataclass(frozen=True, slots=True)
class WordingFacts:
    """What is known of some words: their parts, and the acts found that no fact excuses."""

    channel: Channel
    purpose: ContactPurpose
    parts: frozenset[MessagePart]
    acts: frozenset[Act] = frozenset()
    facts: frozenset[Fact] = frozenset()


def may_say(pack: Pack, words: WordingFacts, *, now: datetime) -> Decision:
    """Ask every rule whether words may be used."""
    return Decision(
        tuple(
            _find(rule, words)
            for rule in pack.about(Question.WORDING)
            if words.channel in rule.scope.channels and words.purpose in rule.scope.purposes
        ),
        pack.sha256,
        now,
    )


def _find(rule: Rule, words: WordingFacts) -> Finding:
    match rule.parameters:
        case RequiredDisclosure(parts=parts, when=when, only=only, unless=unless):
            if not when <= words.facts or unless & words.facts:
                return Finding(rule.about(), True, (("does not arise", "yes"),))
            missing = sorted(parts - words.parts)
            extra = sorted(words.parts - only) if only is not None else []
            seen = tuple(
                [("missing", part.value) for part in missing]
                + [("not allowed here", part.value) for part in extra]
            )
            return Finding(rule.about(), not seen, seen)
        case MessageContent(acts=acts):
            found = sorted(acts & words.acts)
            return Finding(rule.about(), not found, tuple(("act", act.value) for act in found))
    return Finding(rule.about(), False, (("cannot be answered", "yes"),))
