"""An agency reports the contacts of one of its days, and each is held against its permits.

What no permit covers was made all the same: from then on it counts against every cap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.actions.record_attempts import (
    AttemptSaid,
    UnknownParty,
    record_attempt,
)
from forbear.contexts.contact.agency.begin import CALL_OUTCOMES
from forbear.contexts.contact.agency.match import (
    CLOCKS_DIFFER,
    TOLD_WITHIN,
    ContactReported,
    PermitSeen,
    fault_of,
)
from forbear.contexts.contact.agency.who import agency_of, seeing_all
from forbear.contexts.contact.agency.word import BREACHES, SAID, FindingKind
from forbear.contexts.contact.channels.registry import Receipt
from forbear.contexts.contact.gate.receipt import take_within
from forbear.contexts.contact.gate.word import MADE, DispatchState
from forbear.contexts.contact.models import (
    AgencyDay,
    AgencyFinding,
    AgencyReport,
    Attempt,
    AttemptSource,
    Dispatch,
)
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.care import Agency
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import hold_person, people_by_ref
from forbear.values.code import Channel, Direction, Outcome
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import Principal

BATCH_MAX = 500


class UnfitReport(InvalidInput):
    """A report cannot be taken like this."""

    code = "UNFIT_REPORT"


class OtherReport(Conflict):
    """Another contact was reported under this number."""

    code = "OTHER_REPORT"


@dataclass(frozen=True, slots=True)
class FaultTold:
    """What does not fit about one reported contact."""

    ref: str
    kind: FindingKind
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class ReportTaken:
    """How many contacts were new or known already, and what does not fit about the new ones."""

    added: int
    known: int
    faults: tuple[FaultTold, ...]


def take_report(
    day: date, contacts: Sequence[ContactReported], *, actor: Principal, now: datetime
) -> ReportTaken:
    """Take one batch of a day's contacts, all of it or none; the same contact again is known.

    ``day`` is that of the agency's clock. A report that comes after the day was closed opens it
    again.

    Raises:
        NotPermitted: CONTACT_MAKE is missing, or no agency reports.
        UnfitReport: too many, of the future, or of another day.
        OtherReport: a number was used for another contact.
    """
    may(actor, Permission.CONTACT_MAKE)
    agency = agency_of(actor)
    _check(day, contacts, ZoneInfo(agency.time_zone), now=now)
    actor = seeing_all(actor)
    with acting(actor):
        lock_agency(agency)
        known_people = people_by_ref({each.debtor_ref for each in contacts})
        faults: list[FaultTold] = []
        added = 0
        # Persons are held in one order, so that two reports cannot wait for each other.
        for each in sorted(contacts, key=lambda one: (one.debtor_ref, one.started_at, one.ref)):
            if _known(agency, each):
                continue
            added += 1
            fault = _take(agency, day, each, known_people, actor=actor, now=now)
            if fault is not None:
                faults.append(FaultTold(each.ref, fault, *SAID[fault]))
        _open_day(agency, day, again=bool(added), now=now)
        record(
            AuditEvent.AGENCY_REPORTED,
            actor=actor,
            subject=f"agency:{agency.id}",
            now=now,
            body={
                "day": day,
                "added": added,
                "known": len(contacts) - added,
                "faults": dict(sorted(Counter(each.kind.value for each in faults).items())),
            },
        )
    return ReportTaken(added, len(contacts) - added, tuple(faults))


def lock_agency(agency: Agency) -> None:
    """Let reports and closings of one agency wait for each other, until the transaction ends."""
    required()
    with connection.cursor() as cursor:
        name = f"forbear.{agency.provider}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _known(agency: Agency, said: ContactReported) -> bool:
    row = AgencyReport.objects.filter(team_id=agency.id, ref=said.ref).first()
    if row is None:
        return False
    same = (
        row.permit_id == said.permit_id
        and row.debtor_ref == said.debtor_ref
        and row.channel == said.channel.value
        and row.started_at == said.started_at
        and row.outcome == said.outcome.value
    )
    if not same:
        raise OtherReport(
            f"The contact {said.ref!r} was reported before, otherwise.",
            remedy="Give another contact a number of its own; nothing of the batch was taken.",
            message_zh=f"联系 {said.ref!r} 此前已上报，内容不同。",
            remedy_zh="另一次联系请使用新的编号；本批未登记任何内容。",
            field="ref",
        )
    return True


def _take(
    agency: Agency,
    day: date,
    said: ContactReported,
    known_people: dict[str, int],
    *,
    actor: Principal,
    now: datetime,
) -> FindingKind | None:
    debtor_id = known_people.get(said.debtor_ref)
    if debtor_id is not None:
        hold_person(debtor_id)
    fault = fault_of(said, debtor_id, _permit(agency, said))
    row = AgencyReport.objects.create(
        team_id=agency.id,
        ref=said.ref,
        day=day,
        permit_id=said.permit_id,
        debtor_ref=said.debtor_ref,
        debtor_id=debtor_id,
        channel=said.channel.value,
        started_at=said.started_at,
        outcome=said.outcome.value,
        reported_at=now,
        reported_by=str(actor),
    )
    attempt_id = None
    if fault in BREACHES:
        attempt_id, fault = _count(agency, row, said, fault, actor=actor, now=now)
    elif said.permit_id is not None and said.outcome in CALL_OUTCOMES:
        told = Receipt(f"report:{said.ref}", said.permit_id, said.outcome, said.started_at)
        take_within(agency.provider, told, actor=actor, now=now)
    if fault is not None:
        AgencyFinding.objects.create(
            team_id=agency.id,
            day=day,
            kind=fault.value,
            subject=said.ref,
            permit_id=said.permit_id,
            debtor_id=debtor_id,
            attempt_id=attempt_id,
            found_at=now,
        )
    _mend(agency, said, now=now)
    return fault


def _permit(agency: Agency, said: ContactReported) -> PermitSeen | None:
    """Return a permit as it stands; where it is the held person's, it cannot change meanwhile."""
    if said.permit_id is None:
        return None
    rows = Dispatch.objects.select_related("attempt")
    row = rows.filter(permit_id=said.permit_id, provider=agency.provider).first()
    if row is None:
        return None
    breached = AgencyFinding.objects.filter(
        team_id=agency.id, permit_id=said.permit_id, kind__in=[each.value for each in BREACHES]
    )
    covered = AgencyReport.objects.filter(team_id=agency.id, permit_id=said.permit_id)
    return PermitSeen(
        debtor_id=row.debtor_id,
        channel=Channel(row.channel),
        begun_at=row.intent_at if DispatchState(row.state) in MADE else None,
        outcome=Outcome(row.attempt.outcome),
        used=covered.exclude(ref__in=breached.values("subject")).exists(),
    )


