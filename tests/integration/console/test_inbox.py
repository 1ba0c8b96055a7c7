"""What people wrote waits on one page until it is read, each reader for their own care."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from forbear.contexts.assistant import written
from forbear.contexts.cases.desk.check import signs_in
from forbear.contexts.contact.call.incoming import came_in, ended, wants_callback
from forbear.contexts.contact.call.word import IncomingEnd
from forbear.contexts.contact.inbound.keep import Came, keep
from forbear.contexts.contact.inbound.work import work
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Hold
from forbear.values.code import Channel, HoldKind, Language
from forbear.values.principal import system
from tests.support.desk import new_shop
from tests.support.people import audited
from tests.support.portfolio import new_point

pytestmark = pytest.mark.usefixtures("portfolio")
CARRIER = system("carrier")
NUMBER = "13800138000"


def wrote(text, sender):
    now = datetime.now(UTC)
    came = Came("carrier", uuid4().hex, Channel.SMS, sender, "10690000", text, now)
    keep(came, actor=CARRIER, now=now)
    work(actor=CARRIER, now=now)


@pytest.fixture
def shop():
    made = new_shop()
    new_point(made.late().who.ref, address=NUMBER)
    return made


def test_words_wait_until_they_are_read_and_that_is_written_down(shop):
    wrote("周五发工资后还", f"+86{NUMBER}")
    client = shop.client()

    page = client.get("/inbox/").content.decode()

    assert "周五发工资后还" in page
    assert NUMBER not in page, "the number itself is masked"
    number = page.split('name="message" value="')[1].split('"')[0]
    for _ in range(2):
        assert client.post("/inbox/", {"message": number}).status_code == 302
    assert "周五发工资后还" not in client.get("/inbox/").content.decode()
    assert len(audited("message.seen")) == 1


def test_a_stranger_s_words_are_for_whoever_sees_everybody_alone(shop):
    wrote("你们是谁", "+8613911112222")

    assert "你们是谁" not in shop.client().get("/inbox/").content.decode()
    compliance = shop.client(Role.COMPLIANCE).get("/inbox/").content.decode()
    assert "你们是谁" in compliance


@pytest.mark.parametrize("said", ["", "x", "9" * 30, "999999"])
def test_no_message_is_named_by_what_is_none(shop, said):
    assert shop.client().post("/inbox/", {"message": said}).status_code in {404, 422}


def test_whoever_calls_us_stands_there_for_their_own_desk_alone(shop):
    told = {"owner": uuid4(), "language": Language.ZH, "actor": CARRIER}
    caller = came_in("trunk", f"+86{NUMBER}", **told)
    stranger = came_in("trunk", "+8613911112222", **told)
    for each in (caller, stranger):
        wants_callback(each, actor=CARRIER)
    client = shop.client()

    page = client.get("/inbox/").content.decode()
    assert "Rings now" in page
    assert NUMBER not in page
    assert page.count('name="call"') == 1, "a stranger's call is for whoever sees everybody"
    assert shop.client(Role.COMPLIANCE).get("/inbox/").content.decode().count('name="call"') == 2

    ended(caller.id, IncomingEnd.CLOSED, actor=CARRIER)
    assert "asks to be called back" in client.get("/inbox/").content.decode()
    assert client.post("/inbox/", {"call": "nothing"}).status_code == 422
    assert client.post("/inbox/", {"call": str(stranger.id)}).status_code == 404
    assert client.post("/inbox/", {"call": str(caller.id)}).status_code == 302
    assert 'name="call"' not in client.get("/inbox/").content.decode()


def test_what_was_written_is_read_and_leads_to_a_suggestion_care_first(shop):
    wrote("周五发工资后还", f"+86{NUMBER}")
    wrote("我不想活了", f"+86{NUMBER}")
    client = shop.client()

    page = client.get("/inbox/").content.decode()

    assert "Promising a day" in page
    assert page.index("我不想活了") < page.index("周五发工资后还"), "whoever needs care is first"
    assert page.count("Care first") == 1
    address = re.findall(r'href="(/persons/\d+/\?message=\d+)#heard"', page)[-1]
    shown = client.get(address).content.decode()
    suggested = shown.partition('<div id="suggested"')[2]
    assert "周五发工资后还" in suggested
    assert "assistant.promise@" in suggested
    assert "There is no message" in client.get(f"{address}9").content.decode()


def test_words_of_danger_stop_contact_once_whoever_knows_them(shop):
    """The same words count here as in a conversation, and one message stops contact once."""
    said = "等我跳下去，你们就满意了"
    assert signs_in(said), "one list serves conversations, messages and notes"
    wrote(said, f"+86{NUMBER}")
    wrote("我不想活了", f"+86{NUMBER}")

    with reading(CARRIER):
        kinds = list(Hold.objects.values_list("kind", flat=True))
    assert kinds.count(HoldKind.SELF_HARM) == 2
    assert len(audited("distress.signalled")) == 2


def test_a_fault_of_the_reading_holds_up_no_stop(shop, monkeypatch):
    monkeypatch.setattr(written, "open_understanding", None)
    wrote("不想活了，别再发了", f"+86{NUMBER}")

    page = shop.client().get("/inbox/").content.decode()

    assert "no more messages" in page
    assert "distress: contact is held" in page
