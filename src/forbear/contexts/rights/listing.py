"""Which filings are there, what does one hold, and which are late? A page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rights.clock import is_late
from forbear.contexts.rights.filing import unknown
from forbear.contexts.rights.models import Clock, Filing, Hardship, Referral
from forbear.contexts.rights.statement import StatementTold, told
from forbear.contexts.rights.word import FilingKind
from forbear.values.principal import Principal, PrincipalKind, Sight


@dataclass(frozen=True, slots=True)
class FilingListed:
    """One filing. ``due_on``: the nearest open clock; null: none runs. Null owner: nobody yet."""

    id: int
    ref: str
    debtor_ref: str
    kind: str
    state: str
    reason: str
    intake: str
    loan_ref: str | None
    received_date: date
    filed_at: datetime
    moved_at: datetime
    owner_id: int | None
    finding: str | None
    due_on: date | None
    late: bool
    cycle: int
    version: int


@dataclass(frozen=True, slots=True)
class ClockShown:
    """Until when a rule wants something. ``protects``: a time that is left to the person."""

    matter: str
    rule_id: str
    step: str
    starts_on: date
    due_on: date
    protects: bool
    met_at: datetime | None
    late: bool
    cycle: int


@dataclass(frozen=True, slots=True)
class AttachmentShown:
    """A file that was handed in; its name and content are sealed."""

    ref: UUID
    side: str
    kind: str
    bytes: int
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """Something put right, or still owed where ``done_at`` is null."""

    id: int
    kind: str
    loan_id: int
    amount_minor: int | None
    since_date: date | None
    done_at: datetime | None
    done_as: str


@dataclass(frozen=True, slots=True)
class ComplaintShown:
    """What a complaint alone has; alleged and borne out stand apart. Null: not (yet)."""

    alleged: str
    substantiated: str | None
    about_staff: int | None
    about_team: int | None
    redress: str | None
    redress_minor: int | None
    currency: str | None
    authority: str
    authority_ref: str
    escalated_at: datetime | None
    attempt_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HardshipShown:
    """What a hardship alone has."""

    severity: int
    self_declared: bool
    solution: str | None
    until_date: date | None
    review_date: date | None
    proposal_ref: str


@dataclass(frozen=True, slots=True)
class FilingShown:
    """One filing, whole. Null ``complaint`` or ``hardship``: it is of another kind."""

    filing: FilingListed
    clocks: tuple[ClockShown, ...]
    statements: tuple[StatementTold, ...]
    attachments: tuple[AttachmentShown, ...]
    corrections: tuple[CorrectionShown, ...]
    complaint: ComplaintShown | None
    hardship: HardshipShown | None


@dataclass(frozen=True, slots=True)
class LateListed:
    """An open clock whose day has gone by."""

    id: int
    filing_ref: str
    kind: str
    owner_id: int | None
    matter: str
    rule_id: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ReviewListed:
    """A hardship that somebody must look at again by today."""

    id: int
    filing_ref: str
    debtor_ref: str
    state: str
    solution: str | None
    review_date: date


@dataclass(frozen=True, slots=True)
class ReferralListed:
    """A way to somebody who helps, shown to a person or taken."""

    id: int
    ref: str
    helper: str
    state: str
    at: datetime
    moved_at: datetime


def list_filings(
    *,
    after: int,
    rows: int,
    today: date,
    actor: Principal,
    kind: str | None = None,
    state: str | None = None,
    debtor_ref: str | None = None,
    owner_id: int | None = None,
) -> tuple[FilingListed, ...]:
    """Return up to ``rows`` filings whose ids follow ``after``.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    given = {"kind": kind, "state": state, "debtor__ref": debtor_ref, "owner_id": owner_id}
    wanted = {name: value for name, value in given.items() if value is not None}
    with reading(actor):
        found = (
            Filing.objects.filter(id__gt=after, **wanted)
            .select_related("debtor", "loan")
            .prefetch_related("clocks")
            .order_by("id")
        )
        return tuple(_listed(row, today=today) for row in found[:rows])