def _count(
    agency: Agency,
    row: AgencyReport,
    said: ContactReported,
    fault: FindingKind,
    *,
    actor: Principal,
    now: datetime,
) -> tuple[int | None, FindingKind]:
    """Record a contact that no permit covers; somebody erased or unknown has no attempts."""
    if fault is FindingKind.UNKNOWN_PERSON:
        return None, fault
    ref = f"report:{row.pk}"
    attempt = AttemptSaid(
        ref,
        said.debtor_ref,
        said.channel,
        Direction.OUTBOUND,
        said.started_at,
        said.outcome,
        team=agency.code,
    )
    try:
        record_attempt(attempt, source=AttemptSource.API, actor=actor, now=now)
    except UnknownParty:
        return None, FindingKind.UNKNOWN_PERSON
    return Attempt.objects.values_list("pk", flat=True).get(ref=ref), fault


def _mend(agency: Agency, said: ContactReported, *, now: datetime) -> None:
    """Resolve what a closing had found missing, and open that day again."""
    if said.permit_id is None:
        return
    missing = AgencyFinding.objects.filter(
        team_id=agency.id,
        kind=FindingKind.NOT_REPORTED.value,
        subject=str(said.permit_id),
        resolved_at=None,
    )
    for day in set(missing.values_list("day", flat=True)):
        _open_day(agency, day, again=True, now=now)
    missing.update(resolved_at=now)


def _open_day(agency: Agency, day: date, *, again: bool, now: datetime) -> None:
    row, _ = AgencyDay.objects.get_or_create(team_id=agency.id, day=day)
    row.reported_at = now
    if again:
        row.closed_at = None
    row.save(update_fields=["reported_at", "closed_at"])


def _check(
    day: date, contacts: Sequence[ContactReported], clock: ZoneInfo, *, now: datetime
) -> None:
    if len(contacts) > BATCH_MAX:
        raise _unfit(
            "contacts",
            f"A batch has at most {BATCH_MAX} contacts.",
            f"每批最多 {BATCH_MAX} 次联系。",
        )
    if len({each.ref for each in contacts}) < len(contacts):
        raise _unfit("ref", "A number stands twice in the batch.", "本批中有重复的编号。")
    today = now.astimezone(clock).date()
    if not today - TOLD_WITHIN <= day <= today:
        raise _unfit(
            "day",
            f"The day is to come, or more than {TOLD_WITHIN.days} days ago.",
            f"该日尚未到来，或已超过 {TOLD_WITHIN.days} 天。",
        )
    for each in contacts:
        lately = now - TOLD_WITHIN <= each.started_at <= now + CLOCKS_DIFFER
        if not lately or each.started_at.astimezone(clock).date() != day:
            raise _unfit(
                "started_at",
                f"The contact {each.ref!r} did not begin on this day by the agency's clock.",
                f"联系 {each.ref!r} 按机构时区并非始于该日。",
            )


def _unfit(field: str, en: str, zh: str) -> UnfitReport:
    return UnfitReport(
        en,
        remedy="Mend it and send the batch again; nothing of it was taken.",
        message_zh=zh,
        remedy_zh="请更正后重新发送；本批未登记任何内容。",
        field=field,
    )
