"""Which days of agencies were reconciled, and what did not agree?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.contact.agency.word import BREACHES, SAID, FindingKind
from forbear.contexts.contact.models import AgencyDay, AgencyFinding
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.care import agencies
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal

_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class DayListed:
    """One day of an agency. ``agency`` is its code, empty where it is none any more.

    Counts are of the last closing; ``closed_at`` null: open (again).
    """

    id: int
    agency: str
    day: date
    reported_at: datetime | None
    closed_at: datetime | None
    begun: int
    reported: int
    findings: int


@dataclass(frozen=True, slots=True)
class FindingListed:
    """One disagreement.

    ``breach``: a contact that no permit covers, so it counts by itself. ``subject``: the agency's
    number of the contact, or the permit's id. ``resolved_at`` null: it stands.
    """

    id: int
    agency: str
    day: date
    kind: FindingKind
    breach: bool
    subject: str
    permit_id: UUID | None
    en: str
    zh: str
    found_at: datetime
    resolved_at: datetime | None


def list_days(*, after: int, rows: int, actor: Principal) -> list[DayListed]:
    """Return days behind an id, in the order in which they were first told of.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(actor):
        codes = {agency.id: agency.code for agency in agencies()}
        found = AgencyDay.objects.filter(pk__gt=after).order_by("pk")[:rows]
        return [_day(row, codes) for row in found]


def latest_days(*, rows: int, actor: Principal) -> list[DayListed]:
    """Return the latest days of every agency, the newest first.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(actor):
        codes = {agency.id: agency.code for agency in agencies()}
        found = AgencyDay.objects.order_by("-day", "team_id")[:rows]
        return [_day(row, codes) for row in found]


def list_findings(
    *,
    after: int,
    rows: int,
    day: date | None = None,
    standing: bool = False,
    actor: Principal,
) -> list[FindingListed]:
    """Return findings behind an id, the oldest first; ``standing``: no resolved ones.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(actor):
        codes = {agency.id: agency.code for agency in agencies()}
        found = AgencyFinding.objects.filter(pk__gt=after)
        found = found if day is None else found.filter(day=day)
        found = found.filter(resolved_at=None) if standing else found
        return [_finding(row, codes.get(row.team_id, "")) for row in found.order_by("pk")[:rows]]


def every_finding(*, day: date | None, actor: Principal) -> list[FindingListed]:
    """Return every finding that stands, of one day or of all.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    found: list[FindingListed] = []
    while more := list_findings(
        after=found[-1].id if found else 0, rows=_ROWS, day=day, standing=True, actor=actor
    ):
        found += more
    return found


def _day(row: AgencyDay, codes: dict[int, str]) -> DayListed:
    return DayListed(
        row.pk,
        codes.get(row.team_id, ""),
        row.day,
        row.reported_at,
        row.closed_at,
        row.begun_count,
        row.reported_count,
        row.finding_count,
    )


def _finding(row: AgencyFinding, agency: str) -> FindingListed:
    kind = FindingKind(row.kind)
    en, zh = SAID[kind]
    return FindingListed(
        row.pk,
        agency,
        row.day,
        kind,
        kind in BREACHES,
        row.subject,
        row.permit_id,
        en,
        zh,
        row.found_at,
        row.resolved_at,
    )
