"""What may the rules know about the contacts of one person of the book?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forbear.contexts.nightly.explain_rows import code_of
from forbear.policy.facts import Consent, ContactFacts, Event, Hold
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)

Row = dict[str, Any]


def zones_of(row: Row) -> tuple[str, ...]:
    """Return the zones of a person or of a contact point."""
    return tuple(row["time_zones"].split("|")) if row["time_zones"] else ()


class PersonFacts:
    """Gathers what the rules may know, from rows of the book that are all this person's.

    ``loan_no`` is the loan to be spoken of, None where none is chosen.
    """

    def __init__(
        self,
        person: Row,
        *,
        loan_no: int | None,
        loans: Sequence[Row],
        attempts: Sequence[Row],
        holds: Sequence[Row],
        consents: Sequence[Row],
    ) -> None:
        self._loan_no = loan_no
        self._zones = zones_of(person)
        self._region = person["region"]
        self._product = next((row["product"] for row in loans if row["loan_no"] == loan_no), None)
        self._events = tuple(_event(row) for row in attempts)
        self._holds = tuple(_hold(row) for row in holds)
        self._consents = tuple(_consent(row) for row in consents)

    def of(self, point: Row, channel: Channel) -> ContactFacts:
        """Return the facts of a contact by one contact point and channel."""
        return ContactFacts(
            channel=channel,
            contact_point_no=point["contact_point_no"],
            relation=code_of(Relation, point["relation"]),
            quality=code_of(PointQuality, point["quality"]),
            origin=code_of(Origin, point["origin"]),
            person_zones=self._zones,
            zones=zones_of(point) or self._zones,
            loan_no=self._loan_no,
            events=self._events,
            holds=self._holds,
            consents=self._consents,
            region=self._region,
            product=self._product,
        )


def _event(row: Row) -> Event:
    return Event(
        code_of(Channel, row["channel"]),
        code_of(Direction, row["direction"]),
        code_of(Outcome, row["outcome"]),
        row["local_day"],
        row["contact_point_no"],
        row["loan_no"],
        row["started_s"],
    )


def _hold(row: Row) -> Hold:
    return Hold(
        code_of(HoldKind, row["kind"]),
        row["start_day"],
        row["end_day"],
        row["loan_no"],
        code_of(Channel, row["channel"]),
    )


def _consent(row: Row) -> Consent:
    return Consent(
        code_of(ConsentKind, row["kind"]),
        code_of(ConsentState, row["state"]),
        row["recorded_s"],
        row["contact_point_no"],
        code_of(Channel, row["channel"]),
    )
