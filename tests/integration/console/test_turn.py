"""Calls follow each other by themselves only for a collector who wants it, is there and is free."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.utils.html import escape

from forbear.contexts.cases.models import Callback, Talk
from forbear.contexts.contact.gate.stop import place_stop
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.nightly.models import Night
from forbear.contexts.people.actions.telephone import set_telephone
from forbear.contexts.people.role import Role
from tests.support.day import new_night
from tests.support.desk import new_shop
from tests.support.gate import settle_loan
from tests.support.portfolio import SETUP, portfolio, ring
from tests.support.today import lenders_day

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
DIALS = "data-dials-in"


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def three(shop):
    """Three planned persons, in the order of work."""
    return [shop.late(rank=rank) for rank in (1, 2, 3)]


@pytest.fixture
def client(shop):
    """A collector with a telephone."""
    client = shop.client()
    set_telephone(int(client.session["_auth_user_id"]), "1001", actor=SETUP, now=datetime.now(UTC))
    return client


def _on(client):
    return client.post("/queue/turn/", {"on": "1"})


def _page(client, late):
    answer = client.get(late.page)
    assert answer.status_code == 200
    return answer.content.decode()


def _wrap(client, late):
    told = {"outcome": "RANG", "following": "AGAIN", "text": "", "note_ref": uuid4()}
    return client.post(f"{late.page}wrap-up/", told)


def _call(client, late):
    told = {"point": late.who.point_id, "loan": late.who.loan_id, "request": uuid4()}
    return client.post(f"{late.page}call/", told)


def _placed():
    with reading(SETUP):
        return Talk.objects.count() + Dispatch.objects.count()


def test_nothing_follows_where_nobody_wanted_it(client, three):
    first = three[0]
    client.post(f"/cases/{first.case_id}/take/")
    assert DIALS not in _page(client, first)
    _call(client, first)

    assert _wrap(client, first).headers["Location"] == "/queue/"


def test_the_next_person_comes_up_after_each_call_is_written_down(client, three):
    first, second, _third = three
    assert _on(client).headers["Location"] == first.page
    assert DIALS in _page(client, first)
    assert _placed() == 0, "the page asks for the call, once its reader has had time"
    _call(client, first)
    assert DIALS not in _page(client, first), "a call goes on"

    assert _wrap(client, first).headers["Location"] == second.page, "nobody is called again"
    assert DIALS in _page(client, second)


def test_a_page_that_is_loaded_again_or_opened_by_hand_waits_for_its_reader(client, three):
    first, second, _third = three
    _on(client)
    client.post(f"/cases/{second.case_id}/take/")
    assert DIALS not in _page(client, second)
    assert DIALS in _page(client, first)

    assert DIALS not in _page(client, first)


def test_whoever_may_not_be_called_or_is_a_colleague_s_is_passed_over(shop, client, three):
    first, second, third = three
    settle_loan(first.who)
    shop.client().post(f"/cases/{second.case_id}/take/")

    assert _on(client).headers["Location"] == third.page


def test_stopping_leaves_the_case_and_nothing_follows(client, three):
    first = three[0]
    _on(client)
    stopped = client.post("/queue/turn/", {"on": "0", "person": first.who.debtor_id})

    assert stopped.headers["Location"] == first.page
    assert DIALS not in _page(client, first)
    _call(client, first)
    assert _wrap(client, first).headers["Location"] == "/queue/"


def test_where_nobody_may_be_called_it_switches_itself_off_and_says_why(client, three):
    place_stop(StopScope.GLOBAL, "", reason="test", actor=SETUP, now=datetime.now(UTC))

    assert _on(client).headers["Location"] == "/queue/"
    assert "Nobody in the queue may be called now." in client.get("/queue/").content.decode()
    assert client.session["calls_follow"] is False
    assert _placed() == 0


def test_where_no_plan_may_be_used_it_switches_itself_off_and_says_so(client, three):
    now = datetime.now(UTC)
    with acting(SETUP):
        Night.objects.all().delete()
    new_night(lenders_day(now), now=now, state="FAILED", failure="the extract was cut")

    answer = _on(client)

    assert answer.headers["Location"] == "/queue/"
    assert client.session["calls_follow"] is False
    (why,) = get_messages(answer.wsgi_request)
    assert escape(why.message) in client.get("/queue/").content.decode()


def test_a_promised_call_that_is_due_comes_first(client, three):
    first = three[0]
    client.post(f"/cases/{first.case_id}/take/")
    with acting(SETUP):
        Callback.objects.create(
            case_id=first.case_id,
            debtor_id=first.who.debtor_id,
            contact_point_id=first.who.point_id,
            staff_id=int(client.session["_auth_user_id"]),
            due_at=datetime.now(UTC) - timedelta(minutes=1),
            set_at=datetime.now(UTC) - timedelta(hours=1),
        )

    assert _on(client).headers["Location"] == "/queue/"
    assert "A promised call is due first." in client.get("/queue/").content.decode()


def test_a_collector_without_a_telephone_and_others_cannot_have_it(shop, three):
    bare = shop.client()
    assert _on(bare).headers["Location"] == "/queue/"
    assert "Your telephone is not known here." in bare.get("/queue/").content.decode()
    assert _on(shop.client(Role.COMPLIANCE)).status_code == 403
