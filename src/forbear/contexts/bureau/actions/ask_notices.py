"""Who must be told before a negative line goes, and is told now, by the one gate?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.bureau.choose import Waiting, choose
from forbear.contexts.contact.gate.ask import Reason, Wish
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.contact.history import outbound_told
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.portfolio.row import UnknownRef
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.contexts.rulebook.library import open_wordings
from forbear.policy.bureau.form import Bureau, bureau_named
from forbear.policy.bureau.month import written
from forbear.policy.kind import Kind
from forbear.values.code import Channel, ContactPurpose, Outcome, PointKind, PointQuality, Relation
from forbear.values.principal import Principal

_POINTS = {Channel.SMS: PointKind.MOBILE, Channel.LETTER: PointKind.POSTAL}
_FELL_THROUGH = frozenset({Outcome.FAILED, Outcome.NOT_CONNECTED})


@dataclass(frozen=True, slots=True)
class NoticeAsked:
    """What the gate said about one loan's notice. ``reasons`` empty and allowed: it is sent.

    ``channel`` null: the person has no contact point by which an approved notice may go, or no
    provider carries it.
    """

    loan_id: int
    channel: Channel | None
    allowed: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    channel: Channel
    point_id: int
    message: tuple[str, int]


def ask_notices(
    bureau_code: str,
    month: date,
    *,
    providers: Mapping[Channel, str],
    limit: int,
    actor: Principal,
    today: date,
    now: datetime,
    clock: Clock = database_clock,
) -> list[NoticeAsked]:
    """Ask the gate for the notices that withheld lines up to a month wait for.

    One a loan and day. Who was told of this lateness, or is being told, is not told again; a
    notice that fell through may be asked for on another day. ``providers``: who carries what.

    Raises:
        NotPermitted: BUREAU_REPORT is missing.
        NoBureau: the lender reports to no such bureau.
    """
    may(actor, Permission.BUREAU_REPORT)
    bureau = bureau_named(open_bureaus(), bureau_code)
    with reading(actor):
        lacking = list(_lacking(bureau, month, limit, today=today, now=now))
    done = []
    for line in lacking:
        with reading(actor):
            way = _way(bureau, line, providers, today)
        if way is None:
            done.append(NoticeAsked(line.loan_id, None, allowed=False, reasons=()))
            continue
        answer = authorise(_asked(bureau, line, way, providers, today), actor=actor, clock=clock)
        done.append(NoticeAsked(line.loan_id, way.channel, answer.allowed, answer.reasons))
    with acting(actor):
        record(
            AuditEvent.BUREAU_NOTICE_ASKED,
            actor=actor,
            subject=f"bureau:{bureau.code}:{written(month)}",
            now=now,
            body={"asked": len(done), "allowed": sum(each.allowed for each in done)},
        )
    return done


def _lacking(
    bureau: Bureau, month: date, limit: int, *, today: date, now: datetime
) -> Iterator[Waiting]:
    """Yield a line of each loan that waits for a notice of which none is under way."""
    seen: set[int] = set()
    for each in choose(bureau, month, today=today, now=now):
        line = each.line
        waits = any(found.about.kind == Kind.REQUIRED_NOTICE.value for found in each.leave.refusals)
        if not (waits and line.is_negative) or each.is_gone or line.loan_id in seen:
            continue
        seen.add(line.loan_id)
        if not _under_way(bureau, line):
            yield line
        if len(seen) >= limit:
            return


def _under_way(bureau: Bureau, line: Waiting) -> bool:
    messages = set(bureau.messages.values())
    return any(
        each.loan_id == line.loan_id
        and each.message_id in messages
        and each.outcome not in _FELL_THROUGH
        and (line.late_since is None or each.started_at.date() >= line.late_since)
        for each in outbound_told([line.debtor_id]).get(line.debtor_id, ())
    )


def _way(
    bureau: Bureau, line: Waiting, providers: Mapping[Channel, str], today: date
) -> _Way | None:
    try:
        person = facts_of_id(line.debtor_id)
    except UnknownRef:
        return None
    for channel, message in bureau.messages.items():
        for point in person.points if channel in providers else ():
            good = point.relation is Relation.OWN and point.quality is not PointQuality.WRONG_PERSON
            if good and point.kind is _POINTS.get(channel):
                version = open_wordings().on(message, as_of=today).version
                return _Way(channel, point.no, (message, version))
    return None


def _asked(
    bureau: Bureau, line: Waiting, way: _Way, providers: Mapping[Channel, str], today: date
) -> Asked:
    name = f"forbear:bureau-notice:{bureau.code}:{line.loan_id}:{way.channel}:{today}"
    return Asked(
        id=uuid5(NAMESPACE_URL, name),
        wish=Wish(
            line.debtor_id,
            way.point_id,
            way.channel,
            line.loan_id,
            ContactPurpose.REQUIRED_NOTICE,
        ),
        way=Way.CAMPAIGN,
        provider=providers[way.channel],
        message=way.message,
    )
