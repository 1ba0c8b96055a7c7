"""Who works here, in which teams, and what waits for a second person?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.actions.approval import UnknownApproval
from forbear.contexts.people.actions.staff import UnknownStaff
from forbear.contexts.people.models import Approval, ApprovalState, Staff, Team
from forbear.contexts.people.permission import may, principal_of, staff_id
from forbear.contexts.people.role import MAY, Permission, Role
from forbear.values.money import Currency
from forbear.values.principal import Principal

PAGE_ROWS_MAX = 100


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """One team."""

    id: int
    code: str
    name_en: str
    name_zh: str
    regions: tuple[str, ...]
    dialects: tuple[str, ...]
    time_zone: str
    opens_minute: int
    agency: bool
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """One account, without what it signs in with. ``teams`` are ids."""

    id: int
    username: str
    name: str
    role: Role
    teams: tuple[int, ...]
    language: str
    officer_ref: str | None
    authority_minor: int
    authority_currency: Currency
    active: bool
    added_at: datetime
    last_signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works on cases, and in which teams."""

    id: int
    name: str
    teams: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """One approval, as those who may see its person see it."""

    id: int
    what: str
    subject: str
    debtor_id: int | None
    amount_minor: int | None
    currency: Currency | None
    details: dict[str, object]
    state: ApprovalState
    asked_by: int
    asked_at: datetime
    lapses_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    reason: str
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Where somebody is signed in. ``agent`` is what the browser says of itself."""

    id: int
    address: str
    agent: str
    since_at: datetime
    seen_at: datetime
    current: bool


def teams(*, actor: Principal, with_closed: bool = False) -> tuple[TeamFacts, ...]:
    """Return every team, by code. Teams are no secret among those who work here."""
    with reading(actor):
        found = Team.objects.order_by("code")
        return tuple(_team(team) for team in found if with_closed or team.closed_at is None)


def team_ids(*, actor: Principal) -> dict[str, int]:
    """Return every team's id by its code, closed ones included."""
    with reading(actor):
        return dict(Team.objects.values_list("code", "id"))


def staff(
    *, actor: Principal, after: str = "", rows_max: int = PAGE_ROWS_MAX
) -> tuple[StaffFacts, ...]:
    """Return accounts by user name, from behind ``after``; fewer than ``rows_max``: the last ones.

    Raises:
        NotPermitted: the actor may not manage staff.
    """
    may(actor, Permission.STAFF_MANAGE)
    with reading(actor):
        found = Staff.objects.filter(username__gt=after).order_by("username")
        return tuple(_staff(each) for each in found.prefetch_related("teams")[:rows_max])


def staff_member(staff_id: int, *, actor: Principal) -> StaffFacts:
    """Return one account: one's own, or any to whoever manages staff.

    Raises:
        NotPermitted: it is somebody else's and the actor may not manage staff.
        UnknownStaff: there is no such account.
    """
    if str(staff_id) != actor.id:
        may(actor, Permission.STAFF_MANAGE)
    with reading(actor):
        return _staff(_found(staff_id))


def staff_names(ids: Collection[int], *, actor: Principal) -> dict[int, str]:
    """Return names by id; an id that nobody has is left out."""
    with reading(actor):
        return dict(Staff.objects.filter(pk__in=ids).values_list("id", "name"))


def colleagues(teams: Collection[int], *, actor: Principal) -> tuple[Colleague, ...]:
    """Return who may work on cases in some teams, by name. That is no secret among them."""
    roles = [role.value for role in Role if Permission.CASE_WORK in MAY[role]]
    with reading(actor):
        found = Staff.objects.filter(is_active=True, role__in=roles, teams__in=list(teams))
        rows = found.order_by("name", "pk").distinct().prefetch_related("teams")
        return tuple(
            Colleague(row.pk, row.name, tuple(sorted(team.pk for team in row.teams.all())))
            for row in rows
        )


def sessions(*, current: str, actor: Principal) -> tuple[SessionFacts, ...]:
    """Return one's own open sessions, the latest used first; ``current`` is this one's key."""
    with reading(actor):
        mine = UserSession.objects.filter(user_id=staff_id(actor)).order_by("-last_seen_at")
        keys = [each.session_key for each in mine]
        alive = set(
            Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True)
        )
        return tuple(
            SessionFacts(
                each.pk,
                each.ip,
                each.user_agent,
                each.created_at,
                each.last_seen_at,
                each.session_key == current,
            )
            for each in mine
            if each.session_key in alive
        )


def officers(*, actor: Principal) -> dict[str, int]:
    """Return the ids of active staff by the lender's pseudonymous id of the officer."""
    with reading(actor):
        active = Staff.objects.filter(officer_ref__isnull=False, is_active=True)
        return dict(active.values_list("officer_ref", "id"))


