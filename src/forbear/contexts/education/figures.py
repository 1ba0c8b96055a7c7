"""How many fell behind after a lesson was offered, and how many after none was? Counts alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min, Q

from forbear.contexts.database.transaction import reading
from forbear.contexts.education.models import Exposure, Outcome
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_education
from forbear.policy.education.lesson import Moment
from forbear.policy.education.terms import Arm
from forbear.values.principal import Principal, system


@dataclass(frozen=True, slots=True)
class ArmCount:
    """Persons of one arm at one moment, and how many of them fell behind within so many days.

    A person counts at a moment once, by the first offer of the experiment, made or held back.
    """

    days: int
    moment: Moment
    arm: Arm
    persons: int
    fell_behind: int


@dataclass(frozen=True, slots=True)
class LessonCounts:
    """``waiting``: persons by arm who were drawn and cannot be judged at all yet."""

    counts: tuple[ArmCount, ...]
    waiting: dict[Arm, int]


def lesson_counts(*, actor: Principal) -> LessonCounts:
    """Return what is known of the experiment that runs.

    Raises:
        NotPermitted: REPORT_SEE is missing.
    """
    may(actor, Permission.REPORT_SEE)
    experiment = open_education().experiment
    with reading(system("figures")):
        own = Exposure.objects.filter(experiment=experiment)
        firsts = own.values("debtor_id", "moment").annotate(first=Min("id")).values("first")
        rows = (
            Outcome.objects.filter(exposure_id__in=firsts)
            .values_list("days", "exposure__moment", "exposure__arm")
            .annotate(persons=Count("id"), behind=Count("id", filter=Q(fell_behind=True)))
            .order_by("days", "exposure__moment", "exposure__arm")
        )
        counts = tuple(ArmCount(d, Moment(m), Arm(a), n, hit) for d, m, a, n, hit in rows)
        unjudged = own.filter(id__in=firsts, outcomes__isnull=True).values_list("arm")
        waiting = {Arm(arm): n for arm, n in unjudged.annotate(n=Count("id")).order_by()}
    return LessonCounts(counts, waiting)
