"""What do the rules need to know of a person before somebody is contacted?

Ids of rows stand for the numbers that the rules compare; nothing personal is among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.portfolio.models import Consent, ContactPoint, Debtor, Hold, Loan, StatedLimit
from forbear.contexts.portfolio.row import UnknownRef, find
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
from forbear.values.day import day_number, instant_s
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


def facts_for_policy(ref: str, *, actor: Principal) -> PersonFacts:
    """Return what the rules may ask about a person.

    Raises:
        UnknownRef: there is no such person for this reader, or they were erased.
    """
    with reading(actor):
        return facts_of(find(Debtor, ref, lock=False))


def facts_of(person: Debtor) -> PersonFacts:
    """Return the same inside a transaction that is open, such as the gate's.

    Raises:
        BrokenInvariant: no transaction is open.
        UnknownRef: the person was erased.
    """
    required()
    if person.erased_at is not None:
        raise UnknownRef(
            f"The person {person.ref!r} was erased.",
            remedy="Nobody is contacted about them.",
            message_zh=f"编号 {person.ref!r} 的个人信息已删除。",
            remedy_zh="不再就其进行任何联系。",
            ref=person.ref,
        )
    zones = tuple(person.time_zones)
    return PersonFacts(
        id=person.pk,
        ref=person.ref,
        jurisdiction=Jurisdiction(person.jurisdiction),
        region=person.region,
        zones=zones,
        points=tuple(
            _point(row, zones)
            for row in person.contact_points.filter(
                retired_at__isnull=True, absent_since__isnull=True
            ).order_by("id")
        ),
        loans=tuple(
            _loan(row) for row in person.loans.filter(absent_since__isnull=True).order_by("id")
        ),
        holds=tuple(
            _hold(row) for row in person.holds.filter(absent_since__isnull=True).order_by("id")
        ),
        consents=tuple(_consent(row) for row in person.consents.order_by("id")),
        limits=tuple(
            _limit(row)
            for row in person.stated_limits.filter(withdrawn_at__isnull=True).order_by("id")
        ),
    )


def facts_of_id(debtor_id: int) -> PersonFacts:
    """Return the same by the person's id.

    Raises:
        BrokenInvariant: no transaction is open.
        UnknownRef: the person was erased, or is not there for this doer.
    """
    required()
    return facts_of(find(Debtor, str(debtor_id), lock=False, name="pk"))


def creditors_of(debtor_id: int) -> list[int]:
    """Return the ids of the creditors whose loans a person has, inside a transaction."""
    required()
    rows = Loan.objects.filter(debtor_id=debtor_id, absent_since__isnull=True)
    return sorted(set(rows.values_list("creditor_id", flat=True)))


def _point(row: ContactPoint, zones: tuple[str, ...]) -> PointFacts:
    return PointFacts(
        no=row.pk,
        ref=row.ref,
        kind=PointKind(row.kind),
        relation=Relation(row.relation),
        origin=Origin(row.origin),
        quality=PointQuality(row.quality),
        zones=tuple(sorted({*zones, *row.number_zones})),
        workplace=row.workplace,
    )


def _loan(row: Loan) -> LoanFacts:
    return LoanFacts(row.pk, row.ref, row.product, LoanState(row.state))


def _hold(row: Hold) -> facts.Hold:
    return facts.Hold(
        HoldKind(row.kind),
        day_number(row.start_date),
        None if row.end_date is None else day_number(row.end_date),
        row.loan_id,
        _channel(row.channel),
    )


def _consent(row: Consent) -> facts.Consent:
    return facts.Consent(
        ConsentKind(row.kind),
        ConsentState(row.state),
        instant_s(row.recorded_at),
        row.contact_point_id,
        _channel(row.channel),
    )


def _limit(row: StatedLimit) -> facts.Limit:
    return facts.Limit(
        frozenset(row.weekdays),
        row.opens_minute,
        row.closes_minute,
        row.contact_point_id,
        _channel(row.channel),
    )


def _channel(word: str | None) -> Channel | None:
    return Channel(word) if word else None
