"""A pause begins or goes on for as long as the law of the person's country says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.cases.actions.hold import end_hold_and_refresh, enter_hold_and_refresh
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import doing, may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.contract import HoldSpan, hold_span, latest_start
from forbear.contexts.portfolio.held import PersonHeld, held_person
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.word import PAUSES, PauseKind
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy.ask.clock import Due, due
from forbear.policy.kind import ClockStart
from forbear.values.code import Matter
from forbear.values.day import day_number, from_day_number
from forbear.values.errors import Conflict, Denied
from forbear.values.principal import Principal

_LENGTH = {
    PauseKind.BREATHING_SPACE: Matter.BREATHING_SPACE,
    PauseKind.CRISIS: Matter.CRISIS_BREATHING_SPACE,
    PauseKind.DEBT_ADVICE: Matter.DEBT_ADVICE,
}


class NoSuchPause(Denied):
    """The law of the person's country knows no such pause."""

    code = "NO_SUCH_PAUSE"


class PausedBefore(Denied):
    """The law gives this pause once in a time that has not gone by."""

    code = "PAUSED_BEFORE"


class CannotGoOn(Conflict):
    """The pause has ended, or it goes on as long as it may already."""

    code = "CANNOT_GO_ON"


@dataclass(frozen=True, slots=True)
class PauseSaid:
    """A pause that somebody may ask for. ``started_date``: since when it counts.

    A crisis lasts while treatment does: it has no end until ``end_crisis`` says when that was.
    """

    ref: str
    debtor_ref: str
    kind: PauseKind
    started_date: date


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause that binds. ``until_date``: the first day after it; null: while treatment lasts."""

    ref: str
    new: bool
    until_date: date | None
    rule_id: str


def start_pause(
    said: PauseSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> Paused:
    """Let a pause begin; the rules say how long it lasts, and how soon after the last.

    Raises:
        NotPermitted: FILINGS_TAKE is missing.
        NoSuchPause: no rule of the person's country knows it.
        PausedBefore: it was had too lately.
        InvalidField, UnknownRef, PersonErased, OtherContent.
    """
    may(actor, Permission.FILINGS_TAKE)
    kind = check.word("kind", said.kind, PauseKind)
    started = check.past_day("started_date", said.started_date, now=now)
    with acting(actor):
        person = held_person(said.debtor_ref)
        length = _length(person, kind, started, today=today)
        if hold_span(said.ref) is None:
            _refuse_again(person, kind, started, today=today)
        until = None if kind is PauseKind.CRISIS else from_day_number(length.day)
        done = _hold(said.ref, person, kind, started, until, source, actor, today, now)
        return Paused(said.ref, done, until, length.about.rule_id)


def end_crisis(
    ref: str, ended_date: date, *, actor: Principal, today: date, now: datetime
) -> Paused:
    """Say when treatment of a crisis ended; the pause lasts on for as long as the rules say.

    Raises:
        NotPermitted, UnknownRef, InvalidField.
        CannotGoOn: it ended before.
    """
    may(actor, Permission.FILINGS_TAKE)
    ended = check.past_day("ended_date", ended_date, now=now)
    with acting(actor):
        span = _span(ref, PauseKind.CRISIS)
        check.span("ended_date", span.start_date, ended)
        person = held_person(span.debtor_ref)
        if span.end_date is not None:
            raise _over()
        length = _length(person, PauseKind.CRISIS, ended, today=today)
        until = from_day_number(length.day)
        new = f"{ref}-ended"
        _hold(new, person, PauseKind.CRISIS, ended, until, Source.STAFF, actor, today, now)
        _release(ref, f"pause:{new}", actor, today, now)
        return Paused(new, True, until, length.about.rule_id)


def lengthen_pause(
    ref: str, step: str, *, evidence: str, actor: Principal, today: date, now: datetime
) -> Paused:
    """Let a pause go on for the longer time that a rule gives, on evidence such as of progress.

    Raises:
        NotPermitted, UnknownRef, InvalidField.
        NoSuchPause: no rule knows a longer time by that name.
        CannotGoOn: it has ended, or goes on so long already.
    """
    may(actor, Permission.FILINGS_WORK)
    check.reference("evidence", evidence)
    with acting(actor):
        span = _span(ref, None)
        kind = next(each for each, hold in PAUSES.items() if hold is span.kind)
        person = held_person(span.debtor_ref)
        if span.end_date is None or span.end_date <= today or span.released:
            raise _over()
        length = _length(person, kind, span.start_date, today=today, step=step)
        until = from_day_number(length.day)
        if length.step != step or until <= span.end_date:
            raise _none(kind)
        new = f"{ref}-{len(step)}"
        _hold(new, person, kind, span.start_date, until, Source.STAFF, actor, today, now)
        _release(ref, evidence, actor, today, now)
        return Paused(new, True, until, length.about.rule_id)


def _length(
    person: PersonHeld, kind: PauseKind, since: date, *, today: date, step: str | None = None
) -> Due:
    pack = pack_in_force(person.jurisdiction, today)
    day = day_number(since)
    starts = {ClockStart.STARTED: day, ClockStart.ENDED: day}
    found = due(pack, _LENGTH[kind], starts=starts, step=step)
    if not found:
        raise _none(kind)
    return found[0]


def _refuse_again(person: PersonHeld, kind: PauseKind, started: date, *, today: date) -> None:
    """Refuse a pause that was had too lately, where a rule gives it once in a time."""
    if kind is not PauseKind.BREATHING_SPACE:
        return
    before = latest_start(person.id, PAUSES[kind])
    if before is None:
        return
    pack = pack_in_force(person.jurisdiction, today)
    starts = {ClockStart.STARTED: day_number(before)}
    for found in due(pack, Matter.BREATHING_SPACE_AGAIN, starts=starts):
        again = from_day_number(found.day)
        if started < again:
            raise PausedBefore(
                f"{found.about.text_en} The last one started on {before}; the next may on {again}.",
                remedy="Ask whether another help fits: hardship, or debt advice.",
                message_zh=f"{found.about.text_zh}上次始于 {before}，下次最早 {again}。",
                remedy_zh="请考虑其他帮助：经济困难申报或债务咨询。",
                field="started_date",
            )


def _hold(  # a pause is one row, said whole
    ref: str,
    person: PersonHeld,
    kind: PauseKind,
    start: date,
    until: date | None,
    source: Source,
    actor: Principal,
    today: date,
    now: datetime,
) -> bool:
    said = HoldSaid(ref, person.ref, PAUSES[kind], start, until)
    by = doing(actor, Permission.PERSON_CHANGE)
    done = enter_hold_and_refresh(said, source=source, actor=by, today=today, now=now)
    return done.recorded.new


def _release(ref: str, evidence: str, actor: Principal, today: date, now: datetime) -> None:
    by = doing(actor, Permission.HOLD_RELEASE)
    end_hold_and_refresh(ref, evidence=evidence, actor=by, today=today, now=now)


def _span(ref: str, kind: PauseKind | None) -> HoldSpan:
    span = hold_span(ref)
    kinds = PAUSES.values() if kind is None else (PAUSES[kind],)
    if span is None or span.kind not in kinds:
        raise _over()
    return span


def _none(kind: PauseKind) -> NoSuchPause:
    return NoSuchPause(
        f"No rule of the person's country gives a pause of the kind {kind.value} for so long.",
        remedy="See whether hardship help fits: it pauses too, until somebody looks again.",
        message_zh=f"本人所在国家或地区的规则未规定此类暂停（{kind.value}）或此期限。",
        remedy_zh="请考虑经济困难帮助：同样可以暂停，直至复核。",
        field="kind",
    )


def _over() -> CannotGoOn:
    return CannotGoOn(
        "There is no such pause that goes on, or it cannot go on longer.",
        remedy="Look at the person's holds, and start another pause where a rule gives one.",
        message_zh="没有正在生效的该暂停，或不能再延长。",
        remedy_zh="请查看本人的暂停；如规则允许，请另行开始。",
        field="ref",
    )
