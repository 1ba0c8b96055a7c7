"""Is one rule at least as strict as another?

A house may refuse more than the law, never less. Since every rule is asked and any may refuse, a
looser house rule could only mislead its author: it would stand in a file and never bind. It is
refused when the library is opened, with both values.
"""

from __future__ import annotations

from collections.abc import Sequence

from forbear.policy.kind import (
    Addressee,
    ChannelPermission,
    ContactWindow,
    CoolOff,
    Counted,
    Deadline,
    DeedCondition,
    FrequencyCap,
    HoldScope,
    Hours,
    IdentityBeforeDetail,
    Lift,
    MessageContent,
    Needs,
    Parameters,
    PriceCap,
    RecordKeeping,
    RequiredDisclosure,
    RequiredNotice,
    Span,
    StatedLimit,
    UnreachableTest,
)
from forbear.policy.reading import InvalidRule
from forbear.policy.rule import Rule
from forbear.policy.shown import in_one_line


class LooserThanLaw(InvalidRule):
    """A house rule would loosen the law."""

    code = "LOOSER_THAN_LAW"


def check_tightens(rule: Rule, legal: Sequence[Rule]) -> None:
    """Refuse a house rule that is looser than a law it names, or can never bind beside one.

    Raises:
        LooserThanLaw: it is.
        InvalidRule: it names a law that does not exist.
    """
    for name in rule.tightens:
        named = [law for law in legal if law.id == name and _at_one_time(rule, law)]
        if not any(law.id == name for law in legal):
            raise InvalidRule(
                f"{rule.place}: {rule.id} tightens {name}, which no law file defines.",
                remedy="Name a rule of the law, or leave tightens out.",
                message_zh=f"{rule.place}：{rule.id} 所收紧的 {name} 不是任何法律文件中的规则。",
                remedy_zh="写一条法律规则的 id，或去掉 tightens。",
                rule=rule.id,
                file=rule.place.file,
                line=rule.place.line,
            )
        for law in named:
            if not at_least_as_tight(rule.parameters, law.parameters):
                raise _looser(rule, law, "is looser than", "比法律规则宽松：")
    for law in legal:
        if (
            law.jurisdiction is rule.jurisdiction
            and law.kind is rule.kind
            and law.binds
            and law.id not in rule.tightens
            and _at_one_time(rule, law)
            and law.scope.covers(rule.scope)
            and at_least_as_tight(law.parameters, rule.parameters)
            and not at_least_as_tight(rule.parameters, law.parameters)
        ):
            raise _looser(rule, law, "allows what is refused by", "允许了法律规则所拒绝的：")


def _looser(rule: Rule, law: Rule, how: str, how_zh: str) -> LooserThanLaw:
    return LooserThanLaw(
        f"{rule.place}: {rule.id} {how} {law.id}: the house says "
        f"[{in_one_line(rule.parameters)}], the law [{in_one_line(law.parameters)}].",
        remedy="A house rule may only tighten the law: make it stricter, or remove it.",
        message_zh=f"{rule.place}：{rule.id} {how_zh}{law.id}。内部规则为"
        f" [{in_one_line(rule.parameters)}]，法律规则为 [{in_one_line(law.parameters)}]。",
        remedy_zh="内部规则只能比法律更严：请收紧或删除。",
        rule=rule.id,
        law=law.id,
        file=rule.place.file,
        line=rule.place.line,
    )


def _at_one_time(one: Rule, two: Rule) -> bool:
    return (two.ends is None or one.effective < two.ends) and (
        one.ends is None or two.effective < one.ends
    )


def at_least_as_tight(own: Parameters | None, law: Parameters | None) -> bool:
    """Whether whatever the second refuses is refused by the first; False where not comparable."""
    match own, law:
        case ContactWindow(), ContactWindow():
            return _window(own, law)
        case FrequencyCap(), FrequencyCap():
            longer = own.days is None or (law.days is not None and own.days >= law.days)
            same = own.key is law.key and covers(own.counts, law.counts)
            return same and longer and own.at_most <= law.at_most and _lift(own.lift, law.lift)
        case CoolOff(), CoolOff():
            longer = own.days >= law.days and (own.minutes or 0) >= (law.minutes or 0)
            same = own.key is law.key and covers(own.counts, law.counts)
            return same and longer and _lift(own.lift, law.lift)
        case ChannelPermission(), ChannelPermission():
            stricter = own.needs is law.needs or own.needs is Needs.GIVEN
            return own.consent is law.consent and stricter and _fresh(own, law)
        case Addressee(), Addressee():
            return (
                own.relations <= law.relations
                and own.qualities <= law.qualities
                and own.origins <= law.origins
                and (law.workplaces or not own.workplaces)
            )
        case HoldScope(), HoldScope():
            return own.kinds >= law.kinds
        case UnreachableTest(), UnreachableTest():
            return (
                own.failed_days >= law.failed_days
                and covers(law.tries, own.tries)
                and covers(own.reaches, law.reaches)
                and own.unless_holds <= law.unless_holds
            )
        case StatedLimit(), StatedLimit():
            return True
    return _other_at_least_as_tight(own, law)


