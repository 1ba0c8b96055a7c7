"""How is a filing taken in, found, moved on and settled? Everything here runs inside an action.

Taking in is one transaction: the person's row held, the filing and its words written, the hold
placed (which withdraws what waits to be sent and cancels today's plan), the clocks started, and
every step entered in the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.actions.hold import end_hold_and_refresh, enter_hold_and_refresh
from forbear.contexts.database.transaction import required
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.held import PersonHeld, held_person, parts_of_person
from forbear.contexts.portfolio.queries.day import from_now_on
from forbear.contexts.portfolio.row import insert
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.store import open_values
from forbear.contexts.rights.clock import MATTERS, TO_ACKNOWLEDGE, meet_clocks, start_clocks
from forbear.contexts.rights.models import Filing, Statement
from forbear.contexts.rights.statement import say
from forbear.contexts.rights.transition import EVENTS, MUTE, NEXT, SETTLED, STATES, FilingState
from forbear.contexts.rights.word import (
    DATA_HOLDS,
    HARDSHIP_HOLDS,
    KINDS,
    DataRight,
    FilingKind,
    HardshipCategory,
    Intake,
    Side,
    StatementKind,
)
from forbear.contexts.rulebook.library import open_complaints
from forbear.policy.kind import ClockStart
from forbear.values.code import HoldKind, Matter
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal

RECEIVED_DAYS_AGO_MAX = 366
"""What lies longer back is a slip of the pen; answering it has its own rules."""
CONTEXT = "rights"


class UnknownFiling(NotFound):
    """There is no such filing, or the doer may not see it."""

    code = "UNKNOWN_FILING"


class OtherFiling(Conflict):
    """Another filing goes by this ref."""

    code = "OTHER_FILING"


class FilingChanged(Conflict):
    """Somebody has changed the filing since it was looked at."""

    code = "FILING_CHANGED"


class FilingMayNotFollow(Conflict):
    """A filing in this state cannot go there."""

    code = "FILING_MAY_NOT_FOLLOW"


@dataclass(frozen=True, slots=True)
class FilingSaid:
    """What is put before the lender. ``loan_ref`` null: everything of the person's.

    ``contact_point_ref``: where the person was reached. ``text``: in their own words.
    """

    ref: str
    debtor_ref: str
    reason: str
    intake: Intake
    received_date: date
    loan_ref: str | None = None
    contact_point_ref: str | None = None
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Filed:
    """What taking in changed. ``due_on``: by when an answer is owed; null: no rule says.

    ``new`` False: it was there already, the same in every field. ``plan_cancelled``: a contact
    that was planned for today is not made.
    """

    id: int
    ref: str
    new: bool
    state: str
    hold_ref: str | None
    due_on: date | None
    plan_cancelled: bool


@dataclass(frozen=True, slots=True)
class _Taken:
    """A filing as it was written, with the person whose row is held."""

    filing: Filing
    person: PersonHeld
    new: bool
    plan_cancelled: bool = False


def take_in(
    said: FilingSaid,
    kind: FilingKind,
    *,
    hold: HoldKind | None,
    also: Iterable[Matter] = (),
    starts: Mapping[ClockStart, date] | None = None,
    source: Source,
    actor: Principal,
    today: date,
    now: datetime,
) -> _Taken:
    """Take a filing in with everything that follows from it at once.

    ``hold``: what contact is stopped by; ``also``: clocks beside those of its kind.

    Raises:
        InvalidField, UnknownRef, OtherPerson, PersonErased: nothing was written.
        OtherFiling: the ref stands for something else.
    """
    required()
    ref = check.ref("ref", said.ref)
    received = _received(said.received_date, today=today, now=now)
    person = held_person(said.debtor_ref)
    parts = parts_of_person(
        person, loan_ref=said.loan_ref, contact_point_ref=said.contact_point_ref
    )
    content: dict[str, Any] = {
        "debtor_id": person.id,
        "loan_id": parts.loan_id,
        "contact_point_id": parts.contact_point_id,
        "kind": kind.value,
        "reason": said.reason,
        "intake": check.word("intake", said.intake, Intake).value,
        "received_date": received,
    }
    known = _known(ref, content, said.text, now=now)
    if known is not None:
        return _Taken(known, person, new=False)
    filing = Filing(
        ref=ref,
        state=FilingState.FILED.value,
        taken_by=str(actor),
        source=source,
        filed_at=now,
        moved_at=now,
        **content,
    )
    if not insert(filing):
        # Somebody whom this doer may not see has it.
        raise _other(ref)
    note(filing, AuditEvent.FILING_FILED, actor=actor, now=now, loan=parts.loan_id)
    say(filing, Side.PERSON, StatementKind.FILED, said.text, actor=actor, now=now)
    since = {ClockStart.RECEIVED: received, **(starts or {})}
    matters = (*MATTERS[kind], *also)
    start_clocks(filing, matters, starts=since, actor=actor, today=today, now=now)
    cancelled = place_hold(filing, hold, source=source, actor=actor, today=today, now=now)
    return _Taken(filing, person, new=True, plan_cancelled=cancelled)


def _received(day: date, *, today: date, now: datetime) -> date:
    received = check.past_day("received_date", day, now=now)
    if received < today - timedelta(days=RECEIVED_DAYS_AGO_MAX):
        raise check.invalid(
            "received_date",
            f"lies more than {RECEIVED_DAYS_AGO_MAX} days back",
            f"早于 {RECEIVED_DAYS_AGO_MAX} 天之前",
            remedy="Give the day on which this reached the lender.",
            remedy_zh="请填写机构收到的日期。",
        )
    return received


def _known(
    ref: str, content: Mapping[str, Any], text: str | None, *, now: datetime
) -> Filing | None:
    found = Filing.objects.filter(ref=ref).select_related("debtor").first()
    if found is None:
        return None
    same = all(getattr(found, name) == value for name, value in content.items())
    if not same or _filed_text(found, now=now) != (None if text is None else text.strip()):
        raise _other(ref)
    return found


def _filed_text(filing: Filing, *, now: datetime) -> str | None:
    first = (
        Statement.objects.filter(filing=filing, kind=StatementKind.FILED.value)
        .select_related("filing__debtor")
        .first()
    )
    return None if first is None else open_values(first, "text", now=now)["text"]


def _other(ref: str) -> OtherFiling:
    return OtherFiling(
        f"The ref {ref!r} stands for another filing.",
        remedy="Give every filing a ref of its own.",
        message_zh=f"编号 {ref!r} 已用于另一事项。",
        remedy_zh="每项请使用各自的编号。",
        ref=ref,
    )


def filed(taken: _Taken) -> Filed:
    """Return what somebody who filed is told."""
    filing = taken.filing
    due = filing.clocks.filter(met_at__isnull=True, protects=False, cycle=filing.cycle)
    days = due.exclude(matter__in=[each.value for each in TO_ACKNOWLEDGE])
    return Filed(
        filing.pk,
        filing.ref,
        taken.new,
        filing.state,
        None if filing.hold_id is None else hold_ref(filing),
        days.order_by("due_on").values_list("due_on", flat=True).first(),
        taken.plan_cancelled,
    )


def find_filing(ref: str, kind: FilingKind | None = None, *, version: int | None = None) -> Filing:
    """Return a filing, the person's row and its own held; ``version``: the one looked at.

    Raises:
        UnknownFiling: there is none of that kind, or not for this doer.
        FilingChanged: somebody changed it meanwhile.
    """
    required()
    rows = Filing.objects.filter(ref=ref)
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    debtor_id = rows.values_list("debtor_id", flat=True).first()
    if debtor_id is None or not hold_person(debtor_id):
        raise unknown(ref)
    filing = rows.select_related("debtor").select_for_update(of=("self",)).get()
    if version is not None and filing.version != version:
        raise FilingChanged(
            "Somebody has changed this since you looked at it.",
            remedy="Look at it again, then decide.",
            message_zh="您查看之后，该事项已被他人更改。",
            remedy_zh="请重新查看后再处理。",
            version=filing.version,
        )
    return filing


def unknown(ref: str) -> UnknownFiling:
    """Return the error that says that there is no such filing for this doer."""
    return UnknownFiling(
        f"There is no filing {ref!r} of this kind here.",
        remedy="Check the ref; it may concern a person in the care of another team.",
        message_zh=f"这里没有编号为 {ref!r} 的此类事项。",
        remedy_zh="请核对编号；也可能由其他团队负责。",
        ref=ref,
    )


def move(
    filing: Filing, to: FilingState, *, actor: Principal, now: datetime, **body: object
) -> None:
    """Move a filing on, as the table of its kind allows; clocks that wait for it are met.

    Raises:
        FilingMayNotFollow: it cannot go there from where it is.
    """
    required()
    before, kind = FilingState(filing.state), FilingKind(filing.kind)
    if to not in NEXT[kind][before]:
        raise _may_not_follow(kind, before, to)
    filing.state, filing.moved_at = to.value, now
    filing.settled_at = now if to in SETTLED else None
    filing.version += 1
    filing.save(
        update_fields=["state", "moved_at", "settled_at", "version", "finding", "cycle", "owner"]
    )
    if to in MUTE:
        meet_clocks(filing, now=now)
    elif to is FilingState.ACKNOWLEDGED:
        meet_clocks(filing, now=now, only=TO_ACKNOWLEDGE)
    note(filing, EVENTS[to], actor=actor, now=now, before=before, **body)


def _may_not_follow(kind: FilingKind, before: FilingState, to: FilingState) -> FilingMayNotFollow:
    what, was, wanted = KINDS[kind], STATES[before], STATES[to]
    ways = sorted(STATES[each].en for each in NEXT[kind][before])
    ways_zh = sorted(STATES[each].zh for each in NEXT[kind][before])
    return FilingMayNotFollow(
        f"A {what.en} that is {was.en} cannot become {wanted.en}.",
        remedy=f"From here it can become: {', '.join(ways)}.",
        message_zh=f"{what.zh}目前为“{was.zh}”，不能变为“{wanted.zh}”。",
        remedy_zh=f"从这里可以变为：{'、'.join(ways_zh)}。",
        field="state",
    )


def hold_ref(filing: Filing) -> str:
    """Return the ref of the hold that a filing places in its present cycle."""
    return f"filing-{filing.pk}-{filing.cycle}"


def place_hold(
    filing: Filing,
    kind: HoldKind | None,
    *,
    source: Source,
    actor: Principal,
    today: date,
    now: datetime,
) -> bool:
    """Stop what must stop while a filing is open; say whether today's plan was cancelled."""
    if kind is None:
        return False
    said = HoldSaid(
        ref=hold_ref(filing),
        debtor_ref=filing.debtor.ref,
        kind=kind,
        start_date=from_now_on(filing.debtor_id, today=today, now=now),
        loan_ref=None if filing.loan is None else filing.loan.ref,
    )
    by = doing(actor, Permission.PERSON_CHANGE)
    done = enter_hold_and_refresh(said, source=source, actor=by, today=today, now=now)
    filing.hold_id = done.recorded.id
    filing.save(update_fields=["hold_id"])
    return done.plan_cancelled


