"""Teams, staff and persons for tests; every name is invented."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from uuid import uuid4

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions import Added, add_staff, add_team
from forbear.contexts.people.models import Staff
from forbear.contexts.people.permission import principal_of
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.protection.models import PersonKey
from forbear.values.principal import Principal, system

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
SETUP = system("setup")
_NUMBERS = itertools.count(1)


def new_team(code: str = "", **given: object) -> int:
    """Add a team; return its id."""
    code = code or f"team-{next(_NUMBERS)}"
    facts = {
        "name_en": f"{code} (invented)",
        "name_zh": f"{code}（虚构）",
        "time_zone": "Asia/Shanghai",
    }
    return add_team(code=code, **{**facts, **given}, actor=SETUP, now=NOW)


def new_staff(
    role: Role, *, teams: tuple[int, ...] = (), now: datetime = NOW, **given: object
) -> Added:
    """Add an account; its first password lapses some hours after ``now``."""
    username = f"{role.value.lower()}-{next(_NUMBERS)}"
    facts = {"username": username, "name": f"Invented {username}", **given}
    return add_staff(role=role, teams=teams, **facts, actor=SETUP, now=now)


def new_principal(role: Role, *, teams: tuple[int, ...] = (), **given: object) -> Principal:
    """Add an account and return as whom it acts."""
    return principal_of(Staff.objects.get(pk=new_staff(role, teams=teams, **given).id))


def audited(event: str) -> list[tuple[str, str]]:
    """Return who did it to what, for every entry of an event, oldest first."""
    with reading(SETUP):
        found = Entry.objects.filter(event=event).order_by("id")
        return [(f"{e.actor_kind.lower()}:{e.actor_id}", e.subject) for e in found]


def new_debtor(team: int | None) -> int:
    """Add a person in the care of a team, without any personal value; return their id."""
    with acting(SETUP):
        key = PersonKey.objects.create(id=uuid4(), ring_key="ring", wrapped=b"0", made_at=NOW)
        person = Debtor.objects.create(
            ref=f"debtor-{next(_NUMBERS)}",
            key=key,
            jurisdiction="CN",
            team_id=team,
            source="STAFF",
            recorded_at=NOW,
        )
    return person.pk
