"""A lender's own system makes links to a person's pages, lists them and takes them back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from forbear.contexts.access.actions.link import enter_link, needed_point
from forbear.contexts.access.enter import ask_by_link, send_code
from forbear.contexts.access.limit import source_of
from forbear.contexts.access.models import Link
from forbear.contexts.access.principal import DOOR
from forbear.contexts.audit.models import Entry as AuditEntry
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.exchange.scope import SCOPES, Scope
from forbear.contexts.rulebook.library import open_portal
from tests.support.api import api, caller  # noqa: F401
from tests.support.portal import id_of, inbox
from tests.support.portfolio import SETUP, new_person, new_point, portfolio, ring  # noqa: F401


@pytest.fixture
def person(api):  # noqa: F811
    ref = new_person(national_id="11010519491231002X")
    new_point(ref)
    return ref


def _token(made):
    return made["address"].rstrip("/").rpartition("/")[2]


def _leads(token):
    now = datetime.now(UTC)
    asked = ask_by_link(token, source=source_of("192.0.2.5"), now=now)
    with inbox():
        return send_code(asked.entry_id, actor=DOOR, now=now)


class TestALink:
    def test_is_made_listed_and_taken_back(self, api, person):  # noqa: F811
        system, sent = caller(Scope.PORTAL_LINKS_MANAGE), {"id": str(uuid4())}

        made = system.post(f"/debtors/{person}/portal-links", sent)

        assert made.status_code == 201
        assert made.json()["address"].startswith(f"{open_portal().address}/p/l/")
        assert _leads(_token(made.json()))
        (row,) = system.get(f"/debtors/{person}/portal-links").json()["items"]
        assert (row["id"], row["for_representative"]) == (sent["id"], False)
        assert row["made_by"].startswith("token:")
        path = f"/portal-links/{sent['id']}/revocation"
        assert [system.post(path).json() for _ in range(2)] == [{"ended": True}, {"ended": False}]
        assert not _leads(_token(made.json()))
        assert system.get(f"/debtors/{person}/portal-links").json()["items"] == []

    def test_is_told_once_and_kept_nowhere_however_it_is_asked_for(self, api, person):  # noqa: F811
        sent, path = {"id": str(uuid4())}, f"/debtors/{person}/portal-links"
        made = api.post(path, sent, key="k-1")
        again = [api.post(path, sent, key=key) for key in ("k-1", "k-2", None)]

        told = made.json()
        assert [each.status_code for each in again] == [200] * 3
        for each in again:
            assert each.json() == {**told, "address": None, "new": False}
        with reading(SETUP), connection.cursor() as cursor:
            assert Link.objects.count() == 1
            for table in ("exchange_answered", "access_link", "audit_entry"):
                cursor.execute(f"SELECT t::text FROM {table} t")
                assert _token(told) not in "".join(row for (row,) in cursor.fetchall())
            cursor.execute("SELECT count(*) FROM exchange_answered WHERE key LIKE 'k-%'")
            assert cursor.fetchone()[0] == 0

    def test_is_written_down_with_the_system_that_asked(self, api, person):  # noqa: F811
        sent = {"id": str(uuid4())}
        api.post(f"/debtors/{person}/portal-links", sent)
        api.post(f"/debtors/{person}/portal-links", sent)
        api.post(f"/portal-links/{sent['id']}/revocation")

        with reading(SETUP):
            rows = AuditEntry.objects.filter(
                event__startswith="access_link.", debtor_id=id_of(person)
            )
            assert list(rows.order_by("id").values_list("event", "actor_kind")) == [
                ("access_link.made", "TOKEN"),
                ("access_link.revoked", "TOKEN"),
            ]

    def test_that_was_taken_back_is_told_to_be(self, api, person):  # noqa: F811
        sent, path = {"id": str(uuid4())}, f"/debtors/{person}/portal-links"
        api.post(path, sent)
        api.post(f"/portal-links/{sent['id']}/revocation")

        again = api.post(path, sent).json()

        assert (again["address"], again["new"]) == (None, False)
        assert again["revoked_at"] is not None


class TestNobody:
    def test_makes_one_without_the_scope(self, api, person):  # noqa: F811
        others = caller(*(set(Scope) - {Scope.PORTAL_LINKS_MANAGE, Scope.AGENCY_CONTACT}))
        sent, path = {"id": str(uuid4())}, f"/debtors/{person}/portal-links"

        assert others.post(path, sent).status_code == 403
        assert others.get(path).status_code == 403
        assert others.post(f"/portal-links/{sent['id']}/revocation").status_code == 403
        assert caller(Scope.PORTAL_LINKS_MANAGE).get("/debtors").status_code == 403
        assert "VALUE_REVEAL" not in SCOPES[Scope.PORTAL_LINKS_MANAGE].permissions

    def test_takes_the_id_of_another_link(self, api, person):  # noqa: F811
        other = new_person()
        new_point(other, address="19900010002")
        sent = {"id": str(uuid4())}
        assert api.post(f"/debtors/{person}/portal-links", sent).status_code == 201

        for system, ref in ((api, other), (caller(Scope.PORTAL_LINKS_MANAGE), person)):
            refused = system.post(f"/debtors/{ref}/portal-links", sent)
            assert (refused.status_code, refused.json()["code"]) == (409, "LINK_OF_ANOTHER")

    def test_makes_one_for_whom_there_is_no_number_or_who_is_not_there(self, api, portfolio):  # noqa: F811
        sent = {"id": str(uuid4())}

        assert (
            api.post(f"/debtors/{new_person()}/portal-links", sent).json()["code"]
            == "NO_OWN_NUMBER"
        )
        assert api.post("/debtors/nobody/portal-links", sent).status_code == 404
        assert api.get("/debtors/nobody/portal-links").status_code == 404
        assert api.post(f"/portal-links/{uuid4()}/revocation").status_code == 404

    def test_asks_for_more_than_so_many_a_day(self, api, person):  # noqa: F811
        most, path = (
            open_portal().limits.links_of_one_person_a_day,
            f"/debtors/{person}/portal-links",
        )
        for _ in range(most):
            assert api.post(path, {"id": str(uuid4())}).status_code == 201

        refused = api.post(path, {"id": str(uuid4())})

        assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_LINKS")
        assert 0 < int(refused["Retry-After"]) <= 24 * 60 * 60
        # Another system has bounds of its own, and those of yesterday do not count.
        assert caller(Scope.PORTAL_LINKS_MANAGE).post(path, {"id": str(uuid4())}).status_code == 201


def test_a_list_holds_links_in_messages_too_but_none_that_ran_out(api, person):  # noqa: F811
    now = datetime.now(UTC)
    with acting(SETUP):
        point = needed_point(id_of(person))
        enter_link(point, "a-token", actor=DOOR, now=now)
        enter_link(point, "long-ago", actor=DOOR, now=now - timedelta(days=400))
    assert api.post(f"/debtors/{person}/portal-links", {"id": str(uuid4())}).status_code == 201

    first = api.get(f"/debtors/{person}/portal-links", limit=1).json()
    second = api.get(f"/debtors/{person}/portal-links", limit=1, cursor=first["next"]).json()

    assert [each["items"][0]["made_by"].partition(":")[0] for each in (first, second)] == [
        "system",
        "token",
    ]
    assert second["next"] is None