def place_lasting(
    filing: Filing, kind: HoldKind, *, actor: Principal, today: date, now: datetime
) -> None:
    """Let what a decision found go on stopping contact, by a hold that is released by hand."""
    said = HoldSaid(
        ref=f"{hold_ref(filing)}-found",
        debtor_ref=filing.debtor.ref,
        kind=kind,
        start_date=from_now_on(filing.debtor_id, today=today, now=now),
        loan_ref=None if filing.loan is None else filing.loan.ref,
    )
    by = doing(actor, Permission.PERSON_CHANGE)
    enter_hold_and_refresh(said, source=Source.STAFF, actor=by, today=today, now=now)


def release_hold(filing: Filing, *, actor: Principal, today: date, now: datetime) -> None:
    """Let go what a filing stopped; only its own decision or withdrawal does so."""
    if filing.hold_id is None:
        return
    end_hold_and_refresh(
        hold_ref(filing),
        evidence=f"filing:{filing.pk}",
        actor=doing(actor, Permission.HOLD_RELEASE),
        today=today,
        now=now,
        keeper=CONTEXT,
    )
    filing.hold_id = None
    filing.save(update_fields=["hold_id"])


def note(
    filing: Filing, event: AuditEvent, *, actor: Principal, now: datetime, **body: object
) -> None:
    """Enter what was done to a filing in the record; codes and ids, no words of anybody's."""
    record(
        event,
        actor=actor,
        subject=f"filing:{filing.pk}",
        debtor_id=filing.debtor_id,
        body={
            "ref": filing.ref,
            "kind": filing.kind,
            "reason": filing.reason,
            "state": filing.state,
            "cycle": filing.cycle,
            **body,
        },
        now=now,
    )


def hold_kind(filing: Filing) -> HoldKind | None:
    """Return what contact is stopped by while a filing is open; null: it goes on."""
    match FilingKind(filing.kind):
        case FilingKind.DISPUTE:
            return HoldKind.DISPUTE
        case FilingKind.COMPLAINT:
            return hold_kind_of_complaint(filing.reason)
        case FilingKind.HARDSHIP:
            category = HardshipCategory(filing.reason)
            return HARDSHIP_HOLDS.get(category, HoldKind.HARDSHIP)
        case FilingKind.DATA_REQUEST:
            return DATA_HOLDS.get(DataRight(filing.reason))


def hold_kind_of_complaint(reason: str) -> HoldKind | None:
    """Return what a complaint stops, as the taxonomy says; null: contact goes on."""
    known = open_complaints().get(reason)
    # A reason that the list no longer has stops contact, as most of them do.
    return HoldKind.COMPLAINT if known is None or known.stops else None
