"""What did a night see about one person, and why did it decide as it did?

The amounts and the decision are read from the night; the rules are asked again, one contact at a
time, so that every finding can be shown with the facts it saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from forbear.contexts.nightly.explain_rows import Reader, Row, code_of, day_text, find_person
from forbear.contexts.nightly.explain_ways import clocks, ways
from forbear.contexts.nightly.local.told import teams_told
from forbear.contexts.nightly.person_facts import zones_of
from forbear.contexts.nightly.report.source import regions_of
from forbear.contexts.nightly.run.given import own_told, policies_of
from forbear.contexts.nightly.workspace import Workspace, sealed
from forbear.contexts.rulebook.library import policy_texts
from forbear.engine.agenda import AgendaSettings
from forbear.values.code import (
    AgendaOutcome,
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
    Jurisdiction,
    LoanState,
    Outcome,
    RiskClass,
)
from forbear.values.day import DAY_S, day_number
from forbear.values.product import ProductTerms

_MICRO = 1_000_000
_DAYS_SHOWN = 7


@dataclass(frozen=True)
class Explained:
    """Everything that bears on one person's agenda, as plain values."""

    debtor_id: str
    night_id: str
    as_of: str
    currency: str
    loans: list[Row]
    ways: list[Row]
    options: list[Row]
    reason: Row
    person: Row
    circumstances: list[Row]

    def as_dict(self) -> Row:
        """Return plain values for JSON."""
        return asdict(self)


def explain_person(
    debtor_id: str, *, workspace: Workspace, night_id: str | None = None
) -> Explained:
    """Explain one person's day.

    Raises:
        NotFound: there is no such night or person.
    """
    night = workspace.night(night_id) if night_id else workspace.latest_night()
    book = sealed(workspace.books / night.manifest["book_id"])
    person = find_person(debtor_id, book)
    as_of = date.fromisoformat(night.manifest["as_of"])
    told = night.manifest.get("teams")
    policies = policies_of(
        as_of,
        seed=night.manifest["seed"],
        teams=None if told is None else teams_told(told),
        own=own_told(night.manifest),
    )
    settings = policies.given.settings
    reader = Reader(book, night, person["debtor_no"])
    reason = reader.night("reason")[0]
    return Explained(
        debtor_id=debtor_id,
        night_id=night.manifest["night_id"],
        as_of=as_of.isoformat(),
        currency=settings.currency,
        loans=_loans(reader, policies.given.terms),
        ways=ways(
            reader,
            person,
            policies.packs[code_of(Jurisdiction, person["jurisdiction"])],
            settings,
            as_of=as_of,
            lead_loan_no=reader.night("position")[0]["lead_loan_no"],
        ),
        options=_options(reader, settings),
        reason={**reason, "outcome": code_of(AgendaOutcome, reason["outcome"])},
        person=_about(person, settings, as_of=as_of),
        circumstances=_circumstances(reader, as_of),
    )


def team_names(as_of: date) -> dict[str, tuple[str, str]]:
    """Every team's English and Chinese name, by its id."""
    return {
        team.name: (team.name_en, team.name_zh) for team in policies_of(as_of).given.settings.teams
    }


def _about(person: Row, settings: AgendaSettings, *, as_of: date) -> Row:
    zones = zones_of(person)
    region = regions_of(policy_texts("regions")).get(person["province"], {})
    return {
        "jurisdiction": code_of(Jurisdiction, person["jurisdiction"]),
        "region": person["region"],
        "region_en": region.get("en"),
        "region_zh": region.get("zh"),
        "time_zones": list(zones),
        "slots": clocks(zones, settings, as_of=as_of),
    }


def _circumstances(reader: Reader, as_of: date) -> list[Row]:
    """Return the holds in force, the consents, and the contacts of the last days."""
    today = day_number(as_of)
    holds = [
        {
            "what": "hold",
            "kind": code_of(HoldKind, row["kind"]),
            "channel": code_of(Channel, row["channel"]),
            "day": day_text(row["start_day"]),
            "until": day_text(row["end_day"]),
        }
        for row in reader.known("hold", "recorded_s")
        if row["start_day"] <= today and (row["end_day"] is None or today < row["end_day"])
    ]
    consents = [
        {
            "what": "consent",
            "kind": code_of(ConsentKind, row["kind"]),
            "state": code_of(ConsentState, row["state"]),
            "channel": code_of(Channel, row["channel"]),
            "day": day_text(row["recorded_s"] // DAY_S),
        }
        for row in reader.known("consent", "recorded_s")
    ]
    attempts = [
        {
            "what": "attempt",
            "channel": code_of(Channel, row["channel"]),
            "direction": code_of(Direction, row["direction"]),
            "outcome": code_of(Outcome, row["outcome"]),
            "day": day_text(row["local_day"]),
        }
        for row in reader.known("attempt", "started_s")
        if today - _DAYS_SHOWN < row["local_day"] <= today
    ]
    return [*holds, *consents, *attempts]


def _loans(reader: Reader, terms: Mapping[str, ProductTerms]) -> list[Row]:
    owed = {row["loan_no"]: row for row in reader.night("delinquency")}
    return [
        {
            **{k: v for k, v in owed[loan["loan_no"]].items() if not k.endswith("_day")},
            "loan_id": loan["loan_id"],
            "product": loan["product"],
            "product_en": terms[loan["product"]].name_en,
            "product_zh": terms[loan["product"]].name_zh,
            "currency": loan["currency"],
            "state": code_of(LoanState, loan["state"]),
            "risk_class": code_of(RiskClass, owed[loan["loan_no"]]["risk_class"]),
            "oldest_unpaid_date": day_text(owed[loan["loan_no"]]["oldest_unpaid_day"]),
            "next_due_date": day_text(owed[loan["loan_no"]]["next_due_day"]),
            "limitation_date": day_text(owed[loan["loan_no"]]["limitation_day"]),
        }
        for loan in reader.book("loan")
    ]


def _options(reader: Reader, settings: AgendaSettings) -> list[Row]:
    points = {p["contact_point_no"]: p["contact_point_id"] for p in reader.book("contact_point")}
    chosen = {row["option_no"] for row in reader.night("assignment")}
    return [
        {
            "contact_point_id": points[row["contact_point_no"]],
            "channel": code_of(Channel, row["channel"]).value,
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
