"""A day at a collector's desk, in tests: persons of one team who may be called now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.test import Client

from forbear.contexts.cases.models import Case, Plan
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.models import Staff
from forbear.contexts.people.permission import principal_of
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.contract import give_to_team
from forbear.values.principal import Principal
from tests.support.campaign import OWED, stands
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.day import new_night
from tests.support.gate import Person, person
from tests.support.people import new_team
from tests.support.portfolio import SETUP
from tests.support.today import lenders_day

WHY_EN, WHY_ZH = "12 days late; a call helps most.", "逾期 12 天，致电效果最好。"


def noon_now(now: datetime | None = None) -> str:
    """Return a zone where it is noon now, so that the rules let calls be made at any time."""
    return zone_where(12, now)


def zone_where(hour: int, now: datetime | None = None) -> str:
    """Return a zone where it is about some hour of the day now."""
    ahead = hour - (now or datetime.now(UTC)).hour
    ahead -= 24 * (ahead > 12) - 24 * (ahead < -12)
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


@dataclass(frozen=True)
class Late:
    """Somebody late, planned for a call today."""

    who: Person
    case_id: int

    @property
    def page(self) -> str:
        """The address of their page."""
        return f"/persons/{self.who.debtor_id}/"


@dataclass(frozen=True)
class Shop:
    """A team at work on a day."""

    team: int
    day: date

    def late(
        self, *, slot: str = "morning", rank: int = 1, channel: str = "VOICE", **given: object
    ) -> Late:
        """Plan somebody who is twelve days late with 1,234.56 yuan."""
        given = {"name": "欧阳虚构", "time_zones": (noon_now(),), **given}
        who = person(**given)
        now = datetime.now(UTC)
        with acting(SETUP):
            give_to_team(who.debtor_id, self.team)
            stands(who, day=self.day, **OWED)
            Plan.objects.create(
                day=self.day,
                debtor_id=who.debtor_id,
                night_id="night",
                outcome="PLANNED",
                text_en=WHY_EN,
                text_zh=WHY_ZH,
                loan_id=who.loan_id,
                contact_point_id=who.point_id,
                channel=channel,
                team_id=self.team,
                slot=slot,
                rank=rank,
            )
            case = Case.objects.create(
                debtor_id=who.debtor_id,
                state="NEW",
                team_id=self.team,
                opened_at=now - timedelta(days=1),
                moved_at=now - timedelta(days=1),
                bucket="M1",
                days_past_due=12,
                currency="CNY",
                overdue_minor=123_456,
            )
        return Late(who, case.pk)

    def staff(self, role: Role = Role.COLLECTOR, **given: object) -> Staff:
        """Add somebody who works in the team."""
        given = {"language": "en", "teams": (self.team,), **given}
        return new_colleague(role, **given)  # type: ignore[arg-type]

    def client(self, role: Role = Role.COLLECTOR, **given: object) -> Client:
        """Return a browser in which somebody of the team is at work."""
        staff = self.staff(role, **given)
        return at_work(new_second_factor(staff))


def new_second_factor(staff: Staff) -> Staff:
    """Give an account an authenticator."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(staff, new_secret(staff.username))
    return staff


def principal(staff: Staff) -> Principal:
    """Return as whom somebody acts."""
    return principal_of(staff)


def new_shop(code: str = "north", *, day: date | None = None) -> Shop:
    """Open a team's day, with a night that was loaded."""
    now = datetime.now(UTC)
    new_night(lenders_day(now), now=now)
    return Shop(new_team(code), day or lenders_day(now))
