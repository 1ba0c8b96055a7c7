"""Which lesson is offered to whoever is in, if any, and what if they do not want it now?

At most one, by the state of their loans. By lot some are offered nothing, so that it can be seen
what lessons change; that lot is written down just as an offer is, when it is first drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.education.models import Exposure
from forbear.contexts.education.standing import instalments_by_loan
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_education, open_lessons
from forbear.policy.education.lesson import Lesson, Moment
from forbear.policy.education.moment import moment_of
from forbear.policy.education.terms import Arm, EducationTerms
from forbear.values.code import HoldKind
from forbear.values.day import day_number
from forbear.values.principal import Principal

_EVENTS = {Arm.OFFERED: AuditEvent.LESSON_OFFERED, Arm.HELD_OUT: AuditEvent.LESSON_HELD_OUT}


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody to whom a lesson may be offered. ``holds``: those that stand today."""

    debtor_id: int
    ref: str
    loan_ids: Sequence[int]
    holds: Collection[HoldKind]


def offer_lesson(whom: Whom, *, actor: Principal, today: date, now: datetime) -> Lesson | None:
    """Return the lesson to offer now; None: none fits, it is not wanted now, or the lot says so.

    What is offered or held back for the first time is written down.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    terms = open_education()
    if terms.not_during.intersection(whom.holds):
        return None
    with reading(actor):
        moment = _moment(whom, terms, today)
        rows = [] if moment is None else _known(whom, terms, moment)
    lesson = None if moment is None else _next(rows, terms, moment, now=now)
    if moment is None or lesson is None:
        return None
    arm = terms.arm(whom.ref)
    if all(row.lesson != lesson.code for row in rows):
        _write(whom, lesson, moment, arm, terms, actor=actor, today=today, now=now)
    return lesson if arm is Arm.OFFERED else None


def put_aside(debtor_id: int, lesson: str, *, actor: Principal, now: datetime) -> None:
    """Take up that somebody does not want a lesson now; said twice, it is said once.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with acting(actor):
        rows = Exposure.objects.filter(
            debtor_id=debtor_id, lesson=lesson, arm=Arm.OFFERED.value, put_aside_at__isnull=True
        )
        if rows.update(put_aside_at=now):
            record(
                AuditEvent.LESSON_PUT_ASIDE,
                actor=actor,
                subject=f"lesson:{lesson}",
                debtor_id=debtor_id,
                now=now,
            )


def _moment(whom: Whom, terms: EducationTerms, today: date) -> Moment | None:
    day = day_number(today)
    by_loan = instalments_by_loan(whom.loan_ids, known_day=day)
    instalments = [each for found in by_loan.values() for each in found]
    return moment_of(instalments, day=day, terms=terms)


def _known(whom: Whom, terms: EducationTerms, moment: Moment) -> list[Exposure]:
    own = {"debtor_id": whom.debtor_id, "experiment": terms.experiment, "moment": moment.value}
    return list(Exposure.objects.filter(**own).order_by("id"))


def _next(
    rows: Sequence[Exposure], terms: EducationTerms, moment: Moment, *, now: datetime
) -> Lesson | None:
    """Return the first lesson that was not put aside; None soon after one was."""
    aside = {row.lesson: row.put_aside_at for row in rows if row.put_aside_at is not None}
    quiet_since = now - timedelta(days=terms.quiet_days)
    if any(at > quiet_since for at in aside.values()):
        return None
    wanted = [code for code in terms.offers[moment] if code not in aside]
    return open_lessons()[wanted[0]] if wanted else None


def _write(
    whom: Whom,
    lesson: Lesson,
    moment: Moment,
    arm: Arm,
    terms: EducationTerms,
    *,
    actor: Principal,
    today: date,
    now: datetime,
) -> None:
    version = lesson.on(today).version
    with acting(actor):
        # Two pages opened at once ask for the same offer; one of them writes it.
        row, new = Exposure.objects.get_or_create(
            debtor_id=whom.debtor_id,
            experiment=terms.experiment,
            moment=moment.value,
            lesson=lesson.code,
            defaults={"version": version, "arm": arm.value, "on_date": today, "at": now},
        )
        if new:
            record(
                _EVENTS[arm],
                actor=actor,
                subject=f"exposure:{row.pk}",
                debtor_id=whom.debtor_id,
                body={"lesson": f"{lesson.code}@{version}", "moment": moment.value},
                now=now,
            )
