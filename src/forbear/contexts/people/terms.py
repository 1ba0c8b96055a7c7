"""What is each local team's territory, staffing and calendar on a day?

A team's terms are dated and never written over: those count that were put in force and whose day
has come latest. A team without any has what the lender's file says of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.house import HouseTeam, shipped_teams
from forbear.contexts.people.models import Team, TeamTerms
from forbear.values.code import Dialect, Jurisdiction, Language
from forbear.values.principal import Principal

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
"""Monday is 1."""


@dataclass(frozen=True, slots=True)
class Licence:
    """Leave to act in a region. ``until`` null: it does not end; else its last day."""

    region: str
    number: str
    until: date | None

    def ended(self, day: date) -> bool:
        """It does not reach a day any more."""
        return self.until is not None and self.until < day


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts of a team. ``regions`` are first-level codes; ``seats`` one number a slot.

    ``quiet_days``: days on which nobody of the team works. A region that no licence names needs
    none. ``mandate_until`` and ``review_on`` are an outside agency's: null, it does not end, or
    no look at it is planned.
    """

    jurisdiction: Jurisdiction
    regions: tuple[str, ...]
    languages: tuple[Language, ...]
    dialects: tuple[Dialect, ...]
    seats: tuple[int, ...]
    reserve: bool
    weekdays: tuple[int, ...] = EVERY_DAY
    quiet_days: tuple[date, ...] = ()
    licences: tuple[Licence, ...] = ()
    mandate_until: date | None = None
    review_on: date | None = None

    def works_on(self, day: date) -> bool:
        """Somebody of the team is at work."""
        return day.isoweekday() in self.weekdays and day not in self.quiet_days

    def barred_on(self, day: date) -> tuple[str, ...]:
        """Return the regions for which every licence has ended."""
        return barred_regions(self.licences, day)

    def mandated_on(self, day: date) -> bool:
        """The team may act at all."""
        return self.mandate_until is None or day <= self.mandate_until

    def on_day(self, day: date) -> Terms:
        """Return what is left of it on one day: its seats, and its regions with a licence."""
        barred = set(self.barred_on(day))
        works = self.works_on(day)
        return replace(
            self,
            seats=self.seats if works else tuple(0 for _seat in self.seats),
            regions=tuple(code for code in self.regions if code not in barred),
        )


@dataclass(frozen=True, slots=True)
class TeamOnDay:
    """A team with the terms that count. ``since`` null: they stand in the lender's file."""

    id: int | None
    code: str
    name_en: str
    name_zh: str
    time_zone: str
    agency: bool
    terms: Terms | None
    since: date | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """Terms that were written down. ``adopted_at`` null: they do not count (yet)."""

    id: int
    team_id: int
    since: date
    terms: Terms
    asked_by: int
    asked_at: datetime
    approval_id: int
    adopted_by: int | None
    adopted_at: datetime | None


def teams_on(day: date, *, actor: Principal) -> tuple[TeamOnDay, ...]:
    """Return every open team with the terms that count on a day: the file's order, then by code.

    Teams of the file that nobody has added yet are among them, with a null id.
    """
    with reading(actor):
        return teams_within(day)


def teams_within(day: date) -> tuple[TeamOnDay, ...]:
    """Return the same inside a transaction."""
    required()
    rows = {row.code: row for row in Team.objects.all()}
    adopted = {row.team_id: row for row in _adopted(day)}
    files = {team.code: team for team in shipped_teams()}
    codes = [*files, *sorted(set(rows) - set(files))]
    return tuple(
        _on_day(rows.get(code), adopted.get(rows[code].pk) if code in rows else None, files, code)
        for code in codes
        if code not in rows or rows[code].closed_at is None
    )


