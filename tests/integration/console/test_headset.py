"""A headset's page and what its script asks: who may, what replaces what, and both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from forbear.contexts.contact.call import headset_work as work
from forbear.contexts.contact.call.headset import headset_at
from forbear.contexts.contact.call.models import Headset
from forbear.contexts.contact.call.word import HeadsetFault, HeadsetTest
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.values.principal import system
from tests.support.desk import new_shop
from tests.support.people import audited
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
OFFER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
BOARD = {"actor": system("switchboard")}
TRUNK = """channels:
  - {{name: trunk, kind: sip, settings: {{domain: "127.0.0.1:1", {headset}}}}}
"""


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def client(shop):
    return shop.client()


def _offer(client, said=OFFER):
    return client.post("/headset/offer/", {"offer": said}).json()["id"]


def _state(client, ident):
    return client.post("/headset/state/", {"id": ident}).json()


def _connected(client):
    """Connect as a switchboard does, by the table alone; return it, the id and whose it is."""
    owner, ident = uuid4(), _offer(client)
    (taken,) = work.take_offers(owner, **BOARD)
    work.answer_offer(taken.offer_id, "v=0 answer", **BOARD)
    assert _state(client, ident)["answer"] == "v=0 answer"
    work.note_connected(taken.staff_id, taken.offer_id, **BOARD)
    return owner, ident, taken


def _row():
    with reading(SETUP):
        return Headset.objects.get()


def test_is_taken_once_connected_and_forgets_what_both_ends_said(client):
    owner, ident, taken = _connected(client)

    assert taken.offer.splitlines()[0] == "v=0"
    assert work.take_offers(uuid4(), **BOARD) == ()
    assert _state(client, ident) == {"state": "connected", "fault": "", "answer": "", "test": ""}
    assert (_row().offer, _row().answer) == ("", "")
    with reading(SETUP):
        assert headset_at(taken.staff_id, now=datetime.now(UTC)) == owner
        later = datetime.now(UTC) + timedelta(seconds=31)
        assert headset_at(taken.staff_id, now=later) is None
    assert len(audited("headset.asked")) == len(audited("headset.connected")) == 1


def test_of_another_page_takes_its_place(client):
    _owner, first, taken = _connected(client)
    second = _offer(client)

    assert _state(client, first)["state"] == "replaced"
    assert _state(client, second)["state"] == "waiting"
    work.note_lost(taken.staff_id, taken.offer_id, HeadsetFault.SILENT, **BOARD)
    assert _state(client, second)["state"] == "waiting"
    assert audited("headset.lost") == []
    assert client.post("/headset/end/", {"id": first}).status_code == 409


def test_is_nobody_elses_and_of_no_other_session(shop, client):
    _owner, ident, _taken = _connected(client)
    other = shop.client()
    again = client.session
    again.cycle_key()

    assert _state(other, ident)["state"] == "replaced"
    for what in ("end", "try"):
        assert other.post(f"/headset/{what}/", {"id": ident}).status_code == 409
    client.cookies["sessionid"] = again.session_key
    assert _state(client, ident)["state"] == "replaced"
    assert _row().state == "CONNECTED"


def test_says_why_it_cannot_be_and_when_it_is_gone(client):
    ident = _offer(client)
    (taken,) = work.take_offers(uuid4(), **BOARD)
    work.refuse_offer(taken.offer_id, HeadsetFault.FULL, **BOARD)
    assert _state(client, ident)["fault"] == "full"

    _owner, ident, taken = _connected(client)
    work.note_lost(taken.staff_id, taken.offer_id, HeadsetFault.SILENT, **BOARD)
    assert _state(client, ident)["state"] == "lost"
    assert len(audited("headset.lost")) == 1

    _owner, ident, taken = _connected(client)
    assert client.post("/headset/end/", {"id": ident}).status_code == 204
    assert _state(client, ident)["state"] == "off"
    assert work.kept_of([taken.staff_id], **BOARD)[taken.staff_id].ended
    assert client.post("/headset/try/", {"id": ident}).status_code == 409


def test_is_tried_out_when_connected(client):
    _owner, ident, taken = _connected(client)

    assert client.post("/headset/try/", {"id": ident}).status_code == 204
    assert work.kept_of([taken.staff_id], **BOARD)[taken.staff_id].test
    work.note_test(taken.offer_id, HeadsetTest.QUIET, **BOARD)
    assert _state(client, ident)["test"] == "try-quiet"


@pytest.mark.parametrize(
    "said", ["", "hello", OFFER + "m=video 9 X 1\r\n", OFFER + "a=" + "x" * 20_000]
)
def test_takes_nothing_but_one_voice(client, said):
    assert client.post("/headset/offer/", {"offer": said}).status_code == 422
    assert client.post("/headset/state/", {"id": "x"}).status_code == 422


def test_is_for_those_who_call_alone_and_needs_the_token_of_a_page(shop, client):
    assert shop.client(Role.ANALYST).post("/headset/offer/", {"offer": OFFER}).status_code == 403
    client.handler.enforce_csrf_checks = True
    assert client.post("/headset/offer/", {"offer": OFFER}).status_code == 403


def test_each_browser_gets_a_password_of_its_own_and_never_the_secret(
    client, shop, tmp_path, monkeypatch
):
    filed = tmp_path / "channels.yaml"
    turn = 'headset: {turn: "turn:t.example:3478", turn_secret: "env:TURN_SECRET"}, lines: []'
    filed.write_text(TRUNK.format(headset=turn))
    with override_settings(FORBEAR_CHANNELS=filed):
        monkeypatch.setenv("TURN_SECRET", "never-leaves")
        answers = [each.get("/headset/servers/") for each in (client, shop.client())]
        pages = [each.content.decode() for each in (*answers, client.get("/headset/"))]
        monkeypatch.delenv("TURN_SECRET")
        assert client.get("/headset/servers/").status_code == 422
    (first,), (second,) = (each.json()["servers"] for each in answers)
    now = datetime.now(UTC).timestamp()

    assert first["urls"] == ["turn:t.example:3478"]
    assert first["username"] != second["username"]
    assert first["credential"] != second["credential"]
    assert 0 < int(first["username"].partition(":")[0]) - now <= 12 * 3600
    assert not any("never-leaves" in page for page in pages)
    assert answers[0].headers["Cache-Control"] == "no-store"
    with override_settings(FORBEAR_CHANNELS=None):
        assert client.get("/headset/servers/").json() == {"servers": []}


@pytest.mark.parametrize(
    ("headset", "en", "zh"),
    [
        ("headset: {}, lines: []", "not installed|Connect", "未安装|连接"),
        ("lines: []", "no line here lets browsers", "没有允许用浏览器通话的线路"),
    ],
)
def test_page_says_in_both_languages_whether_it_can_be(shop, tmp_path, headset, en, zh):
    filed = tmp_path / "channels.yaml"
    filed.write_text(TRUNK.format(headset=headset))
    with override_settings(FORBEAR_CHANNELS=filed):
        for language, words in (("en", en), ("zh-hans", zh)):
            answer = shop.client(language=language).get("/headset/")
            page = answer.content.decode()
            assert any(each in page for each in words.split("|"))
            assert "microphone=(self)" in answer.headers["Permissions-Policy"]
            assert (
                "microphone=()" in shop.client().get("/me/sessions/").headers["Permissions-Policy"]
            )