def _other_at_least_as_tight(own: Parameters | None, law: Parameters | None) -> bool:
    """The kinds that are not asked of a contact."""
    match own, law:
        case IdentityBeforeDetail(), IdentityBeforeDetail():
            return own.relations <= law.relations
        case RequiredDisclosure(), RequiredDisclosure():
            narrower = law.only is None or (own.only is not None and own.only <= law.only)
            same = own.when <= law.when and own.unless <= law.unless
            return own.parts >= law.parts and same and narrower
        case MessageContent(), MessageContent():
            return own.acts >= law.acts
        case RequiredNotice(), RequiredNotice():
            same = own.deeds >= law.deeds and own.notice is law.notice and own.unless <= law.unless
            return same and _at_least(own.at_least, law.at_least) and _at_most(own, law)
        case DeedCondition(), DeedCondition():
            return (
                own.deeds >= law.deeds
                and own.needs >= law.needs
                and own.refused_if >= law.refused_if
                and own.when <= law.when
                and (not law.any_of or (bool(own.any_of) and own.any_of <= law.any_of))
            )
        case PriceCap(), PriceCap():
            return _price(own, law)
        case Deadline(), Deadline():
            return _deadline(own, law)
        case RecordKeeping(), RecordKeeping():
            return _record(own, law)
    return False


def covers(own: Counted, law: Counted) -> bool:
    """Whether the first counts everything that the second counts."""
    return (
        own.channels >= law.channels
        and own.directions >= law.directions
        and own.outcomes >= law.outcomes
        and own.purposes >= law.purposes
    )


def _window(own: ContactWindow, law: ContactWindow) -> bool:
    if own.unless_consent is not None and own.unless_consent is not law.unless_consent:
        return False
    days = zip(own.week, law.week, strict=True)
    if not all(_inside(inner, outer) for inner, outer in days):
        return False
    if law.calendar is not None:
        return own.calendar == law.calendar and _inside(own.on_holidays, law.on_holidays)
    return own.calendar is None or all(_inside(own.on_holidays, outer) for outer in law.week)


def _inside(inner: Hours, outer: Hours) -> bool:
    if inner is None:
        return True
    return outer is not None and inner[0] >= outer[0] and inner[1] <= outer[1]


def _lift(own: Lift | None, law: Lift | None) -> bool:
    if own is None:
        return True
    return law is not None and own.consent is law.consent and own.days <= law.days


def _fresh(own: ChannelPermission, law: ChannelPermission) -> bool:
    if law.fresh_days is None:
        return True
    return own.fresh_days is not None and own.fresh_days <= law.fresh_days


def _at_least(own: Span | None, law: Span | None) -> bool:
    """Whether the first span is known to be no shorter; different units are not compared."""
    if law is None:
        return True
    if own is None:
        return False
    return own.unit is law.unit and own.calendar == law.calendar and own.amount >= law.amount


def _at_most(own: RequiredNotice, law: RequiredNotice) -> bool:
    return law.at_most is None or (own.at_most is not None and _at_least(law.at_most, own.at_most))


def _price(own: PriceCap, law: PriceCap) -> bool:
    if not (own.purses >= law.purses and own.lenders >= law.lenders):
        return False
    if own.rate_ppm is not None and law.rate_ppm is not None:
        return own.rate_ppm <= law.rate_ppm
    same = own.series is not None and own.series == law.series
    return same and (own.times or 0) <= (law.times or 0)


def _deadline(own: Deadline, law: Deadline) -> bool:
    if own.matter is not law.matter or own.start is not law.start or own.protects != law.protects:
        return False
    theirs = {step.name: step.span for step in law.steps}
    for step in own.steps:
        if step.name not in theirs:
            return False
        longer, shorter = (
            (step.span, theirs[step.name]) if own.protects else (theirs[step.name], step.span)
        )
        if not _at_least(longer, shorter):
            return False
    return True


def _record(own: RecordKeeping, law: RecordKeeping) -> bool:
    if own.record is not law.record or own.gone_by != law.gone_by:
        return False
    longer, shorter = (law.span, own.span) if own.gone_by else (own.span, law.span)
    return _at_least(longer, shorter)
