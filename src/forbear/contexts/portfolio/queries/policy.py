"""What do the rules need to know of a person before somebody is contacted?

Ids of rows stand for the numbers that the rules compare; nothing personal is among them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from forbear.contexts.database.prepared import Question, Values, ask
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.portfolio.row import UnknownRef, unknown_person
from forbear.policy import facts
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    ContactPurpose,
    HoldKind,
    Jurisdiction,
    LoanState,
    Origin,
    PointKind,
    PointQuality,
    Relation,
)
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class PointFacts:
    """A contact point in use. ``zones`` are all clocks that must agree: person's and number's."""

    no: int
    ref: str
    kind: PointKind
    relation: Relation
    origin: Origin
    quality: PointQuality
    zones: tuple[str, ...]
    workplace: bool


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """A contract that the lender still tells of."""

    no: int
    ref: str
    product: str
    state: LoanState
    creditor_id: int


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Everything about a person that a rule may ask, but for earlier contacts.

    Erased persons, retired points and what an extract no longer tells of are out. ``zones`` empty:
    not known.
    """

    id: int
    ref: str
    jurisdiction: Jurisdiction
    region: str | None
    zones: tuple[str, ...]
    points: tuple[PointFacts, ...]
    loans: tuple[LoanFacts, ...]
    holds: tuple[facts.Hold, ...]
    consents: tuple[facts.Consent, ...]
    limits: tuple[facts.Limit, ...]

    def contact(
        self,
        channel: Channel,
        point: PointFacts,
        *,
        loan: LoanFacts | None = None,
        purpose: ContactPurpose = ContactPurpose.COLLECT,
        events: Iterable[facts.Event] = (),
    ) -> facts.ContactFacts:
        """Return what the rules are asked about one contact; ``events`` are earlier ones."""
        return facts.ContactFacts(
            channel=channel,
            contact_point_no=point.no,
            relation=point.relation,
            quality=point.quality,
            origin=point.origin,
            person_zones=self.zones,
            zones=point.zones,
            loan_no=None if loan is None else loan.no,
            events=tuple(events),
            holds=self.holds,
            consents=self.consents,
            limits=self.limits,
            purpose=purpose,
            region=self.region,
            product=None if loan is None else loan.product,
            workplace=point.workplace,
        )


_FACTS = """
SELECT d.id, d.ref, d.jurisdiction, d.region, d.time_zones, d.erased_at IS NOT NULL,
  (SELECT json_agg(json_build_array(p.id, p.ref, p.kind, p.relation, p.origin, p.quality,
       p.number_zones, p.workplace) ORDER BY p.id)
   FROM portfolio_contactpoint p
   WHERE p.debtor_id = d.id AND p.retired_at IS NULL AND p.absent_since IS NULL),
  (SELECT json_agg(json_build_array(l.id, l.ref, l.product, l.state, l.creditor_id) ORDER BY l.id)
   FROM portfolio_loan l WHERE l.debtor_id = d.id AND l.absent_since IS NULL),
  (SELECT json_agg(json_build_array(h.kind, h.start_date - DATE '1970-01-01',
       h.end_date - DATE '1970-01-01', h.loan_id, h.channel) ORDER BY h.id)
   FROM portfolio_hold h WHERE h.debtor_id = d.id AND h.absent_since IS NULL),
  (SELECT json_agg(json_build_array(c.kind, c.state, floor(extract(epoch FROM c.recorded_at)),
       c.contact_point_id, c.channel) ORDER BY c.id)
   FROM portfolio_consent c WHERE c.debtor_id = d.id),
  (SELECT json_agg(json_build_array(s.weekdays, s.opens_minute, s.closes_minute,
       s.contact_point_id, s.channel) ORDER BY s.id)
   FROM portfolio_statedlimit s WHERE s.debtor_id = d.id AND s.withdrawn_at IS NULL)
FROM portfolio_debtor d WHERE
"""


def facts_for_policy(ref: str, *, actor: Principal) -> PersonFacts:
    """Return what the rules may ask about a person.

    Raises:
        UnknownRef: there is no such person for this reader, or they were erased.
    """
    with reading(actor):
        return _facts(f"{_FACTS}d.ref = %s", [ref])


def facts_of_id(debtor_id: int) -> PersonFacts:
    """Return the same by the person's id, inside a transaction that is open, such as the gate's.

    Raises:
        BrokenInvariant: no transaction is open.
        UnknownRef: the person was erased, or is not there for this doer.
    """
    required()
    return _facts(*about_person(debtor_id))


def about_person(debtor_id: int) -> Question:
    """Return what ``facts_of_id`` asks the database."""
    return f"{_FACTS}d.id = %s", [debtor_id]


def facts_of_ids(debtor_ids: Collection[int]) -> dict[int, PersonFacts]:
    """Return the same for some persons with one question, inside a transaction that is open.

    Who was erased, or is not there for this doer, is left out.
    """
    required()
    rows = ask(f"{_FACTS}d.id = ANY(%s) AND d.erased_at IS NULL", [list(debtor_ids)])
    return {row[0]: _person(row) for row in rows}


def _facts(statement: str, values: Values) -> PersonFacts:
    """Read everything in one question, so that all of it is of one instant."""
    rows = ask(statement, values)
    if not rows:
        raise unknown_person(", ".join(map(str, values)))
    ref, erased = rows[0][1], rows[0][5]
    if erased:
        raise UnknownRef(
            f"The person {ref!r} was erased.",
            remedy="Nobody is contacted about them.",
            message_zh=f"编号 {ref!r} 的个人信息已删除。",
            remedy_zh="不再就其进行任何联系。",
            ref=ref,
        )
    return _person(rows[0])


def _person(row: tuple[Any, ...]) -> PersonFacts:
    ident, ref, law, region, zones, _erased, points, loans, holds, consents, limits = row
    here = tuple(zones)
    return PersonFacts(
        id=ident,
        ref=ref,
        jurisdiction=Jurisdiction(law),
        region=region,
        zones=here,
        points=tuple(_point(each, here) for each in points or ()),
        loans=tuple(_loan(each) for each in loans or ()),
        holds=tuple(_hold(each) for each in holds or ()),
        consents=tuple(_consent(each) for each in consents or ()),
        limits=tuple(_limit(each) for each in limits or ()),
    )


def _point(row: list[Any], zones: tuple[str, ...]) -> PointFacts:
    no, ref, kind, relation, origin, quality, number_zones, workplace = row
    return PointFacts(
        no=no,
        ref=ref,
        kind=PointKind(kind),
        relation=Relation(relation),
        origin=Origin(origin),
        quality=PointQuality(quality),
        zones=tuple(sorted({*zones, *number_zones})),
        workplace=workplace,
    )


def _loan(row: list[Any]) -> LoanFacts:
    no, ref, product, state, creditor_id = row
    return LoanFacts(no, ref, product, LoanState(state), creditor_id)


def _hold(row: list[Any]) -> facts.Hold:
    kind, start_day, end_day, loan_no, channel = row
    return facts.Hold(HoldKind(kind), start_day, end_day, loan_no, _channel(channel))


def _consent(row: list[Any]) -> facts.Consent:
    kind, state, recorded_s, point_no, channel = row
    stated = ConsentState(state)
    return facts.Consent(ConsentKind(kind), stated, int(recorded_s), point_no, _channel(channel))


def _limit(row: list[Any]) -> facts.Limit:
    weekdays, opens, closes, point_no, channel = row
    return facts.Limit(frozenset(weekdays), opens, closes, point_no, _channel(channel))


def _channel(word: str | None) -> Channel | None:
    return Channel(word) if word else None
