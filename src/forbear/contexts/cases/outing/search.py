"""Who is in a set that was chosen by a saved search, now that it was started?

The search is evaluated in pieces, each in one transaction with the place it has come to, so that a
kill costs one piece at most and nobody is taken twice. It never takes more persons than whoever
started it let it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db.models import Q, QuerySet

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.models import Case
from forbear.contexts.cases.outing.entry import enter
from forbear.contexts.cases.outing.models import Outing, OutingRow
from forbear.contexts.cases.outing.set import Chosen, late_loans, team_of, wish_of
from forbear.contexts.cases.outing.word import NO_WAY, OutingState
from forbear.contexts.database.transaction import acting
from forbear.contexts.rulebook.library import open_wordings
from forbear.policy.wording.form import UnknownWording, Wording
from forbear.values.principal import Principal, Sight

WITHIN = "within"
"""Under this name a search keeps the teams that bound the sight of whoever prepared it."""
_NARROWS = {
    "team_id": "team_id",
    "state": "state",
    "bucket": "bucket",
    "late_days_min": "days_past_due__gte",
    "late_days_max": "days_past_due__lte",
    WITHIN: "debtor__team_id__in",
}
AT_ONCE = 200
_SET = ["contact_point_id", "loan_id", "team", "ask_at", "asked_at", "cause"]
_TAKEN = Q(ask_at__isnull=False) | Q(asked_at__isnull=False)


def saved(chosen: Chosen, *, actor: Principal) -> dict[str, object]:
    """Return a search as it is kept: what narrows it, and what its maker may see."""
    found = {name: value for name, value in asdict(chosen).items() if value is not None}
    return found | ({WITHIN: sorted(actor.teams)} if actor.sight is Sight.TEAMS else {})


def found_by(chosen: Mapping[str, object], wording: Wording) -> QuerySet[Case]:
    """Return the open cases that a saved search finds, in the order of their ids.

    Whoever asks now, it finds no more than its maker may see.
    """
    narrowed = Q(**{_NARROWS[name]: value for name, value in chosen.items()})
    found = Case.objects.filter(narrowed, closed_at__isnull=True)
    return found.filter(debtor__jurisdiction=wording.jurisdiction.value).order_by("id")


def search_on(*, actor: Principal, now: datetime) -> int:
    """Take the next piece of one running search; return how many persons came into its set."""
    with acting(actor):
        outing = (
            Outing.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=OutingState.RUNNING.value, search_after__isnull=False, until_at__gt=now)
            .order_by("id")
            .first()
        )
        return 0 if outing is None else _next(outing, actor=actor, now=now)


def _next(outing: Outing, *, actor: Principal, now: datetime) -> int:
    wording = wording_of(outing, now)
    taken = OutingRow.objects.filter(_TAKEN, outing=outing).count()
    room = max(0, (outing.persons_max or 0) - taken)
    some: list[Case] = []
    if wording is not None and room:
        found = found_by(outing.chosen, wording).filter(pk__gt=outing.search_after)
        some = list(found.select_related("team")[: min(AT_ONCE, room)])
        _take(outing, wording, some, now=now)
    over = len(some) < AT_ONCE
    outing.search_after = None if over else some[-1].pk
    outing.save(update_fields=["search_after"])
    if over:
        enter(AuditEvent.OUTING_SEARCHED, outing, actor=actor, now=now, persons=taken + len(some))
    return len(some)


def _take(outing: Outing, wording: Wording, cases: list[Case], *, now: datetime) -> None:
    """Write down whom to ask for; whoever was tried before is among them with what was said.

    Whose case was closed and opened anew meanwhile was taken with the former one, and only then.
    """
    loans = late_loans(cases)
    rows = OutingRow.objects.filter(outing=outing, debtor_id__in=[case.debtor_id for case in cases])
    tried = {row.debtor_id: row for row in rows}
    before = {ident for ident, row in tried.items() if row.ask_at or row.asked_at}
    taken = []
    for case in cases:
        if case.debtor_id in before:
            continue
        wish = wish_of(case, wording, loans, now=now)
        row = tried.get(case.debtor_id) or OutingRow(
            outing=outing, debtor_id=case.debtor_id, tried=False
        )
        row.team = team_of(case)
        if wish is None:
            row.asked_at, row.cause = now, NO_WAY
        else:
            row.contact_point_id, row.loan_id, row.ask_at = wish.contact_point_id, wish.loan_id, now
        taken.append(row)
    OutingRow.objects.bulk_create([row for row in taken if row.pk is None])
    OutingRow.objects.bulk_update([row for row in taken if row.pk is not None], _SET)


def wording_of(outing: Outing, now: datetime) -> Wording | None:
    """Return the words that were tried, while they are in force; else None."""
    try:
        found = open_wordings().on(outing.message_id, as_of=now.date())
    except UnknownWording:
        return None
    return found if found.version == outing.message_version else None
