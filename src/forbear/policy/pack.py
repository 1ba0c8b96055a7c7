"""Which rules protect a person on a day, from law and house together?

All of them are asked and any of them may refuse, so the strictest wins. A house rule that names
the law it tightens must not be looser than it; that is checked when the library is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.load import InvalidRule, load_rules
from forbear.policy.rule import (
    EXECUTED,
    Addressee,
    ChannelPermission,
    ContactWindow,
    CoolOff,
    FrequencyCap,
    HoldScope,
    Needs,
    Parameters,
    Rule,
)
from forbear.values.code import Jurisdiction


class LooserThanLaw(InvalidRule):
    """A house rule would loosen the law."""

    code = "LOOSER_THAN_LAW"


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one jurisdiction on one day, in the order in which they are asked."""

    jurisdiction: Jurisdiction
    as_of: date
    rules: tuple[Rule, ...]

    @property
    def asked(self) -> tuple[Rule, ...]:
        """The rules that are asked at contact time."""
        return tuple(rule for rule in self.rules if rule.kind in EXECUTED)


@dataclass(frozen=True, slots=True)
class Library:
    """Every dated rule of law and house, and a hash of their texts."""

    rules: tuple[Rule, ...]
    sha256: str

    def pack(self, jurisdiction: Jurisdiction, *, as_of: date) -> Pack:
        """Return the rules of a jurisdiction that are in force on a day."""
        latest: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.jurisdiction is jurisdiction and rule.effective <= as_of:
                latest[rule.id] = rule
        order = list(EXECUTED)
        ranked = sorted(
            latest.values(),
            key=lambda rule: (
                order.index(rule.kind) if rule.kind in order else len(order),
                rule.house,
                rule.id,
            ),
        )
        return Pack(jurisdiction, as_of, tuple(ranked))

    def packs(self, *, as_of: date) -> tuple[Pack, ...]:
        """Return the packs of every jurisdiction on a day."""
        return tuple(self.pack(jurisdiction, as_of=as_of) for jurisdiction in Jurisdiction)


def load_library(law: Mapping[str, str], house: Mapping[str, str]) -> Library:
    """Open the law's and a house's rule files.

    Raises:
        InvalidRule: a file does not keep its form.
        LooserThanLaw: a house rule allows what the law it names refuses.
    """
    legal, own = load_rules(law, house=False), load_rules(house, house=True)
    for rule in own:
        _check_tightens(rule, legal)
    texts = sorted([*law.items(), *house.items()])
    digest = hashlib.sha256(repr(texts).encode()).hexdigest()
    return Library((*legal, *own), digest)


def _check_tightens(rule: Rule, legal: tuple[Rule, ...]) -> None:
    if rule.tightens is None:
        return
    named = [law for law in legal if law.id == rule.tightens]
    if not named:
        raise InvalidRule(
            f"{rule.id} tightens {rule.tightens}, which no law file defines.",
            remedy="Name a rule of the law, or leave tightens out.",
            rule=rule.id,
        )
    for law in named:
        if not _at_least_as_tight(rule.parameters, law.parameters):
            raise LooserThanLaw(
                f"{rule.id} is looser than {law.id}: house {rule.parameters}, law "
                f"{law.parameters}.",
                remedy="A house rule may only tighten the law.",
                rule=rule.id,
                law=law.id,
            )


def _at_least_as_tight(own: Parameters | None, law: Parameters | None) -> bool:
    match own, law:
        case ContactWindow(), ContactWindow():
            excused = own.unless_consent is None or own.unless_consent == law.unless_consent
            inside = own.opens_minute >= law.opens_minute and own.closes_minute <= law.closes_minute
            return inside and excused
        case FrequencyCap(), FrequencyCap():
            same = own.key == law.key and _covers(own, law)
            return same and own.at_most <= law.at_most and own.days >= law.days
        case CoolOff(), CoolOff():
            return own.key == law.key and _covers(own, law) and own.days >= law.days
        case ChannelPermission(), ChannelPermission():
            stricter = own.needs == law.needs or own.needs is Needs.GIVEN
            return own.consent == law.consent and stricter
        case Addressee(), Addressee():
            return (
                own.relations <= law.relations
                and own.qualities <= law.qualities
                and own.origins <= law.origins
            )
        case HoldScope(), HoldScope():
            return own.kinds >= law.kinds
    return False


def _covers(own: FrequencyCap | CoolOff, law: FrequencyCap | CoolOff) -> bool:
    """The house counts everything that the law counts."""
    return (
        own.counts.channels >= law.counts.channels
        and own.counts.directions >= law.counts.directions
        and own.counts.outcomes >= law.counts.outcomes
    )
