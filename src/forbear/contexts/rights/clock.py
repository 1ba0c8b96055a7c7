"""Until when is an answer owed, which rule says so, and was it kept?

Lengths are the packs'; this names only which matters each kind of filing sets going.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import required
from forbear.contexts.rights.models import Clock, Filing
from forbear.contexts.rights.word import FilingKind
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy.ask.clock import Due, due_for_certain
from forbear.policy.kind import ClockStart
from forbear.policy.pack import Pack
from forbear.values.code import Jurisdiction, Matter
from forbear.values.day import day_number, from_day_number
from forbear.values.principal import Principal

MATTERS: dict[FilingKind, tuple[Matter, ...]] = {
    FilingKind.DISPUTE: (Matter.DEBT_DISPUTE, Matter.BUREAU_DISPUTE, Matter.DIRECT_DISPUTE),
    FilingKind.COMPLAINT: (Matter.COMPLAINT_ACKNOWLEDGEMENT, Matter.COMPLAINT),
    FilingKind.HARDSHIP: (),
    FilingKind.DATA_REQUEST: (Matter.DATA_REQUEST,),
}
"""Which clocks start as a kind of filing is received; a law that knows none starts none."""
TO_ACKNOWLEDGE = frozenset({Matter.COMPLAINT_ACKNOWLEDGEMENT})
"""Met as the filing is acknowledged; every other clock as it is answered."""


def start_clocks(
    filing: Filing,
    matters: Iterable[Matter],
    *,
    starts: Mapping[ClockStart, date],
    actor: Principal,
    today: date,
    now: datetime,
) -> tuple[Clock, ...]:
    """Start what the rules of the person's law say about some matters, inside an action.

    Where a calendar of business days does not reach so far, plain days are counted: nobody is
    turned away for want of a calendar, and the day is never later than it should be.

    Raises:
        ClockNotStarted: a rule counts from a day that is not given.
    """
    required()
    pack = pack_in_force(Jurisdiction(filing.debtor.jurisdiction), today)
    days = {start: day_number(day) for start, day in starts.items()}
    begins = min(starts.values())
    rows = [
        _clock(filing, matter, found, begins=begins)
        for matter in dict.fromkeys(matters)
        for found in due_for_certain(pack, matter, starts=days)
    ]
    made = tuple(Clock.objects.bulk_create(rows))
    for clock in made:
        record(
            AuditEvent.CLOCK_STARTED,
            actor=actor,
            subject=f"filing:{filing.pk}",
            debtor_id=filing.debtor_id,
            body={
                "matter": clock.matter,
                "rule": clock.rule_id,
                "starts_on": clock.starts_on,
                "due_on": clock.due_on,
                "protects": clock.protects,
                "cycle": clock.cycle,
            },
            now=now,
        )
    return made


def _clock(filing: Filing, matter: Matter, found: Due, *, begins: date) -> Clock:
    return Clock(
        filing=filing,
        debtor_id=filing.debtor_id,
        cycle=filing.cycle,
        matter=matter.value,
        rule_id=found.about.rule_id,
        step=found.step,
        starts_on=begins,
        due_on=from_day_number(found.day),
        protects=found.protects,
    )


def meet_clocks(filing: Filing, *, now: datetime, only: frozenset[Matter] | None = None) -> None:
    """Note that what clocks wait for was done, inside an action; late stays visible by the days."""
    required()
    rows = filing.clocks.filter(met_at__isnull=True, protects=False)
    if only is not None:
        rows = rows.filter(matter__in=[each.value for each in only])
    rows.update(met_at=now)


def lengthened(pack: Pack, clock: Clock, step: str) -> date | None:
    """Return the day that a longer step of a clock's own rule reckons; null: it knows none."""
    start = day_number(clock.starts_on)
    starts = dict.fromkeys(ClockStart, start)
    for found in due_for_certain(pack, Matter(clock.matter), starts=starts, step=step):
        if found.about.rule_id == clock.rule_id and found.step == step:
            return from_day_number(found.day)
    return None


def is_late(clock: Clock, *, today: date) -> bool:
    """Say whether a clock's day went by before it was met; one that protects is never late."""
    if clock.protects:
        return False
    return today > clock.due_on if clock.met_at is None else False
