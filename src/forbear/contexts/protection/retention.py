"""Until when must a person's data stay, from when must they be gone, and why?

The packs' rules of record keeping are asked for every record that is held. The longest keeping
that applies wins; of the duties to delete the shortest counts, once keeping is over. A keeping
whose clock has not begun has no end yet. Days are numbers; a record that is kept until a day may
go on the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forbear.contexts.protection.holding import Holding
from forbear.policy.ask.clock import keep_until
from forbear.policy.kind import ClockStart, Question, RecordKeeping
from forbear.policy.pack import Pack
from forbear.values.code import RecordKind
from forbear.values.day import from_day_number
from forbear.values.decision import About


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something stays, or must go, in both languages; ``rule_id`` empty: no rule of a pack."""

    en: str
    zh: str
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What one rule says about one record. ``day`` null: its clock has not begun."""

    record: RecordKind
    about: About
    day: int | None
    gone_by: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """What all rules together say about one person.

    ``keep_until`` is the last day on which something must be kept, null where nothing must;
    ``open_ended`` says that something must be kept whose end is not known yet. ``gone_by`` is the
    day on which everything must be gone, null where no rule names one.
    """

    keepings: tuple[Keeping, ...]
    keep_until: int | None
    open_ended: bool
    gone_by: int | None

    def may_go(self, today: int) -> bool:
        """Say whether no rule keeps anything any longer."""
        return not self.open_ended and (self.keep_until is None or today > self.keep_until)

    def must_go(self, today: int) -> bool:
        """Say whether the time has come: a keeping has run out, or a day to be gone by is here."""
        if not self.may_go(today):
            return False
        return self.keep_until is not None or (self.gone_by is not None and today >= self.gone_by)

    def reasons(self, today: int) -> tuple[Reason, ...]:
        """Return why data stay today; empty where they may go."""
        return tuple(
            _reason(each)
            for each in self.keepings
            if not each.gone_by and (each.day is None or today <= each.day)
        )


def schedule(pack: Pack, held: Iterable[Holding]) -> Schedule:
    """Ask a pack's rules about what is held of a person.

    Raises:
        CalendarEnds: a calendar does not reach that far.
    """
    keepings = tuple(_keepings(pack, tuple(held)))
    keeps = [each for each in keepings if not each.gone_by]
    keep = max((each.day for each in keeps if each.day is not None), default=None)
    gone = min(
        (each.day for each in keepings if each.gone_by and each.day is not None), default=None
    )
    if gone is not None and keep is not None:
        gone = max(gone, keep + 1)
    return Schedule(keepings, keep, any(each.day is None for each in keeps), gone)


def _keepings(pack: Pack, held: tuple[Holding, ...]) -> Iterable[Keeping]:
    for record in RecordKind:
        own = [each for each in held if each.record is record]
        if not own:
            continue
        unknown = {each.start for each in own if each.day is None}
        starts = _latest(own, unknown)
        for due in keep_until(pack, record, starts=starts):
            yield Keeping(record, due.about, due.day, gone_by=not due.protects)
        yield from _unbegun(pack, record, unknown)


def _latest(own: Iterable[Holding], unknown: set[ClockStart]) -> dict[ClockStart, int]:
    starts: dict[ClockStart, int] = {}
    for each in own:
        if each.day is not None and each.start not in unknown:
            starts[each.start] = max(each.day, starts.get(each.start, each.day))
    return starts


def _unbegun(pack: Pack, record: RecordKind, unknown: set[ClockStart]) -> Iterable[Keeping]:
    for rule in pack.about(Question.CLOCK):
        keeping = rule.parameters
        if not isinstance(keeping, RecordKeeping) or keeping.record is not record:
            continue
        if keeping.start in unknown:
            yield Keeping(record, rule.about(), None, gone_by=keeping.gone_by)


def _reason(keeping: Keeping) -> Reason:
    about = keeping.about
    if keeping.day is None:
        return Reason(
            f"{about.text_en} The day from which this runs has not come or is not known.",
            f"{about.text_zh}起算日尚未到来或未知。",
            about.rule_id,
        )
    day = from_day_number(keeping.day)
    return Reason(
        f"{about.text_en} Here: until {day}.", f"{about.text_zh}本人数据：至 {day}。", about.rule_id
    )
