"""What may somebody say in a call with a person, step by step, and what may they not?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.cases.campaign.words import Ground, ground_of, rules_against
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_desks, open_scripts, open_wordings
from forbear.policy.desk import Desk
from forbear.policy.script import Objection
from forbear.policy.wording.form import Both, Claim, Step, Wording
from forbear.policy.wording.spoken import Spoken, forbidding, missing, spoken
from forbear.policy.wording.value import Value
from forbear.values.code import Channel, Dialect, Language
from forbear.values.principal import Principal
from forbear.values.wording import Fact, MessagePart, Tone

PATH = (
    Step.IDENTIFY,
    Step.VERIFY,
    Step.LISTEN,
    Step.FACTS,
    Step.OPTIONS,
    Step.AGREE,
    Step.CLOSE,
)
"""The order of a call. What the law wants said first belongs to listening: right after identity."""
_UNDER = {Step.DISCLOSE: Step.LISTEN}
_BEFORE = frozenset({Step.IDENTIFY, Step.VERIFY})
ASIDE = (Step.VOICEMAIL, Step.APOLOGISE, Step.LOCATE, Step.CARE)
"""What is said instead, where the call goes otherwise."""


@dataclass(frozen=True, slots=True)
class Line:
    """One approved message. ``missing`` and ``forbidding`` empty, and no rule: it may be said."""

    id: str
    version: int
    tone: Tone
    purpose: Both
    pieces: tuple[Spoken, ...]
    other: tuple[Spoken, ...]
    missing: tuple[Claim, ...]
    forbidding: tuple[Claim, ...]
    rules: tuple[str, ...]

    @property
    def may_be_said(self) -> bool:
        """Its facts hold, and nothing forbids it."""
        return not (self.missing or self.forbidding or self.rules)


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One step: kind words first, then the lines. ``locked``: not before identity is certain."""

    step: Step
    phrases: tuple[Both, ...]
    lines: tuple[Line, ...]
    locked: bool


@dataclass(frozen=True, slots=True)
class Script:
    """What helps in one call. ``language``: in which the person is spoken to.

    ``legal``: reminders of the law whose every fact holds; others are not among them.
    """

    language: Language
    steps: tuple[ScriptStep, ...]
    aside: tuple[ScriptStep, ...]
    legal: tuple[Line, ...]
    objections: tuple[Objection, ...]
    customs: tuple[Both, ...]


def script_for(
    debtor_id: int,
    *,
    loan_id: int | None,
    point_id: int,
    verified: bool,
    dialect: Dialect | None,
    officer: str,
    actor: Principal,
    now: datetime,
) -> Script | None:
    """Return the script of a call; None: not known of whom or what is spoken.

    ``verified``: it is certain that the person speaks; before, nothing of a debt is in it.
    ``officer``: the name under which the speaker introduces themselves.

    Raises:
        NotPermitted: CASE_WORK is missing.
    """
    may(actor, Permission.CASE_WORK)
    with reading(actor):
        ground = ground_of(debtor_id, Channel.VOICE, loan_id, point_id, now=now)
    if ground is None:
        return None
    desk = open_desks().by_law.get(ground.person.jurisdiction)
    facts = _facts(ground, desk, verified=verified)
    values = _values(ground, desk, officer)
    wordings = [
        wording
        for wording in open_wordings().in_force(as_of=ground.today)
        if wording.jurisdiction is ground.person.jurisdiction
        and wording.channel is Channel.VOICE
        and wording.step is not None
    ]
    said = _parts(wordings, facts)
    lines = [(wording.step, _line(wording, ground, facts, values, said)) for wording in wordings]
    plain = [(step, line) for step, line in lines if line.tone is not Tone.LEGAL]
    legal = tuple(line for _step, line in lines if line.tone is Tone.LEGAL and line.may_be_said)
    return Script(
        language=ground.language,
        steps=tuple(_step(each, plain, verified=verified) for each in PATH),
        aside=tuple(_step(each, plain, verified=True) for each in ASIDE),
        legal=legal if verified else (),
        objections=open_scripts().objections,
        customs=_customs(ground, dialect),
    )


def _facts(ground: Ground, desk: Desk | None, *, verified: bool) -> frozenset[Fact]:
    more = {
        Fact.ADDRESSEE_IS_DEBTOR: verified and ground.who.certain,
        Fact.RECORDING_ON: desk is not None and desk.recorded,
        Fact.HARDSHIP_OFFERED: desk is not None and desk.hardship,
    }
    return ground.facts | {fact for fact, holds in more.items() if holds}


def _values(ground: Ground, desk: Desk | None, officer: str) -> dict[str, Value]:
    says: dict[str, Value] = {} if desk is None else dict(desk.says)
    found = {**ground.values, **says, "officer": officer}
    # The name is sealed; whoever needs it reveals it, and the look is recorded.
    return {name: value for name, value in found.items() if name not in {"name", "sought_name"}}


def _parts(wordings: list[Wording], facts: frozenset[Fact]) -> frozenset[MessagePart]:
    """Return what a call as a whole contains: what a law wants said need not stand in every line.

    Whether it was said in its place is not known here; the order of the steps sees to it.
    """
    of_call = {*PATH, *_UNDER}
    lines = [each for each in wordings if each.step in of_call and each.tone is not Tone.LEGAL]
    known = facts | {Fact.ADDRESSEE_IS_DEBTOR}
    true = [each for each in lines if not (missing(each, known) or forbidding(each, known))]
    return frozenset(part for each in true for part in each.parts)


def _line(
    wording: Wording,
    ground: Ground,
    facts: frozenset[Fact],
    values: dict[str, Value],
    said: frozenset[MessagePart],
) -> Line:
    other = Language.EN if ground.language is Language.ZH else Language.ZH
    more = said if wording.step in {*PATH, *_UNDER} else frozenset()
    return Line(
        wording.id,
        wording.version,
        wording.tone,
        wording.purpose,
        spoken(wording, language=ground.language, values=values),
        spoken(wording, language=other, values=values),
        missing(wording, facts),
        forbidding(wording, facts),
        tuple(found.rule_id for found in rules_against(wording, facts, ground, more=more)),
    )


def _step(step: Step, lines: list[tuple[Step | None, Line]], *, verified: bool) -> ScriptStep:
    locked = not verified and step not in _BEFORE
    under = {step, *(each for each, upper in _UNDER.items() if upper is step)}
    found = [] if locked else [(each, line) for each, line in lines if each in under]
    found.sort(key=lambda pair: pair[0].number if pair[0] else 0)
    shown = tuple(line for _s, line in found)
    # Why a line may not be said is worth reading where there is nothing else to say.
    true = tuple(line for line in shown if line.may_be_said)
    return ScriptStep(step, open_scripts().phrases.get(step, ()), true or shown, locked)


def _customs(ground: Ground, dialect: Dialect | None) -> tuple[Both, ...]:
    scripts, region = open_scripts(), ground.person.region or ""
    found = [
        scripts.dialects.get(dialect) if dialect is not None else None,
        scripts.regions.get(region) or scripts.regions.get(region[:2]),
    ]
    return tuple(each for each in found if each is not None)
