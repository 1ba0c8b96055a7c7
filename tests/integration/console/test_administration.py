"""Whoever runs the system keeps accounts, teams and keys, and cannot help themselves to more."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest

from forbear.contexts.exchange.models import Token
from forbear.contexts.people.models import Staff, Team
from forbear.contexts.people.queries import teams as every_team
from forbear.contexts.people.role import Role
from forbear.contexts.rulebook.library import open_library, open_products, open_wordings
from forbear.policy.kind import Kind
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.people import new_team
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
TEAM = {
    "code": "coast",
    "name_en": "Coast (invented)",
    "name_zh": "海滨（虚构）",
    "time_zone": "Asia/Shanghai",
    "opens": "08:30",
    "regions": "35, 44",
    "dialects": "min",
}


def _client(role, **given):
    return at_work(new_colleague(role, secret=new_secret(f"{role}"), language="en", **given))


def _words(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.content.decode()


class TestStaff:
    def test_are_added_with_a_password_that_is_shown_once(self):
        team, admin = new_team("north"), _client(Role.ADMIN)
        told = {"username": "mei", "name": "Mei (invented)", "role": "COLLECTOR", "teams": [team]}

        page = _words(admin.post("/staff/", {**told, "language": "en"}))
        password = re.search(r'class="secret">([^<]+)<', page).group(1)

        mei = Staff.objects.get(username="mei")
        assert (mei.role, [each.pk for each in mei.teams.all()]) == ("COLLECTOR", [team])
        assert password not in _words(admin.get("/staff/"))
        assert "never signed in" in _words(admin.get("/staff/"))
        again = admin.post("/staff/", {**told, "language": "en"})
        assert again.status_code == 409

    def test_are_changed_helped_and_let_go(self):
        admin, other = _client(Role.ADMIN), new_colleague(Role.COLLECTOR)
        address = f"/staff/{other.pk}/"
        told = {"name": other.name, "role": "SUPERVISOR", "authority": "1200.50", "currency": "CNY"}

        admin.post(address, {"deed": "change", **told})
        other.refresh_from_db()
        assert (other.role, other.authority_minor) == ("SUPERVISOR", 120_050)
        assert 'class="secret"' in _words(admin.post(address, {"deed": "password"}))
        admin.post(address, {"deed": "close"})

        other.refresh_from_db()
        assert not other.is_active
        assert "closed" in _words(admin.get(address))

    def test_give_themselves_nothing(self):
        me = new_colleague(Role.ADMIN, secret=new_secret("me"), language="en")
        admin = at_work(me)
        told = {"deed": "change", "name": me.name, "role": "COMPLIANCE", "currency": "CNY"}

        assert admin.post(f"/staff/{me.pk}/", told).status_code == 403
        assert admin.post(f"/staff/{me.pk}/", {"deed": "close"}).status_code == 403
        assert admin.get("/staff/999999/").status_code == 404


@pytest.mark.nightly
def test_teams_are_added_and_changed():
    admin = _client(Role.ADMIN)
    admin.post("/staff/teams/", TEAM)
    team = Team.objects.get(code="coast")
    assert (team.opens_minute, team.regions, team.dialects) == (510, ["35", "44"], ["MIN"])

    wrong = admin.post("/staff/teams/", {**TEAM, "team": team.pk, "opens": "soon"})
    assert wrong.status_code == 422
    admin.post("/staff/teams/", {**TEAM, "team": team.pk, "regions": "35", "closed": "on"})

    assert every_team(actor=SETUP) == ()
    page = _words(admin.get("/staff/teams/"))
    assert "Coast (invented)" in page
    assert "opens at 08:30 (Beijing time)" in page


def test_keys_are_made_shown_once_and_taken_back():
    admin = _client(Role.ADMIN)
    told = {"deed": "make", "name": "Core", "scopes": ["persons:read"], "days": "30"}

    page = _words(admin.post("/systems/", told))
    text = re.search(r'class="secret">([^<]+)<', page).group(1)
    prefix = Token.objects.get().prefix
    listed = _words(admin.get("/systems/"))
    assert text not in listed
    assert prefix in listed
    assert admin.post("/systems/", {**told, "days": "9999"}).status_code == 422
    admin.post("/systems/", {"deed": "revoke", "prefix": prefix})

    revoked = Token.objects.get().revoked_at
    assert revoked is not None
    assert revoked <= datetime.now(UTC)


@pytest.mark.nightly
def test_every_message_and_product_is_shown():
    officer = _client(Role.COMPLIANCE)

    page = _words(officer.get("/rules/messages/?law=cn&channel=SMS"))
    sms = [each for each in open_wordings() if (each.jurisdiction, each.channel) == ("CN", "SMS")]
    assert sms
    for each in sms:
        assert each.id in page
    products = _words(officer.get("/rules/products/"))
    for terms in open_products().values():
        assert terms.product in products


def test_whoever_keeps_the_system_sees_creditors_keeping_messages_and_products():
    admin = _client(Role.ADMIN)

    page = _words(admin.get("/staff/lender/"))
    assert "Example Lender (invented)" in page
    keeping = [rule for rule in open_library().rules if rule.kind is Kind.RECORD_KEEPING]
    assert any(rule.text_en in html.unescape(page) for rule in keeping)
    assert "/staff/lender/" in page
    for address in ("/rules/products/", "/rules/messages/?law=cn&channel=SMS"):
        beside = _words(admin.get(address))
        assert "Administration" in beside
        assert 'href="/rules/"' not in beside
