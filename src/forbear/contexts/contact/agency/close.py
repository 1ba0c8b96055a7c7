"""What does the clock do for agencies? Unused permits lapse, and days that are over are closed.

Closing a day finds permits that were begun and never reported. It may be done again at any time: a
day that a late report has opened is closed anew, and a disagreement is found once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.agency.match import TOLD_WITHIN
from forbear.contexts.contact.agency.report import lock_agency
from forbear.contexts.contact.agency.word import FindingKind
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.row import to_hold
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import MADE, WAITING, Cause, Way
from forbear.contexts.contact.models import AgencyDay, AgencyFinding, AgencyReport, Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.care import Agency, agencies
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal

CLOSES_AFTER = timedelta(hours=12)
"""So long after its midnight an agency may report a day before it is closed."""
_BATCH = 500
_LAPSED = (
    "SELECT attempt_id, debtor_id FROM contact_dispatch WHERE way = %s AND expires_at <= %s "
    "AND (state = 'AUTHORISED' OR (state = 'CLAIMED' AND lease_until <= %s)) "
    "ORDER BY attempt_id LIMIT %s"
)
_DUE = (
    "SELECT day FROM (SELECT DISTINCT (intent_at AT TIME ZONE %(zone)s)::date AS day "
    "FROM contact_dispatch WHERE way = 'AGENCY' AND provider = %(provider)s "
    "AND intent_at >= %(since)s AND NOT EXISTS (SELECT 1 FROM contact_agencyday c "
    "WHERE c.team_id = %(team)s AND c.closed_at IS NOT NULL "
    "AND c.day = (intent_at AT TIME ZONE %(zone)s)::date) "
    "UNION SELECT day FROM contact_agencyday WHERE team_id = %(team)s AND closed_at IS NULL) open "
    "WHERE day <= %(until)s ORDER BY day"
)


class DayNotOver(InvalidInput):
    """The day is not over by the clock of some agency."""

    code = "DAY_NOT_OVER"


@dataclass(frozen=True, slots=True)
class DayClosed:
    """What a closing counted; ``findings`` are those that stand, breaches included."""

    agency: str
    day: date
    begun: int
    reported: int
    findings: int


def lapse_unused(*, actor: Principal, clock: Clock = database_clock) -> int:
    """Take back permits that nobody began in time, and give the caps what they had used."""
    with reading(actor), connection.cursor() as cursor:
        now = clock()
        cursor.execute(_LAPSED, [Way.AGENCY.value, now, now, _BATCH])
        rows = cursor.fetchall()
    return sum(_lapse(*row, actor=actor, clock=clock) for row in rows)


def _lapse(attempt_id: int, debtor_id: int, *, actor: Principal, clock: Clock) -> bool:
    with acting(actor):
        hold_person(debtor_id)
        states = [state.value for state in WAITING]
        row = to_hold().filter(pk=attempt_id, state__in=states).first()
        now = clock()
        # Whoever has taken it just now finds the time over, and takes it back as well.
        if row is None or (row.lease_until is not None and row.lease_until > now):
            return False
        withdraw(row, Cause.LAPSED, "", actor=actor, now=now)
        return True


def close_due(*, actor: Principal, now: datetime) -> list[DayClosed]:
    """Close every day of every agency that is over and not closed."""
    closed = []
    for agency in agencies():
        clock = ZoneInfo(agency.time_zone)
        until = (now - CLOSES_AFTER).astimezone(clock).date() - timedelta(days=1)
        with reading(actor), connection.cursor() as cursor:
            cursor.execute(
                _DUE,
                {
                    "zone": agency.time_zone,
                    "provider": agency.provider,
                    "team": agency.id,
                    "since": now - TOLD_WITHIN,
                    "until": until,
                },
            )
            days = [day for (day,) in cursor.fetchall()]
        closed += [_close(agency, day, actor=actor, now=now) for day in days]
    return closed


def close_day(day: date, *, actor: Principal, now: datetime) -> list[DayClosed]:
    """Close one day of every agency now, also one that was closed before.

    Raises:
        DayNotOver: it still goes on for some agency.
    """
    every = agencies()
    clocks = {"UTC", *(agency.time_zone for agency in every)}
    if any(day >= now.astimezone(ZoneInfo(clock)).date() for clock in clocks):
        raise DayNotOver(
            f"{day.isoformat()} is not over everywhere.",
            remedy="Name a day before today.",
            message_zh=f"{day.isoformat()} 尚未在所有时区结束。",
            remedy_zh="请填写今天之前的日期。",
            field="day",
        )
    return [_close(agency, day, actor=actor, now=now) for agency in every]


def _close(agency: Agency, day: date, *, actor: Principal, now: datetime) -> DayClosed:
    clock = ZoneInfo(agency.time_zone)
    begins = datetime.combine(day, time.min, clock)
    ends = datetime.combine(day + timedelta(days=1), time.min, clock)
    with acting(actor):
        lock_agency(agency)
        begun = Dispatch.objects.filter(
            way=Way.AGENCY.value,
            provider=agency.provider,
            intent_at__gte=begins,
            intent_at__lt=ends,
            state__in=[state.value for state in MADE],
        )
        reports = AgencyReport.objects.filter(team_id=agency.id)
        named = reports.filter(permit_id__isnull=False).values("permit_id")
        for row in begun.exclude(permit_id__in=named).order_by("pk"):
            AgencyFinding.objects.get_or_create(
                team_id=agency.id,
                day=day,
                kind=FindingKind.NOT_REPORTED.value,
                subject=str(row.permit_id),
                defaults={
                    "permit_id": row.permit_id,
                    "debtor_id": row.debtor_id,
                    "attempt_id": row.pk,
                    "found_at": now,
                },
            )
        standing = AgencyFinding.objects.filter(team_id=agency.id, day=day, resolved_at=None)
        told = DayClosed(
            agency.code, day, begun.count(), reports.filter(day=day).count(), standing.count()
        )
        AgencyDay.objects.update_or_create(
            team_id=agency.id,
            day=day,
            defaults={
                "closed_at": now,
                "begun_count": told.begun,
                "reported_count": told.reported,
                "finding_count": told.findings,
            },
        )
        record(
            AuditEvent.AGENCY_DAY_CLOSED,
            actor=actor,
            subject=f"agency:{agency.id}",
            now=now,
            body={
                "day": day,
                "begun": told.begun,
                "reported": told.reported,
                "findings": told.findings,
            },
        )
        return told