def get_filing(
    ref: str,
    *,
    kind: FilingKind | None = None,
    opened: bool = False,
    today: date,
    actor: Principal,
    now: datetime,
) -> FilingShown:
    """Return one filing, whole; ``opened``: with its texts, for whoever may see them.

    The person sees their own; somebody who works here needs VALUE_REVEAL; a lender's system never
    sees them.

    Raises:
        NotPermitted: PERSON_SEE is missing, or for the texts VALUE_REVEAL.
        UnknownFiling: there is none of that kind, or not for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    own = actor.sight is Sight.PERSON and actor.kind is not PrincipalKind.TOKEN
    if opened and not own:
        may(actor, Permission.VALUE_REVEAL)
    with reading(actor):
        rows = Filing.objects.filter(ref=ref).select_related("debtor", "loan")
        row = (rows if kind is None else rows.filter(kind=kind.value)).first()
        if row is None:
            raise unknown(ref)
        clocks = list(row.clocks.order_by("id"))
        said = row.statements.select_related("filing__debtor").order_by("id")
        return FilingShown(
            _listed(row, today=today),
            tuple(_clock(clock, today=today) for clock in clocks),
            told(said, opened=opened, now=now),
            _attachments(row),
            _corrections(row),
            _complaint(row),
            _hardship(row),
        )


def list_late(
    *, after: int, rows: int, today: date, actor: Principal, kind: str | None = None
) -> tuple[LateListed, ...]:
    """Return open clocks whose day has gone by, by id.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    given = {} if kind is None else {"filing__kind": kind}
    with reading(actor):
        found = Clock.objects.filter(
            id__gt=after, met_at__isnull=True, protects=False, due_on__lt=today, **given
        ).select_related("filing")
        return tuple(
            LateListed(
                row.pk,
                row.filing.ref,
                row.filing.kind,
                row.filing.owner_id,
                row.matter,
                row.rule_id,
                row.due_on,
            )
            for row in found.order_by("id")[:rows]
        )


def list_reviews(
    *, after: int, rows: int, today: date, actor: Principal
) -> tuple[ReviewListed, ...]:
    """Return hardships that somebody must look at again by today, by id.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = Hardship.objects.filter(pk__gt=after, review_date__lte=today)
        return tuple(
            ReviewListed(
                row.pk,
                row.filing.ref,
                row.filing.debtor.ref,
                row.filing.state,
                row.solution,
                row.review_date,
            )
            for row in found.select_related("filing__debtor").order_by("pk")[:rows]
        )


def list_referrals(
    debtor_ref: str, *, after: int, rows: int, actor: Principal
) -> tuple[ReferralListed, ...]:
    """Return a person's referrals, by id.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = Referral.objects.filter(debtor__ref=debtor_ref, id__gt=after).order_by("id")
        return tuple(
            ReferralListed(row.pk, row.ref, row.entry, row.state, row.at, row.moved_at)
            for row in found[:rows]
        )


def _listed(row: Filing, *, today: date) -> FilingListed:
    running = [c for c in row.clocks.all() if c.met_at is None and not c.protects]
    names = [
        name
        for name in FilingListed.__dataclass_fields__
        if name not in {"debtor_ref", "loan_ref", "due_on", "late"}
    ]
    plain: dict[str, Any] = {name: getattr(row, name) for name in names}
    return FilingListed(
        debtor_ref=row.debtor.ref,
        loan_ref=None if row.loan is None else row.loan.ref,
        due_on=min((clock.due_on for clock in running), default=None),
        late=any(is_late(clock, today=today) for clock in running),
        **plain,
    )


def _clock(row: Clock, *, today: date) -> ClockShown:
    names = [name for name in ClockShown.__dataclass_fields__ if name != "late"]
    return ClockShown(
        late=is_late(row, today=today), **{name: getattr(row, name) for name in names}
    )


def _attachments(row: Filing) -> tuple[AttachmentShown, ...]:
    return tuple(
        AttachmentShown(
            each.ref, each.side, each.kind, each.bytes, bytes(each.digest).hex(), each.at
        )
        for each in row.attachments.order_by("at", "id")
    )


def _corrections(row: Filing) -> tuple[CorrectionShown, ...]:
    names = CorrectionShown.__dataclass_fields__
    return tuple(
        CorrectionShown(**{name: getattr(each, name) for name in names})
        for each in row.corrections.order_by("id")
    )


def _complaint(row: Filing) -> ComplaintShown | None:
    if row.kind != FilingKind.COMPLAINT:
        return None
    found = row.complaint
    return ComplaintShown(
        alleged=row.reason,
        substantiated=found.substantiated,
        about_staff=found.about_staff_id,
        about_team=found.about_team_id,
        redress=found.redress,
        redress_minor=found.redress_minor,
        currency=found.currency,
        authority=found.authority,
        authority_ref=found.authority_ref,
        escalated_at=found.escalated_at,
        attempt_ids=tuple(row.mentions.order_by("attempt_id").values_list("attempt_id", flat=True)),
    )


def _hardship(row: Filing) -> HardshipShown | None:
    if row.kind != FilingKind.HARDSHIP:
        return None
    found = row.hardship
    names = HardshipShown.__dataclass_fields__
    return HardshipShown(**{name: getattr(found, name) for name in names})