def terms_of(team_code: str, day: date) -> Terms | None:
    """Return what counts of one team on a day, inside a transaction; None: nothing is written."""
    required()
    row = (
        TeamTerms.objects.filter(team__code=team_code, adopted_at__isnull=False, since__lte=day)
        .order_by("-since", "-id")
        .first()
    )
    if row is not None:
        return read_terms(row)
    return next((from_file(team) for team in shipped_teams() if team.code == team_code), None)


def proposals(team_id: int, *, actor: Principal, rows: int = 20) -> tuple[Proposed, ...]:
    """Return what was written down for a team, the newest first."""
    with reading(actor):
        found = TeamTerms.objects.filter(team_id=team_id).order_by("-id")[:rows]
        return tuple(proposed(row) for row in found)


def coming(day: date, *, actor: Principal) -> tuple[Proposed, ...]:
    """Return what counts after a day, and what waits for its second person, the earliest first."""
    with reading(actor):
        found = TeamTerms.objects.filter(since__gt=day).order_by("since", "id")
        return tuple(proposed(row) for row in found)


def proposed(row: TeamTerms) -> Proposed:
    """Return a row as what it says."""
    return Proposed(
        row.pk,
        row.team_id,
        row.since,
        read_terms(row),
        row.asked_by_id,
        row.asked_at,
        row.approval_id,
        row.adopted_by_id,
        row.adopted_at,
    )


def read_terms(row: TeamTerms) -> Terms:
    """Return the terms of a row."""
    return Terms(
        jurisdiction=Jurisdiction(row.jurisdiction),
        regions=tuple(row.regions),
        languages=tuple(Language(each) for each in row.languages),
        dialects=tuple(Dialect(each) for each in row.dialects),
        seats=tuple(row.seats),
        reserve=row.reserve,
        weekdays=tuple(row.weekdays),
        quiet_days=tuple(sorted(row.quiet_days)),
        licences=read_licences(row.licences),
        mandate_until=row.mandate_until,
        review_on=row.review_on,
    )


def from_file(team: HouseTeam) -> Terms:
    """Return what the lender's file says of a team."""
    return Terms(
        jurisdiction=team.jurisdiction,
        regions=team.regions,
        languages=team.languages,
        dialects=tuple(Dialect(each) for each in team.dialects),
        seats=team.seats,
        reserve=team.reserve,
    )


def told_licences(licences: Iterable[Licence]) -> list[dict[str, str | None]]:
    """Return licences as the database keeps them."""
    return [
        {
            "region": each.region,
            "number": each.number,
            "until": None if each.until is None else each.until.isoformat(),
        }
        for each in licences
    ]


def read_licences(kept: Iterable[dict[str, str | None]]) -> tuple[Licence, ...]:
    """Return licences from what the database keeps."""
    return tuple(
        Licence(
            str(each["region"]),
            str(each["number"]),
            None if (until := each["until"]) is None else date.fromisoformat(until),
        )
        for each in kept
    )


def barred_regions(licences: Iterable[Licence], day: date) -> tuple[str, ...]:
    """Return the regions for which every licence has ended."""
    over: dict[str, bool] = {}
    for each in licences:
        over[each.region] = over.get(each.region, True) and each.ended(day)
    return tuple(sorted(region for region, ended in over.items() if ended))


def _adopted(day: date) -> Iterable[TeamTerms]:
    rows = TeamTerms.objects.filter(adopted_at__isnull=False, since__lte=day)
    return rows.order_by("team_id", "-since", "-id").distinct("team_id")


def _on_day(
    row: Team | None, adopted: TeamTerms | None, files: dict[str, HouseTeam], code: str
) -> TeamOnDay:
    file = files.get(code)
    terms = read_terms(adopted) if adopted else from_file(file) if file else None
    named = row or file
    assert named is not None, "a code comes from one of the two"
    return TeamOnDay(
        id=None if row is None else row.pk,
        code=code,
        name_en=named.name_en,
        name_zh=named.name_zh,
        time_zone=named.time_zone,
        agency=row is not None and row.agency,
        terms=terms,
        since=None if adopted is None else adopted.since,
    )
