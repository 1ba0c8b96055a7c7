"""How often does each page of the console ask the database? Every page has a bound that is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from forbear.contexts.cases.models import QualityCard, Talk
from forbear.contexts.cases.outing.prepare import prepare_outing
from forbear.contexts.cases.outing.set import Chosen
from forbear.contexts.cases.quality.draw import draw_sample
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.role import MAY, Permission, Role
from forbear.interfaces.web.access import Audience
from forbear.interfaces.web.address import Address, addresses
from tests.support import watching as watched
from tests.support.console import at_work
from tests.support.desk import Shop, new_second_factor, new_shop, principal
from tests.support.own import Two, quiet
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
# So often at most, with the world below; to ask less often is always good. Each transaction asks
# twice more: it begins by saying in whose name it reads, and ends.
ASKS_MOST = {
    "agencies": 22,
    "approvals": 8,
    "cases": 17,
    "coaching": 8,
    "contact": 17,
    "contacts": 26,
    "effect_persons": 5,
    "figures": 18,
    "figures_kept": 3,
    "filing": 21,
    "filings": 14,
    "headset": 3,
    "headset_servers": 3,
    "inbox": 13,
    "lender": 13,
    "local_effect": 11,
    "local_team": 12,
    "local_teams": 10,
    "looks": 13,
    "models": 3,
    "moments": 11,
    "outing": 19,
    "outings": 12,
    "own_rule": 12,
    "own_rule_new": 2,
    "own_rules": 7,
    "particular": 15,
    "payments": 5,
    "person": 61,
    "person_arrange": 13,
    "person_call_live": 6,
    "person_message": 40,
    "person_timeline": 22,
    "plan": 17,
    "products": 9,
    "quality": 12,
    "quality_card": 16,
    "queue": 22,
    "record": 10,
    "recordings": 14,
    "record_check": 11,
    "refusals": 9,
    "ring": 3,
    "rules": 4,
    "search": 3,
    "sending": 2,
    "sessions": 7,
    "staff": 9,
    "staff_member": 9,
    "systems": 12,
    "team_board": 40,
    "teams": 5,
    "today": 24,
    "wall": 36,
    "wordings": 2,
}
PAGES = [
    each
    for each in addresses(get_resolver().url_patterns)
    if not each.route.startswith(("/p/", "/api"))
    and (isinstance(each.whom, Permission) or each.name in {"today", "sessions"})
]
# What is handed out as a file is no page.
FILES = {"filing_file", "filing_export", "figures_file", "contact_proof", "figures_table"}
FILES |= {"effect_table"}
# Their pages need a file of figures, of a model or of a sound, and have tests of their own.
OF_FILES = {"model_card", "recording", "recording_sound", "moment_decide"}
# Whoever works in a team is asked for its clock first, which no page of these needs.
READERS = {"products": Role.COMPLIANCE, "wordings": Role.COMPLIANCE}
_ORDER = (Role.SUPERVISOR, Role.COLLECTOR, Role.COMPLIANCE, Role.ANALYST, Role.ADMIN)


class World:
    """A day with some of everything that pages show."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.staff = {role: shop.staff(role) for role in (Role.SUPERVISOR, Role.COLLECTOR)}
        self.staff |= {role: shop.staff(role, teams=()) for role in _ORDER[2:]}
        self.clients: dict[Role, Client] = {}
        for role, staff in self.staff.items():
            self.clients[role] = at_work(new_second_factor(staff))
        self.permit: UUID = uuid4()
        self.person = self.filing = self.case = self.point = 0
        self.more()
        maker = principal(self.staff[Role.SUPERVISOR])
        now = datetime.now(UTC)
        told = {"today": watched.today(), "actor": maker, "now": now}
        self.outing = prepare_outing("cn.sms.overdue_gentle", Chosen(), **told)
        day = watched.today()
        self.own_rule = Two().propose(quiet(effective=day), now=now, today=day)
        span = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
        draw_sample(watched.today(), **span, actor=SETUP, now=now)
        with reading(SETUP):
            self.card = QualityCard.objects.get().pk

    def more(self) -> None:
        """Add some contacts, filings, a call and a look."""
        made = watched.contacts(self.shop)
        self.permit, self.case = made.called, made.late.case_id
        self.person, self.point = made.late.who.debtor_id, made.late.who.point_id
        self.filing = watched.disputed(made.late)
        watched.hardship(made.other)
        watched.looked(made.late, principal(self.staff[Role.SUPERVISOR]))
        now = datetime.now(UTC)
        with acting(SETUP):
            Talk.objects.create(
                permit_id=uuid4(),
                case_id=made.late.case_id,
                debtor_id=self.person,
                staff_id=self.staff[Role.COLLECTOR].pk,
                contact_point_id=made.late.who.point_id,
                begun_at=now,
                ended_at=now,
                outcome="CONVERSATION",
            )

    def address(self, address: Address) -> str:
        """Return where a page is, of somebody or something of this world."""
        known = {
            "permit": self.permit,
            "person": self.person,
            "case": self.case,
            "filing": self.filing,
            "card_id": self.card,
            "outing_id": self.outing,
            "row": self.own_rule,
            "staff_id": self.staff[Role.COLLECTOR].pk,
            "team": self.shop.team,
        }
        path = re.sub(r"<\w+:(\w+)>", lambda found: str(known.get(found[1], 0)), address.route)
        asked = {"person_message": f"?channel=SMS&point={self.point}"}
        asked["effect_persons"] = "?arm=LOCAL"
        return path + asked.get(address.name or "", "")

    def asks(self, address: Address) -> int | None:
        """Return how often a page asks when it is opened again; None: it takes what is sent."""
        whom = address.whom
        may_read = [role for role in _ORDER if whom is Audience.STAFF or whom in MAY[role]]
        role = READERS.get(address.name or "", may_read[0])
        client, path = self.clients[role], self.address(address)
        if client.get(path).status_code == 405:
            return None
        # What pages keep for some seconds is asked for anew, whatever the machine's pace.
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return len(asked)

    def asked(self) -> dict[str, int]:
        """Return how often each page asks."""
        pages = [each for each in PAGES if each.name not in FILES | OF_FILES]
        found = {each.name: self.asks(each) for each in pages}
        return {name: asks for name, asks in found.items() if asks is not None}


@pytest.fixture
def world():
    return World(new_shop())


def test_every_page_asks_the_database_no_oftener_than_it_may(world):
    found = world.asked()

    assert set(found) == set(ASKS_MOST)
    assert {name: asks for name, asks in found.items() if asks > ASKS_MOST[name]} == {}


@pytest.mark.nightly
def test_no_page_asks_oftener_where_there_is_more_to_show(world):
    few = world.asked()
    for _ in range(3):
        world.more()

    assert {name: (few[name], asks) for name, asks in world.asked().items()} == {
        name: (asks, asks) for name, asks in few.items()
    }
