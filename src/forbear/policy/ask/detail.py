"""May the debt be spoken of now, to whoever answers?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.policy.kind import IdentityBeforeDetail, Question
from forbear.policy.pack import Pack
from forbear.values.code import Channel, Relation
from forbear.values.decision import Decision, Finding


@dataclass(frozen=True, slots=True)
class DetailFacts:
    """Who answers. ``identity_verified``: it is established that it is that person."""

    channel: Channel
    relation: Relation
    identity_verified: bool


def may_speak(pack: Pack, facts: DetailFacts, *, now: datetime) -> Decision:
    """Ask every rule whether a detail of the debt may be spoken of."""
    findings = []
    for rule in pack.about(Question.DETAIL):
        if facts.channel not in rule.scope.channels:
            continue
        kind = rule.parameters
        allows = (
            isinstance(kind, IdentityBeforeDetail)
            and facts.relation in kind.relations
            and facts.identity_verified
        )
        seen = (
            ("relation", facts.relation),
            ("identity", "verified" if facts.identity_verified else "not verified"),
        )
        findings.append(Finding(rule.about(), allows, seen))
    return Decision(tuple(findings), pack.sha256, now)
