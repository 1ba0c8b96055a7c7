"""What does a person's page show, to somebody who has given no reason to see more?

Personal values come masked; whoever needs one in full asks for it by ``reveal_value``. Row
security decides which persons there are at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import Consent, ContactPoint, Debtor, Hold, Loan
from forbear.contexts.portfolio.number import (
    CALLED,
    NumberTold,
    NumberType,
    believed_by,
    told_by_number,
)
from forbear.contexts.portfolio.queries.shown import (
    ConsentShown,
    HoldShown,
    LimitShown,
    LoanShown,
    PersonShown,
    PointShown,
    RepresentativeShown,
    VulnerabilityShown,
)
from forbear.contexts.portfolio.queries.who import Who, who
from forbear.contexts.portfolio.row import find
from forbear.contexts.portfolio.said import RegionSaid
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.protection.person import Keys
from forbear.contexts.protection.store import keys, open_values
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    HoldKind,
    Jurisdiction,
    PointKind,
    RegionSource,
)
from forbear.values.principal import Principal

POINT_MASKS = {
    PointKind.MOBILE: MaskKind.PHONE,
    PointKind.LANDLINE: MaskKind.PHONE,
    PointKind.EMAIL: MaskKind.EMAIL,
    PointKind.WECHAT: MaskKind.ACCOUNT,
    PointKind.POSTAL: MaskKind.OTHER,
}


def get_person(ref: str, *, as_of: date, actor: Principal, now: datetime) -> PersonShown:
    """Return a person's page; ``holds`` are those in force on ``as_of`` or to come.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef: there is no such person for this reader.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        person = find(Debtor, ref, lock=False)
        held = None if person.erased_at else keys(now=now, of=[person.key_id])
        return _person(person, held, as_of=as_of, now=now)


@dataclass(frozen=True, slots=True)
class Owing:
    """What a person owes and what holds them; ``holds`` are those in force, or to come."""

    who: Who
    loans: tuple[LoanShown, ...]
    holds: tuple[HoldShown, ...]


def get_owing(debtor_id: int, *, as_of: date, actor: Principal) -> Owing:
    """Return a person's contracts and holds; no personal value is opened.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        Debtor.DoesNotExist: there is no such person for this reader.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        person = Debtor.objects.get(pk=debtor_id)
        return Owing(who(person), _loans(person), _holds(person, as_of))


def holds_in_force(ref: str, *, on: date, actor: Principal) -> tuple[HoldShown, ...]:
    """Return the holds that bind a person on a day, the latest first.

    Raises:
        UnknownRef: there is no such person for this reader.
    """
    with reading(actor):
        person = find(Debtor, ref, lock=False)
        return tuple(each for each in _holds(person, on) if each.start_date <= on)


def latest_consents(ref: str, *, actor: Principal) -> tuple[ConsentShown, ...]:
    """Return the statement that counts for each kind, channel and point.

    Of two statements at one instant the withdrawal counts.

    Raises:
        UnknownRef: there is no such person for this reader.
    """
    with reading(actor):
        return _consents(find(Debtor, ref, lock=False))


def loans_for(ref: str, *, actor: Principal) -> tuple[LoanShown, ...]:
    """Return a person's contracts, the oldest first.

    Raises:
        UnknownRef: there is no such person for this reader.
    """
    with reading(actor):
        return _loans(find(Debtor, ref, lock=False))


def points_for(ref: str, *, actor: Principal, now: datetime) -> tuple[PointShown, ...]:
    """Return a person's contact points, masked, those in use first.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef: there is no such person for this reader.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        person = find(Debtor, ref, lock=False)
        held = None if person.erased_at else keys(now=now, of=[person.key_id])
        return tuple(_point(row, held, now=now) for row in _point_rows(person))


def _person(person: Debtor, held: Keys | None, *, as_of: date, now: datetime) -> PersonShown:
    values = open_values(person, "name", "national_id", now=now, held=held)
    vulnerabilities = _vulnerabilities(person)
    beliefs = person.region_beliefs.order_by("source")
    points = _point_rows(person)
    believed = believed_by(each for each in points if not _out_of_use(each))
    return PersonShown(
        id=person.pk,
        ref=person.ref,
        name_masked=masked(MaskKind.NAME, values["name"]),
        national_id_masked=masked(MaskKind.NATIONAL_ID, values["national_id"]),
        jurisdiction=person.jurisdiction,
        region=person.region,
        region_source=person.region_source,
        believed_region=believed and believed.region,
        believed_confidence_percent=believed and believed.confidence_percent,
        beliefs=tuple(
            RegionSaid(RegionSource(each.source), each.region, each.confidence_percent)
            for each in beliefs
        ),
        time_zones=tuple(person.time_zones),
        language=person.language,
        dialect=person.dialect,
        officer_ref=person.officer_ref,
        team=person.team_id,
        vulnerable=person.vulnerable or bool(vulnerabilities),
        source=person.source,
        recorded_at=person.recorded_at,
        erased_at=person.erased_at,
        points=tuple(_point(row, held, now=now) for row in points),
        loans=_loans(person),
        holds=_holds(person, as_of),
        consents=_consents(person),
        limits=_limits(person),
        vulnerabilities=vulnerabilities,
        representatives=_representatives(person, held, now=now),
    )


def _point_rows(person: Debtor) -> list[ContactPoint]:
    """Return a person's contact points, those in use first."""
    rows = person.contact_points.select_related("debtor").order_by("retired_at", "id")
    return sorted(rows, key=lambda row: (_out_of_use(row), row.pk))


