"""Every address, asked for by everybody: anonymous, half-way in, and each role.

The table of who may is the list of addresses itself; this holds the running pages against it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.checks import run_checks
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, path

from forbear.contexts.people.role import MAY, Permission, Role
from forbear.contexts.rulebook.library import open_lessons, open_situations
from forbear.interfaces.web.access import Audience
from forbear.interfaces.web.address import addresses
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.day import new_night, new_plan
from tests.support.people import new_staff, new_team
from tests.support.portfolio import ring  # noqa: F401  # a fixture
from tests.support.today import lenders_day

ADDRESSES = list(addresses(get_resolver().url_patterns))
OURS = [each for each in ADDRESSES if each.whom not in {Audience.TOKEN, Audience.PROBE}]
DOOR = "/sign-in/"
# What is for everybody and has a name of its own: there is something by that name.
NAMED = {"/lessons/": open_lessons, "/practice/": open_situations}

urlpatterns = [path("forgotten/", lambda _: HttpResponse("secret"))]


def _asked(client, address):
    known = [next(iter(of())) for part, of in NAMED.items() if part in address.route]
    path = re.sub(r"<str:code>", *known, address.route) if known else address.route
    path = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000001", path)
    return client.get(re.sub(r"<int:\w+>", "1", path))


def _sent_to(answer):
    return answer.headers.get("Location", "")


class TestEveryAddress:
    def test_says_for_whom_it_is(self):
        assert [each.route for each in ADDRESSES if each.whom is None] == []
        assert len(ADDRESSES) > 15

    @override_settings(ROOT_URLCONF=__name__)
    def test_is_for_nobody_when_nobody_has_said(self, application):
        staff = new_colleague(Role.COMPLIANCE, secret=new_secret("forgotten"))

        for client in (Client(), at_work(staff)):
            answer = client.get("/forgotten/")
            assert answer.status_code == 500
            assert b"secret" not in answer.content
        faults = [each.id for each in run_checks(tags=["forbear"]) if each.is_serious()]
        assert faults == ["forbear.E003"]

    @pytest.mark.parametrize("address", OURS, ids=lambda each: each.route)
    def test_is_closed_to_strangers_unless_it_is_for_them(self, application, address):
        answer = _asked(Client(), address)

        if address.whom is Audience.PUBLIC:
            assert answer.status_code in {200, 405}
        elif address.whom is Audience.INSIDE:
            assert answer.status_code == 302
            assert _sent_to(answer).startswith("/p/enter/")
        elif address.whom is not Audience.SIGNING_IN:
            assert answer.status_code == 302
            assert _sent_to(answer).startswith(DOOR)

    @pytest.mark.parametrize("role", list(Role))
    def test_answers_each_role_as_the_table_says(self, application, role):
        client = at_work(new_colleague(role, secret=new_secret(role)))

        for address in OURS:
            answer = _asked(client, address)
            refused = isinstance(address.whom, Permission) and address.whom not in MAY[role]
            assert (answer.status_code == 403) is refused, address.route
            assert not _sent_to(answer).startswith(f"{DOOR}?"), address.route
            if address.name == "account_logout":
                assert answer.status_code == 200, "a link must sign nobody out"

    def test_lets_nobody_past_a_first_password(self, application):
        added = new_staff(Role.COMPLIANCE)
        client = at_work(_staff(added.id), factor=False)

        for address in OURS:
            if address.whom in {Audience.STAFF, Audience.SETTING_UP} or isinstance(
                address.whom, Permission
            ):
                answer = _asked(client, address)
                assert answer.status_code == 302, address.route
                assert _sent_to(answer) == "/me/password/", address.route

    def test_lets_nobody_past_a_missing_second_factor(self, application):
        client = at_work(new_colleague(Role.COMPLIANCE), factor=False)

        for address in OURS:
            if address.whom is Audience.STAFF or isinstance(address.whom, Permission):
                answer = _asked(client, address)
                assert answer.status_code == 302, address.route
                assert _sent_to(answer) == "/me/factors/", address.route

    def test_ends_a_session_that_never_showed_the_factor(self, application):
        staff = new_colleague(Role.COMPLIANCE, secret=new_secret("elsewhere"))
        client = at_work(staff, factor=False)

        for route in ("/me/factors/", "/me/password/", "/"):
            assert _sent_to(client.get(route)).startswith(DOOR)


class TestAnotherTeam:
    def test_is_never_shown(self, application, ring):  # noqa: F811
        ours, theirs = new_team("ours"), new_team("theirs")
        now = datetime.now(UTC)
        new_night(lenders_day(now), now=now)
        new_plan(lenders_day(now), (ours, "ours"), slot="morning", rank=1)
        new_plan(lenders_day(now), (theirs, "theirs"), slot="morning", rank=2)
        new_plan(lenders_day(now), (theirs, "theirs"), slot="evening", rank=1)
        mine, other = (
            at_work(new_colleague(Role.COLLECTOR, teams=(team,), secret=new_secret(str(team))))
            for team in (ours, theirs)
        )

        for client, rows in ((mine, 1), (other, 2)):
            first = client.get("/").content.decode()
            all_rows = client.get("/plan/?after=morning.0.0").content.decode()
            assert first.count("plan-row") == rows
            assert all_rows.count("plan-row") == rows
            assert len(set(re.findall(r"person-\d+", first))) == rows


def _staff(pk):
    from forbear.contexts.people.models import Staff

    return Staff.objects.get(pk=pk)
