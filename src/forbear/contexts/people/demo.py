"""Which accounts does the demonstration have? Everything here is invented and public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.staff import add_staff, locked_staff
from forbear.contexts.people.actions.team import load_teams
from forbear.contexts.people.models import Staff
from forbear.contexts.people.role import Role
from forbear.values.errors import Denied
from forbear.values.principal import Principal, system

DEMO_PASSWORD = "paper-lanterns-drift"  # noqa: S105  # public on purpose
DEMO_SECRET = "FORBEARDEMOFORBEARDEMOFORBEARDEM"  # noqa: S105  # public on purpose


class NoDemonstration(Denied):
    """Public passwords belong in a demonstration alone."""

    code = "NO_DEMONSTRATION"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One invented account; ``team`` is the code of its team, None: none."""

    username: str
    name: str
    role: Role
    team: str | None = None
    language: str = "zh-hans"
    authority_minor: int = 0


ACCOUNTS = (
    DemoAccount("lan", "兰小溪 Lan Xiaoxi (demo)", Role.COLLECTOR, "chengdu"),
    DemoAccount("meng", "孟知远 Meng Zhiyuan (demo)", Role.COLLECTOR, "guangzhou"),
    DemoAccount(
        "qiu", "邱明澈 Qiu Mingche (demo)", Role.SUPERVISOR, "chengdu", authority_minor=500_000
    ),
    # What one supervisor has prepared another starts, and night here is day somewhere else.
    DemoAccount("shen", "沈立群 Shen Liqun (demo)", Role.SUPERVISOR, "chengdu"),
    DemoAccount("ruiz", "Elena Ruiz (demo)", Role.COLLECTOR, "phoenix", language="en"),
    DemoAccount("yan", "严书宁 Yan Shuning (demo)", Role.COMPLIANCE, authority_minor=5_000_000),
    # What one of compliance proposes another lets count.
    DemoAccount("bai", "白若水 Bai Ruoshui (demo)", Role.COMPLIANCE),
    DemoAccount("penrose", "Ada Penrose (demo)", Role.ANALYST, language="en"),
    DemoAccount("marlow", "Tom Marlow (demo)", Role.ADMIN, language="en"),
)


def seed_demo_staff(
    teams: Mapping[str, int], *, actor: Principal, now: datetime
) -> tuple[str, ...]:
    """Add the demonstration's accounts that are missing; return every one's user name.

    ``teams`` are team ids by code, as ``load_teams`` returns them.

    Raises:
        NoDemonstration: this is not a demonstration.
        NotPermitted: the actor may not manage staff.
    """
    if not settings.FORBEAR_DEMO or settings.FORBEAR_IN_EARNEST:
        raise NoDemonstration(
            "Accounts with public passwords belong in a demonstration alone.",
            remedy="Set FORBEAR_DEMO=1 on a machine that holds no real data.",
            message_zh="公开密码的账号只能用于演示。",
            remedy_zh="请在没有真实数据的机器上设置 FORBEAR_DEMO=1。",
        )
    known = set(Staff.objects.values_list("username", flat=True))
    for account in ACCOUNTS:
        if account.username in known:
            continue
        added = add_staff(
            username=account.username,
            name=account.name,
            role=account.role,
            teams=(teams[account.team],) if account.team else (),
            language=account.language,
            authority_minor=account.authority_minor,
            actor=actor,
            now=now,
        )
        with acting(actor):
            staff = locked_staff(added.id)
            staff.set_password(DEMO_PASSWORD)
            staff.password_given_at = None
            staff.save(update_fields=["password", "password_given_at"])
            TOTP.activate(staff, DEMO_SECRET)
            record(
                AuditEvent.STAFF_SECOND_FACTOR_ADDED,
                actor=actor,
                subject=f"staff:{added.id}",
                now=now,
                body={"kind": "totp", "public": True},
            )
    return tuple(account.username for account in ACCOUNTS)


def seed_demo(*, now: datetime) -> tuple[str, ...]:
    """Add the demonstration's teams and accounts that are missing; return the user names.

    Raises:
        NoDemonstration: this is not a demonstration.
    """
    actor = system("demo")
    return seed_demo_staff(load_teams(actor=actor, now=now), actor=actor, now=now)
