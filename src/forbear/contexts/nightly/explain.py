"""What did a night see about one person, and why did it decide as it did?

The amounts and the decision are read from the night; the rules are asked again, one contact at a
time, so that every finding can be shown with the facts it saw.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from forbear.contexts.nightly.run.given import policies_of
from forbear.contexts.nightly.workspace import TableFolder, Workspace, sealed
from forbear.engine.agenda import AgendaSettings, Slot
from forbear.engine.eligibility.eligibility import WAYS
from forbear.policy.ask.contact import decide, next_change
from forbear.policy.facts import Consent, ContactFacts, Event, Hold
from forbear.policy.pack import Pack
from forbear.values.code import (
    Channel,
    Code,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
    Jurisdiction,
    LoanState,
    Origin,
    Outcome,
    PointKind,
    PointQuality,
    Relation,
    RiskClass,
)
from forbear.values.day import DAY_S, day_number, from_day_number
from forbear.values.errors import NotFound

_MICRO = 1_000_000
Row = dict[str, Any]


@dataclass(frozen=True)
class Explained:
    """Everything that bears on one person's agenda, as plain values."""

    debtor_id: str
    night_id: str
    as_of: str
    loans: list[Row]
    ways: list[Row]
    options: list[Row]
    reason: Row
    person: Row
    circumstances: list[Row]

    def as_dict(self) -> Row:
        """Return plain values for JSON."""
        return asdict(self)


class NoSuchPerson(NotFound):
    """No debtor has this id."""

    code = "NO_SUCH_PERSON"


def explain_person(
    debtor_id: str, *, workspace: Workspace, night_id: str | None = None
) -> Explained:
    """Explain one person's day.

    Raises:
        NotFound: there is no such night or person.
    """
    night = workspace.night(night_id) if night_id else workspace.latest_night()
    book = sealed(workspace.books / night.manifest["book_id"])
    person = _person(debtor_id, book)
    as_of = date.fromisoformat(night.manifest["as_of"])
    policies = policies_of(as_of, seed=night.manifest["seed"])
    part = _part(person["debtor_no"], book)
    reader = _Reader(book, night, part, person["debtor_no"])
    position = reader.night("position")[0]
    return Explained(
        debtor_id=debtor_id,
        night_id=night.manifest["night_id"],
        as_of=as_of.isoformat(),
        loans=_loans(reader),
        ways=_ways(
            reader,
            person,
            policies.packs[_code(Jurisdiction, person["jurisdiction"])],
            policies.given.settings,
            as_of=as_of,
            lead_loan_no=position["lead_loan_no"],
            night=night,
        ),
        options=_options(reader, policies.given.settings),
        reason=reader.night("reason")[0],
        person=_about(person),
        circumstances=_circumstances(reader, as_of, known_s=_known_s(night)),
    )


def team_names(as_of: date) -> dict[str, tuple[str, str]]:
    """Every team's English and Chinese name, by its id."""
    return {
        team.name: (team.name_en, team.name_zh) for team in policies_of(as_of).given.settings.teams
    }


def _about(person: Row) -> Row:
    return {
        "jurisdiction": _code(Jurisdiction, person["jurisdiction"]),
        "region": person["region"],
        "time_zones": person["time_zones"].split("|") if person["time_zones"] else [],
    }


_DAYS_SHOWN = 7


def _known(rows: list[Row], column: str, known_s: int | None) -> list[Row]:
    return [row for row in rows if known_s is None or row[column] < known_s]


def _known_s(night: TableFolder) -> int | None:
    known = night.manifest["known_at"]
    return (day_number(date.fromisoformat(known)) + 1) * DAY_S if known else None


