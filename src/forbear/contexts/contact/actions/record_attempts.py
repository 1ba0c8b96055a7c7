"""A lender's or agency's own system tells which contacts it made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.models import Attempt, AttemptSource
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.code import Channel, Direction, Outcome
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal

BATCH_MAX = 500
# Clocks of other systems may run ahead a little.
_AHEAD = timedelta(minutes=5)
_FIND = (
    "SELECT d.id, d.erased_at IS NOT NULL, p.id, l.id FROM portfolio_debtor d "
    "LEFT JOIN portfolio_contactpoint p ON p.debtor_id = d.id AND p.ref = %s "
    "LEFT JOIN portfolio_loan l ON l.debtor_id = d.id AND l.ref = %s WHERE d.ref = %s"
)


class UnknownParty(NotFound):
    """The person, or the contact point or loan of that person, is not known."""

    code = "UNKNOWN_PARTY"


class OtherAttempt(Conflict):
    """Another attempt goes by this ref."""

    code = "OTHER_ATTEMPT"


@dataclass(frozen=True, slots=True)
class AttemptSaid:
    """One contact that was tried. Null point or loan: it went to, or was about, none in particular.

    The same ref with another outcome is the latest word on how it ended.
    """

    ref: str
    debtor_ref: str
    channel: Channel
    direction: Direction
    started_at: datetime
    outcome: Outcome
    contact_point_ref: str | None = None
    loan_ref: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptsRecorded:
    """How many of a batch were new, told another outcome, or were known already."""

    added: int
    changed: int
    known: int


def record_attempts(
    said: Sequence[AttemptSaid], *, source: AttemptSource, actor: Principal, now: datetime
) -> AttemptsRecorded:
    """Write down a batch of contacts, all of them or none.

    Raises:
        NotPermitted: BOOK_CHANGE is missing.
        InvalidInput: the batch is empty, too large, or tells of the future.
        UnknownParty, OtherAttempt: the message names the ref.
    """
    with acting(actor):
        may(actor, Permission.BOOK_CHANGE)
        _check(said, now=now)
        counts = {"added": 0, "changed": 0, "known": 0}
        # Persons are held in one order, so that two batches cannot wait for each other.
        for each in sorted(said, key=lambda one: (one.debtor_ref, one.ref)):
            counts[record_attempt(each, source=source, actor=actor, now=now)] += 1
        return AttemptsRecorded(**counts)


def record_attempt(
    said: AttemptSaid, *, source: AttemptSource, actor: Principal, now: datetime
) -> str:
    """Write down one contact inside an action's transaction: added, changed or known.

    Raises:
        UnknownParty, OtherAttempt.
    """
    required()
    debtor_id, point_id, loan_id = _parties(said)
    hold_person(debtor_id)
    content = {
        "debtor_id": debtor_id,
        "contact_point_id": point_id,
        "loan_id": loan_id,
        "channel": said.channel.value,
        "direction": said.direction.value,
        "started_at": said.started_at.astimezone(UTC),
    }
    row = Attempt.objects.filter(ref=said.ref).first()
    if row is None:
        row = Attempt(ref=said.ref, team=said.team, source=source.value, recorded_at=now, **content)
        done = "added"
    else:
        other = [name for name, value in content.items() if getattr(row, name) != value]
        if other:
            raise _other(said.ref, other[0].removesuffix("_id"))
        if row.outcome == said.outcome.value:
            return "known"
        done = "changed"
    row.outcome = said.outcome.value
    row.save()
    record(
        AuditEvent.ATTEMPT_RECORDED,
        actor=actor,
        subject=f"attempt:{row.pk}",
        now=now,
        debtor_id=debtor_id,
        body={**content, "outcome": row.outcome, "source": source.value},
    )
    return done


def _parties(said: AttemptSaid) -> tuple[int, int | None, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [said.contact_point_ref, said.loan_ref, said.debtor_ref])
        found = cursor.fetchone()
    if found is None or found[1]:
        raise _unknown("debtor_ref", said.ref)
    if said.contact_point_ref is not None and found[2] is None:
        raise _unknown("contact_point_ref", said.ref)
    if said.loan_ref is not None and found[3] is None:
        raise _unknown("loan_ref", said.ref)
    return found[0], found[2], found[3]


def _check(said: Sequence[AttemptSaid], *, now: datetime) -> None:
    if not 0 < len(said) <= BATCH_MAX:
        raise InvalidInput(
            f"A batch has 1 to {BATCH_MAX} attempts.",
            remedy="Part it into smaller ones.",
            message_zh=f"每批须为 1 至 {BATCH_MAX} 条联系记录。",
            remedy_zh="请拆分成较小的批次。",
            field="attempts",
        )
    ahead = next((each for each in said if each.started_at > now + _AHEAD), None)
    if ahead is not None:
        raise InvalidInput(
            f"The attempt {ahead.ref!r} begins in the future.",
            remedy="Report it once it was made; check the clock and the offset.",
            message_zh=f"联系记录 {ahead.ref!r} 的开始时间在未来。",
            remedy_zh="请在联系之后上报；并检查时钟与时差。",
            field="started_at",
        )


def _unknown(field: str, ref: str) -> UnknownParty:
    return UnknownParty(
        f"The attempt {ref!r} names a {field} that is not known, or not of that person.",
        remedy="Check the refs; nothing of the batch was recorded.",
        message_zh=f"联系记录 {ref!r} 中的 {field} 不存在或不属于该债务人。",
        remedy_zh="请核对编号；本批未登记任何记录。",
        field=field,
    )


def _other(ref: str, field: str) -> OtherAttempt:
    return OtherAttempt(
        f"The attempt {ref!r} is recorded already, with another {field}.",
        remedy="Give another attempt a ref of its own; nothing of the batch was recorded.",
        message_zh=f"联系记录 {ref!r} 已登记，但 {field} 不同。",
        remedy_zh="另一次联系请使用新的编号；本批未登记任何记录。",
        field=field,
    )