def role_of(staff_id: int) -> Role | None:
    """Return what somebody works as, inside a transaction; None: there is no such account."""
    required()
    found = Staff.objects.filter(pk=staff_id).values_list("role", flat=True).first()
    return None if found is None else Role(found)


def principal_for(staff_id: int, *, actor: Principal) -> Principal:
    """Return as whom a member of staff acts, for whoever starts their work on their behalf.

    Raises:
        UnknownStaff: there is no such account.
        NotPermitted: the account is closed.
    """
    with reading(actor):
        return principal_of(_found(staff_id))


def approvals_waiting(
    *, actor: Principal, now: datetime, after: int = 0, rows_max: int = PAGE_ROWS_MAX
) -> tuple[ApprovalFacts, ...]:
    """Return what waits for a decision and concerns only persons the actor may see, oldest first.

    ``after`` is the id of the last row of the page before.
    """
    with reading(actor):
        found = Approval.objects.filter(
            state=ApprovalState.ASKED.value, lapses_at__gt=now, pk__gt=after
        )
        return tuple(_approval(each) for each in found.order_by("pk")[:rows_max])


def approval(approval_id: int, *, actor: Principal) -> ApprovalFacts:
    """Return one approval.

    Raises:
        UnknownApproval: it does not exist, or the actor may not see the person.
    """
    with reading(actor):
        found = Approval.objects.filter(pk=approval_id).first()
    if found is None:
        raise UnknownApproval(
            f"There is no approval {approval_id}, or it concerns a person you may not see.",
            message_zh=f"没有编号为 {approval_id} 的申请，或其涉及您无权查看的人员。",
        )
    return _approval(found)


def _found(staff_id: int) -> Staff:
    found = Staff.objects.filter(pk=staff_id).first()
    if found is None:
        raise UnknownStaff(
            f"There is no member of staff {staff_id}.",
            message_zh=f"没有编号为 {staff_id} 的员工。",
        )
    return found


def _team(team: Team) -> TeamFacts:
    return TeamFacts(
        id=team.pk,
        code=team.code,
        name_en=team.name_en,
        name_zh=team.name_zh,
        regions=tuple(team.regions),
        dialects=tuple(team.dialects),
        time_zone=team.time_zone,
        opens_minute=team.opens_minute,
        agency=team.agency,
        closed_at=team.closed_at,
    )


def _staff(found: Staff) -> StaffFacts:
    return StaffFacts(
        id=found.pk,
        username=found.username,
        name=found.name,
        role=Role(found.role),
        teams=tuple(sorted(team.pk for team in found.teams.all())),
        language=found.language,
        officer_ref=found.officer_ref,
        authority_minor=found.authority_minor,
        authority_currency=Currency(found.authority_currency),
        active=found.is_active,
        added_at=found.added_at,
        last_signed_in_at=found.last_login,
    )


def _approval(found: Approval) -> ApprovalFacts:
    return ApprovalFacts(
        id=found.pk,
        what=found.what,
        subject=found.subject,
        debtor_id=found.debtor_id,
        amount_minor=found.amount_minor,
        currency=Currency(found.currency) if found.currency else None,
        details=found.details,
        state=ApprovalState(found.state),
        asked_by=found.asked_by_id,
        asked_at=found.asked_at,
        lapses_at=found.lapses_at,
        decided_by=found.decided_by_id,
        decided_at=found.decided_at,
        reason=found.reason,
        used_at=found.used_at,
    )


def staff_who(permission: Permission, *, actor: Principal) -> tuple[Colleague, ...]:
    """Return active staff whose role has a permission, by name. That is no secret among them."""
    roles = [role.value for role in Role if permission in MAY[role]]
    with reading(actor):
        rows = Staff.objects.filter(is_active=True, role__in=roles).order_by("name", "pk")
        return tuple(
            Colleague(row.pk, row.name, tuple(sorted(team.pk for team in row.teams.all())))
            for row in rows.prefetch_related("teams")
        )


def usernames_who(permission: Permission, *, actor: Principal) -> frozenset[str]:
    """Return the user names of active staff whose role has a permission."""
    roles = [role.value for role in Role if permission in MAY[role]]
    with reading(actor):
        rows = Staff.objects.filter(is_active=True, role__in=roles)
        return frozenset(rows.values_list("username", flat=True))


def approvals_of(debtor_id: int, *, actor: Principal, now: datetime) -> tuple[ApprovalFacts, ...]:
    """Return what was asked or granted about a person and can still be used, the oldest first."""
    with reading(actor):
        found = Approval.objects.filter(
            debtor_id=debtor_id,
            state__in=[ApprovalState.ASKED.value, ApprovalState.GRANTED.value],
            lapses_at__gt=now,
            used_at__isnull=True,
        )
        return tuple(_approval(each) for each in found.order_by("pk")[:PAGE_ROWS_MAX])