def _out_of_use(row: ContactPoint) -> bool:
    return row.retired_at is not None or row.absent_since is not None


def _point(row: ContactPoint, held: Keys | None, *, now: datetime) -> PointShown:
    address = open_values(row, "address", now=now, held=held)["address"]
    told = _told(row, address)
    return PointShown(
        id=row.pk,
        ref=row.ref,
        kind=row.kind,
        relation=row.relation,
        origin=row.origin,
        quality=row.quality,
        masked=masked(POINT_MASKS[PointKind(row.kind)], address),
        number_zones=tuple(row.number_zones),
        workplace=row.workplace,
        retired_at=row.retired_at,
        absent_since=row.absent_since,
        number_type=told and told.number_type,
        number_region=told and told.region,
        number_confidence_percent=told and told.confidence_percent,
        number_read_at=row.number_read_at,
    )


def _told(row: ContactPoint, address: str | None) -> NumberTold | None:
    if row.number_read_at is not None:
        kind = row.number_type and NumberType(row.number_type)
        return NumberTold(kind, row.number_region, row.number_confidence_percent) if kind else None
    if not address or row.kind not in CALLED:
        return None
    return told_by_number(address, Jurisdiction(row.debtor.jurisdiction))


def _loans(person: Debtor) -> tuple[LoanShown, ...]:
    rows: Iterable[Loan] = person.loans.select_related("creditor").order_by("contract_date", "id")
    return tuple(
        LoanShown(
            id=row.pk,
            ref=row.ref,
            creditor=row.creditor.code,
            creditor_en=row.creditor.name_en,
            creditor_zh=row.creditor.name_zh,
            product=row.product,
            currency=row.currency,
            contract_date=row.contract_date,
            disbursed_date=row.disbursed_date,
            principal_minor=row.principal_minor,
            annual_rate_bp=row.annual_rate_bp,
            state=row.state,
            state_date=row.state_date,
            absent_since=row.absent_since,
        )
        for row in rows
    )


def _holds(person: Debtor, as_of: date) -> tuple[HoldShown, ...]:
    # One that was let go before its first day ends on that day, and never held anything.
    later = Q(end_date__gt=as_of) & Q(end_date__gt=F("start_date"))
    open_or_later = Q(end_date__isnull=True) | later
    rows: Iterable[Hold] = (
        person.holds.filter(open_or_later, absent_since__isnull=True)
        .select_related("loan")
        .order_by("-start_date", "-id")
    )
    return tuple(
        HoldShown(
            id=row.pk,
            ref=row.ref,
            kind=HoldKind(row.kind),
            loan_ref=row.loan.ref if row.loan else None,
            channel=Channel(row.channel) if row.channel else None,
            start_date=row.start_date,
            end_date=row.end_date,
            owner=row.owner_id,
            recorded_at=row.recorded_at,
            released_at=row.released_at,
            release_evidence=row.release_evidence,
        )
        for row in rows
    )


def _consents(person: Debtor) -> tuple[ConsentShown, ...]:
    latest: dict[tuple[str, str | None, int | None], Consent] = {}
    # The withdrawal of two at one instant comes last, and so it stands.
    rows = person.consents.select_related("contact_point").order_by("recorded_at", "state", "id")
    for row in rows:
        latest[(row.kind, row.channel, row.contact_point_id)] = row
    return tuple(
        ConsentShown(
            ref=row.ref,
            kind=ConsentKind(row.kind),
            state=ConsentState(row.state),
            channel=Channel(row.channel) if row.channel else None,
            contact_point_ref=row.contact_point.ref if row.contact_point else None,
            recorded_at=row.recorded_at,
        )
        for row in latest.values()
    )


def _limits(person: Debtor) -> tuple[LimitShown, ...]:
    rows = person.stated_limits.filter(withdrawn_at__isnull=True).select_related("contact_point")
    return tuple(
        LimitShown(
            ref=row.ref,
            weekdays=tuple(row.weekdays),
            opens_minute=row.opens_minute,
            closes_minute=row.closes_minute,
            channel=Channel(row.channel) if row.channel else None,
            contact_point_ref=row.contact_point.ref if row.contact_point else None,
            recorded_at=row.recorded_at,
        )
        for row in rows.order_by("id")
    )


def _vulnerabilities(person: Debtor) -> tuple[VulnerabilityShown, ...]:
    rows = person.vulnerabilities.filter(ended_at__isnull=True).order_by("-severity", "id")
    return tuple(
        VulnerabilityShown(
            ref=row.ref,
            kind=row.kind,
            severity=row.severity,
            consented=row.consented,
            noted=row.note is not None,
            review_date=row.review_date,
            recorded_at=row.recorded_at,
        )
        for row in rows
    )


def _representatives(
    person: Debtor, held: Keys | None, *, now: datetime
) -> tuple[RepresentativeShown, ...]:
    rows = person.representatives.filter(ended_at__isnull=True).select_related("debtor")
    found = []
    for row in rows.order_by("id"):
        values = open_values(row, "name", "address", now=now, held=held)
        found.append(
            RepresentativeShown(
                ref=row.ref,
                kind=row.kind,
                name_masked=masked(MaskKind.NAME, values["name"]),
                address_masked=masked(MaskKind.OTHER, values["address"]),
                authority_checked_at=row.authority_checked_at,
                from_date=row.from_date,
                until_date=row.until_date,
            )
        )
    return tuple(found)
