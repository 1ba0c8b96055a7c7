"""How are times at which a person does not want to be contacted written down and taken back?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.models import ContactPoint, StatedLimit
from forbear.contexts.portfolio.row import add_once, find, find_person, known, part_of
from forbear.contexts.portfolio.said import LimitSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel
from forbear.values.principal import Principal

MINUTES_A_DAY = 1440
_SUNDAY = 6


def record_stated_limit(
    said: LimitSaid, *, source: Source, actor: Principal, now: datetime
) -> Recorded:
    """Write down minutes of some weekdays that a person calls inconvenient; they bind at once.

    Raises:
        NotPermitted, InvalidField, UnknownRef, OtherPerson, PersonErased, OtherContent.
    """
    with acting(actor):
        may(actor, Permission.PERSON_CHANGE)
        ref = check.ref("ref", said.ref)
        person = find_person(said.debtor_ref)
        point = part_of(ContactPoint, said.contact_point_ref, person)
        opens = check.number("opens_minute", said.opens_minute, low=0, high=MINUTES_A_DAY - 1)
        closes = check.number(
            "closes_minute", said.closes_minute, low=opens + 1, high=MINUTES_A_DAY
        )
        content = {
            "debtor_id": person.pk,
            "contact_point_id": None if point is None else point.pk,
            "channel": check.word_or_none("channel", said.channel, Channel),
            "weekdays": _weekdays(said.weekdays),
            "opens_minute": opens,
            "closes_minute": closes,
        }
        found, new = known(StatedLimit, ref, content, now=now), False
        if found is None:
            limit = StatedLimit(ref=ref, source=source, recorded_at=now, **content)
            found, new = add_once(limit, content, now=now)
        if new:
            record(
                AuditEvent.PREFERENCE_RECORDED,
                actor=actor,
                subject=f"stated_limit:{found.pk}",
                debtor_id=person.pk,
                body={"source": source, **content},
                now=now,
            )
        return Recorded(found.pk, ref, new)


def withdraw_stated_limit(ref: str, *, actor: Principal, now: datetime) -> Recorded:
    """Take a stated limit back, as the person asked; ``new`` False: it was taken back before.

    Raises:
        NotPermitted, UnknownRef, PersonErased.
    """
    with acting(actor):
        may(actor, Permission.PERSON_CHANGE)
        find_person(find(StatedLimit, ref, lock=False).debtor.ref)
        limit = find(StatedLimit, ref)
        if limit.withdrawn_at is not None:
            return Recorded(limit.pk, ref, new=False)
        limit.withdrawn_at = now
        limit.save(update_fields=["withdrawn_at"])
        record(
            AuditEvent.PREFERENCE_WITHDRAWN,
            actor=actor,
            subject=f"stated_limit:{limit.pk}",
            debtor_id=limit.debtor_id,
            now=now,
        )
        return Recorded(limit.pk, ref, new=True)


def _weekdays(said: tuple[int, ...]) -> list[int]:
    days = sorted({check.number("weekdays", day, low=0, high=_SUNDAY) for day in said})
    if not days:
        raise check.invalid(
            "weekdays",
            "names no day",
            "没有指定星期几",
            remedy="Name days from 0 (Monday) to 6 (Sunday).",
            remedy_zh="请填写 0（周一）至 6（周日）。",
        )
    return days