def _circumstances(reader: _Reader, as_of: date, *, known_s: int | None) -> list[Row]:
    """Return the holds in force, the consents, and the contacts of the last days."""
    today = day_number(as_of)
    holds = [
        {
            "what": "hold",
            "kind": _code(HoldKind, row["kind"]),
            "channel": _code(Channel, row["channel"]),
            "day": _day(row["start_day"]),
            "until": _day(row["end_day"]),
        }
        for row in _known(reader.book("hold"), "recorded_s", known_s)
        if row["start_day"] <= today and (row["end_day"] is None or row["end_day"] >= today)
    ]
    consents = [
        {
            "what": "consent",
            "kind": _code(ConsentKind, row["kind"]),
            "state": _code(ConsentState, row["state"]),
            "channel": _code(Channel, row["channel"]),
            "day": _day(row["recorded_s"] // DAY_S),
        }
        for row in _known(reader.book("consent"), "recorded_s", known_s)
    ]
    attempts = [
        {
            "what": "attempt",
            "channel": _code(Channel, row["channel"]),
            "direction": _code(Direction, row["direction"]),
            "outcome": _code(Outcome, row["outcome"]),
            "day": _day(row["local_day"]),
        }
        for row in _known(reader.book("attempt"), "started_s", known_s)
        if today - _DAYS_SHOWN < row["local_day"] <= today
    ]
    return holds + consents + attempts


def _person(debtor_id: str, book: TableFolder) -> Row:
    found = book.scan("debtor").filter(pl.col("debtor_id") == debtor_id).collect()
    if not found.height:
        raise NoSuchPerson(
            f"Nobody in the book has the id {debtor_id}.",
            remedy="Use an id from the extract's debtor file; case matters.",
        )
    return found.to_dicts()[0]


def _part(debtor_no: int, book: TableFolder) -> int:
    return next(
        int(bound["part"])
        for bound in book.manifest["partitions"]
        if bound["debtor_from"] <= debtor_no < bound["debtor_to"]
    )


class _Reader:
    """Reads one person's rows."""

    def __init__(self, book: TableFolder, night: TableFolder, part: int, debtor_no: int) -> None:
        self._book, self._night, self._part, self._debtor_no = book, night, part, debtor_no

    def book(self, table: str) -> list[Row]:
        scan = self._book.scan(table, self._part)
        return scan.filter(pl.col("debtor_no") == self._debtor_no).collect().to_dicts()

    def night(self, table: str) -> list[Row]:
        part = self._part if self._night.parts > 1 else 0
        scan = self._night.scan(table, part)
        return scan.filter(pl.col("debtor_no") == self._debtor_no).collect().to_dicts()


def _day(number: int | None) -> str | None:
    return None if number is None else from_day_number(number).isoformat()


def _code(codes: type[Code], number: int | None) -> Any:
    return None if number is None else codes.from_number(number)


def _loans(reader: _Reader) -> list[Row]:
    owed = {row["loan_no"]: row for row in reader.night("delinquency")}
    return [
        {
            **{k: v for k, v in owed[loan["loan_no"]].items() if not k.endswith("_day")},
            "loan_id": loan["loan_id"],
            "product": loan["product"],
            "currency": loan["currency"],
            "state": _code(LoanState, loan["state"]),
            "risk_class": _code(RiskClass, owed[loan["loan_no"]]["risk_class"]),
            "oldest_unpaid_date": _day(owed[loan["loan_no"]]["oldest_unpaid_day"]),
            "next_due_date": _day(owed[loan["loan_no"]]["next_due_day"]),
            "limitation_date": _day(owed[loan["loan_no"]]["limitation_day"]),
        }
        for loan in reader.book("loan")
    ]


def _ways(
    reader: _Reader,
    person: Row,
    pack: Pack,
    settings: AgendaSettings,
    *,
    as_of: date,
    lead_loan_no: int | None,
    night: TableFolder,
) -> list[Row]:
    facts = _Facts(reader, person, lead_loan_no, known_s=_known_s(night))
    ways = []
    for point in reader.book("contact_point"):
        for channel in WAYS.get(_code(PointKind, point["kind"]), ()):
            for slot in settings.slots:
                first, last = _span(person, slot, as_of)
                decisions = [
                    decide(pack, facts.of(point, channel), now=now) for now in (first, last)
                ]
                decision = next((d for d in decisions if not d.allowed), decisions[0])
                changes = (
                    None
                    if decision.allowed or decision.at is None
                    else next_change(pack, facts.of(point, channel), now=decision.at)
                )
                ways.append(
                    {
                        "contact_point_id": point["contact_point_id"],
                        "kind": _code(PointKind, point["kind"]),
                        "relation": _code(Relation, point["relation"]),
                        "channel": channel.value,
                        "slot": slot.name,
                        "slot_en": slot.name_en,
                        "slot_zh": slot.name_zh,
                        "allowed": decision.allowed,
                        "changes_at": changes.isoformat() if changes else None,
                        "findings": [finding.as_dict() for finding in decision.findings],
                    }
                )
    return ways


def _span(person: Row, slot: Slot, as_of: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo((person["time_zones"] or "UTC").split("|")[0])
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=zone)
    first = midnight + timedelta(minutes=slot.start_minute)
    last = midnight + timedelta(minutes=slot.end_minute - 1)
    return first.astimezone(UTC), last.astimezone(UTC)


class _Facts:
    """Gathers what the rules may know about a person's contacts."""

    def __init__(
        self, reader: _Reader, person: Row, loan_no: int | None, *, known_s: int | None
    ) -> None:
        self._loan_no = loan_no
        self._zones = tuple((person["time_zones"] or "").split("|")) if person["time_zones"] else ()
        self._events = tuple(
            Event(
                _code(Channel, row["channel"]),
                _code(Direction, row["direction"]),
                _code(Outcome, row["outcome"]),
                row["local_day"],
                row["contact_point_no"],
                row["loan_no"],
                row["started_s"],
            )
            for row in _known(reader.book("attempt"), "started_s", known_s)
        )
        self._holds = tuple(
            Hold(
                _code(HoldKind, row["kind"]),
                row["start_day"],
                row["end_day"],
                row["loan_no"],
                _code(Channel, row["channel"]),
            )
            for row in _known(reader.book("hold"), "recorded_s", known_s)
        )
        self._consents = tuple(
            Consent(
                _code(ConsentKind, row["kind"]),
                _code(ConsentState, row["state"]),
                row["recorded_s"],
                row["contact_point_no"],
                _code(Channel, row["channel"]),
            )
            for row in _known(reader.book("consent"), "recorded_s", known_s)
        )

    def of(self, point: Row, channel: Channel) -> ContactFacts:
        zones = tuple(point["time_zones"].split("|")) if point["time_zones"] else self._zones
        return ContactFacts(
            channel=channel,
            contact_point_no=point["contact_point_no"],
            relation=_code(Relation, point["relation"]),
            quality=_code(PointQuality, point["quality"]),
            origin=_code(Origin, point["origin"]),
            person_zones=self._zones,
            zones=zones,
            loan_no=self._loan_no,
            events=self._events,
            holds=self._holds,
            consents=self._consents,
        )


def _options(reader: _Reader, settings: AgendaSettings) -> list[Row]:
    points = {p["contact_point_no"]: p["contact_point_id"] for p in reader.book("contact_point")}
    chosen = {row["option_no"] for row in reader.night("assignment")}
    return [
        {
            "contact_point_id": points[row["contact_point_no"]],
            "channel": _code(Channel, row["channel"]).value,
            "slot": settings.slots[row["slot"]].name,
            "team": settings.teams[row["team"]].name,
            "slot_en": settings.slots[row["slot"]].name_en,
            "slot_zh": settings.slots[row["slot"]].name_zh,
            "team_en": settings.teams[row["team"]].name_en,
            "team_zh": settings.teams[row["team"]].name_zh,
            "value_minor": row["value_micro"] // _MICRO,
            "chance_ppm": row["chance_ppm"],
            "seconds": row["seconds"],
            "chosen": row["option_no"] in chosen,
        }
        for row in reader.night("option")
    ]
