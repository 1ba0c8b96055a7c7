"""Which local teams are there, and whom do they serve?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import available_timezones

from django.db import IntegrityError

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.house import shipped_teams
from forbear.contexts.people.models import Team
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal

_FIELDS = ("name_en", "name_zh", "regions", "dialects", "time_zone", "opens_minute", "agency")


class UnknownTeam(NotFound):
    """There is no such team."""

    code = "UNKNOWN_TEAM"


class TeamExists(Conflict):
    """A team of that code exists."""

    code = "TEAM_EXISTS"


def add_team(
    *,
    code: str,
    name_en: str,
    name_zh: str,
    time_zone: str,
    regions: Sequence[str] = (),
    dialects: Sequence[str] = (),
    opens_minute: int = 540,
    agency: bool = False,
    actor: Principal,
    now: datetime,
) -> int:
    """Add a team; return its id. ``opens_minute`` counts from midnight on the team's own clock.

    Raises:
        NotPermitted: the actor may not manage teams.
        TeamExists: the code is taken.
        InvalidInput: the time zone or the opening minute does not exist.
    """
    may(actor, Permission.STAFF_MANAGE)
    team = Team(
        code=code,
        name_en=name_en,
        name_zh=name_zh,
        regions=list(regions),
        dialects=list(dialects),
        time_zone=time_zone,
        opens_minute=opens_minute,
        agency=agency,
    )
    with acting(actor):
        _save(team)
        record(
            AuditEvent.TEAM_ADDED,
            actor=actor,
            subject=f"team:{team.pk}",
            now=now,
            body=_told(team),
        )
    return team.pk


def change_team(
    team_id: int,
    *,
    name_en: str | None = None,
    name_zh: str | None = None,
    time_zone: str | None = None,
    regions: Sequence[str] | None = None,
    dialects: Sequence[str] | None = None,
    opens_minute: int | None = None,
    agency: bool | None = None,
    closed: bool | None = None,
    actor: Principal,
    now: datetime,
) -> None:
    """Change what is given; what is None stays. ``closed`` closes a team or opens it again.

    Raises:
        NotPermitted: the actor may not manage teams.
        UnknownTeam: there is no such team.
        InvalidInput: the time zone or the opening minute does not exist.
    """
    may(actor, Permission.STAFF_MANAGE)
    given: dict[str, object] = {
        "name_en": name_en,
        "name_zh": name_zh,
        "time_zone": time_zone,
        "regions": None if regions is None else list(regions),
        "dialects": None if dialects is None else list(dialects),
        "opens_minute": opens_minute,
        "agency": agency,
    }
    with acting(actor):
        team = Team.objects.select_for_update().filter(pk=team_id).first()
        if team is None:
            raise UnknownTeam(
                f"There is no team {team_id}.",
                remedy="Choose from the list of teams.",
                message_zh=f"没有编号为 {team_id} 的团队。",
                remedy_zh="请从团队列表中选择。",
            )
        before = _told(team)
        for field, value in given.items():
            if value is not None:
                setattr(team, field, value)
        if closed is not None and closed != (team.closed_at is not None):
            team.closed_at = now if closed else None
        _save(team)
        body: Body = {key: value for key, value in _told(team).items() if before[key] != value}
        record(AuditEvent.TEAM_CHANGED, actor=actor, subject=f"team:{team.pk}", now=now, body=body)


def load_teams(*, actor: Principal, now: datetime) -> dict[str, int]:
    """Add the house's teams that are missing, from its policies; return every team's id by code.

    A team that exists is left as it is: what was changed here counts more than the file.

    Raises:
        NotPermitted: the actor may not manage teams.
    """
    may(actor, Permission.STAFF_MANAGE)
    known = dict(Team.objects.values_list("code", "id"))
    for team in shipped_teams():
        if team.code not in known:
            known[team.code] = add_team(
                code=team.code,
                name_en=team.name_en,
                name_zh=team.name_zh,
                time_zone=team.time_zone,
                regions=team.regions,
                dialects=team.dialects,
                actor=actor,
                now=now,
            )
    return known


def _save(team: Team) -> None:
    if team.time_zone not in available_timezones():
        raise InvalidInput(
            f"There is no time zone {team.time_zone}.",
            remedy="Name it like Asia/Shanghai.",
            message_zh=f"没有名为 {team.time_zone} 的时区。",
            remedy_zh="请写成 Asia/Shanghai 的形式。",
        )
    if not 0 <= team.opens_minute < 24 * 60:
        raise InvalidInput(
            "The opening minute lies within one day.", message_zh="开始工作的时间须在一天之内。"
        )
    try:
        team.save()
    except IntegrityError as error:
        raise TeamExists(
            f"There is a team {team.code} already.",
            remedy="Choose another code.",
            message_zh=f"团队 {team.code} 已存在。",
            remedy_zh="请换一个代码。",
        ) from error


def _told(team: Team) -> Body:
    said: Body = {field: getattr(team, field) for field in _FIELDS}
    return {"code": team.code, "closed": team.closed_at is not None, **said}
