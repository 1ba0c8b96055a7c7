"""How do a local team's territory, staffing and calendar change?

Somebody writes down what is to count from a day on; a second person grants it; then it is put in
force, before that day has come. What has counted is never written over.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.approval import ask_within, require_approval
from forbear.contexts.people.actions.team import UnknownTeam
from forbear.contexts.people.house import shipped_slots
from forbear.contexts.people.models import Team, TeamTerms
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.people.terms import Terms, read_terms, told_licences
from forbear.contexts.rulebook.library import open_regions
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal

TEAM_TERMS = "team.terms"
SEATS_MAX = 10_000
WEEKDAYS = range(1, 8)


class UnfitTerms(InvalidInput):
    """Terms of a team that cannot be."""

    code = "UNFIT_TERMS"


class UnknownTerms(NotFound):
    """Nothing of the kind was written down for a team."""

    code = "UNKNOWN_TERMS"


class TermsTooLate(Conflict):
    """The day from which the terms were to count has come, or they count already."""

    code = "TERMS_TOO_LATE"


def propose_terms(
    team_id: int, terms: Terms, *, since: date, today: date, actor: Principal, now: datetime
) -> int:
    """Write down what is to count of a team from a day on, and ask for a second person.

    Returns the id of what was written down. It changes nothing until ``adopt_terms``.

    Raises:
        NotPermitted: TEAMS_PLAN is missing.
        UnknownTeam: there is no such open team.
        UnfitTerms: the terms cannot be, or their day is not to come.
    """
    may(actor, Permission.TEAMS_PLAN)
    _check(terms)
    if since <= today:
        raise UnfitTerms(
            "Terms count from a day that is to come: today is planned already.",
            remedy="Choose tomorrow or later.",
            message_zh="生效日期须晚于今天：今天的安排已经完成。",
            remedy_zh="请选择明天或更晚的日期。",
            field="since",
        )
    with acting(actor):
        team = Team.objects.filter(pk=team_id, closed_at__isnull=True).first()
        if team is None:
            raise UnknownTeam(
                f"There is no open team {team_id}.",
                remedy="Choose from the list of teams.",
                message_zh=f"没有编号为 {team_id} 的在用团队。",
                remedy_zh="请从团队列表中选择。",
            )
        told = _told(team, terms, since)
        approval = ask_within(
            TEAM_TERMS, subject=f"team:{team.pk}", details=told, actor=actor, now=now
        )
        row = TeamTerms.objects.create(
            team=team,
            since=since,
            approval_id=approval,
            asked_by_id=staff_id(actor),
            asked_at=now,
            **_columns(terms),
        )
        record(
            AuditEvent.TEAM_TERMS_ASKED,
            actor=actor,
            subject=f"team:{team.pk}",
            now=now,
            body={**told, "terms": row.pk},
        )
    return row.pk


def adopt_terms(terms_id: int, *, today: date, actor: Principal, now: datetime) -> None:
    """Let terms count from their day on, once a second person has granted them.

    Raises:
        NotPermitted: TEAMS_PLAN is missing.
        UnknownTerms: there are none of that id.
        TermsTooLate: their day has come, or they count already.
        ApprovalMissing: nobody has granted them, or the approval has lapsed.
    """
    may(actor, Permission.TEAMS_PLAN)
    with acting(actor):
        rows = TeamTerms.objects.select_for_update(of=("self",)).select_related("team")
        row = rows.filter(pk=terms_id).first()
        if row is None:
            raise UnknownTerms(
                f"Nothing is written down as {terms_id}.",
                message_zh=f"没有编号为 {terms_id} 的记录。",
            )
        if row.adopted_at is not None or row.since <= today:
            raise TermsTooLate(
                f"These terms were to count from {row.since}, and are not open any more.",
                remedy="Write them down again for a day that is to come.",
                message_zh=f"该设置原定自 {row.since} 生效，现已不能启用。",
                remedy_zh="请重新填写，并选择将来的日期。",
            )
        told = _told(row.team, read_terms(row), row.since)
        require_approval(
            row.approval_id,
            what=TEAM_TERMS,
            subject=f"team:{row.team_id}",
            details=told,
            actor=actor,
            now=now,
        )
        row.adopted_by_id, row.adopted_at = staff_id(actor), now
        row.save(update_fields=["adopted_by", "adopted_at"])
        record(
            AuditEvent.TEAM_TERMS_ADOPTED,
            actor=actor,
            subject=f"team:{row.team_id}",
            now=now,
            body={**told, "terms": row.pk},
        )


def _columns(terms: Terms) -> dict[str, object]:
    return {
        "jurisdiction": terms.jurisdiction.value,
        "regions": list(terms.regions),
        "languages": [each.value for each in terms.languages],
        "dialects": [each.value for each in terms.dialects],
        "seats": list(terms.seats),
        "reserve": terms.reserve,
        "weekdays": list(terms.weekdays),
        "quiet_days": list(terms.quiet_days),
        "licences": told_licences(terms.licences),
        "mandate_until": terms.mandate_until,
        "review_on": terms.review_on,
    }


def _told(team: Team, terms: Terms, since: date) -> Body:
    """Return everything that is granted, so that nothing else can be put in force."""
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in _columns(terms).items()
    }
    plain["quiet_days"] = [day.isoformat() for day in terms.quiet_days]
    return {"team": team.code, "since": since.isoformat(), **plain}


def _check(terms: Terms) -> None:
    known = {code for code, r in open_regions().items() if r.country == terms.jurisdiction.value}
    regions = {*terms.regions, *(licence.region for licence in terms.licences)}
    _refuse(sorted(regions - known), "regions", "There is no region {}.", "没有代码为 {} 的地区。")
    slots = len(shipped_slots())
    if len(terms.seats) != slots or not all(0 <= seat <= SEATS_MAX for seat in terms.seats):
        raise UnfitTerms(
            f"Seats are {slots} whole numbers up to {SEATS_MAX}, one a part of the day.",
            message_zh=f"席位须为 {slots} 个不超过 {SEATS_MAX} 的整数，每个时段一个。",
            field="seats",
        )
    if not terms.languages:
        raise UnfitTerms(
            "A team speaks at least one language.",
            message_zh="团队至少须会一种语言。",
            field="languages",
        )
    wrong = sorted({str(day) for day in terms.weekdays if day not in WEEKDAYS})
    _refuse(wrong, "weekdays", "{} is no day of the week.", "{} 不是星期中的一天。")
    if any(not licence.number.strip() for licence in terms.licences):
        raise UnfitTerms("A licence has a number.", message_zh="许可证须有编号。", field="licences")


def _refuse(wrong: Collection[str], field: str, en: str, zh: str) -> None:
    if wrong:
        raise UnfitTerms(
            en.format(", ".join(wrong)),
            remedy="Choose from those that are shown.",
            message_zh=zh.format("、".join(wrong)),
            remedy_zh="请从所列选项中选择。",
            field=field,
        )
