"""A collector's browser is their telephone: real WebRTC, real SIP, sound told by its signal."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import override_settings

from forbear.contexts.contact.call.models import Call
from forbear.contexts.contact.call.recording import open_recording
from forbear.contexts.contact.channels.secret import Reference
from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces
from forbear.contexts.database.transaction import reading
from tests.support.people import audited
from tests.support.phones import (
    NOTICE_HERTZ,
    free_port,
    number_of,
    settings_for,
    switchboard,
    until,
)
from tests.support.portfolio import SETUP
from tests.support.sip_peer import lasting

pytest.importorskip("aiortc", reason="the extra 'headset' is not installed: make extras")
from tests.support.headset import Browser, turn_server  # needs aiortc

# Some seconds each: what needs no sound of a browser is tried by day, in test_headset.
pytestmark = [pytest.mark.usefixtures("portfolio"), pytest.mark.nightly]
DESK, PERSON = 1000.0, 700.0
SORRY_HERTZ = NOTICE_HERTZ
SETTINGS = HeadsetSettings(interface="127.0.0.1", ports=range(41_000, 41_040))
CHANNELS = """channels:
  - name: trunk
    kind: sip
    settings: {domain: "127.0.0.1:1", headset: {}, lines: [{law: CN, numbers: ["021-0000-0001"]}]}
"""


@pytest.fixture
def client(collector):
    """A collector without a telephone."""
    return collector


@pytest.fixture
def at_work(phones, tmp_path):
    with switchboard(settings_for(phones.port, headset=SETTINGS), tmp_path) as board:
        yield board


@pytest.fixture
def browser(client, at_work):
    browser = Browser(client, DESK)
    browser.connect()
    yield browser
    browser.close()


def _call(client, late):
    told = {"point": late.who.point_id, "loan": late.who.loan_id, "request": uuid4()}
    client.post(f"{late.page}call/", told)
    return told["request"]


def _row(request):
    with reading(SETUP):
        return Call.objects.filter(pk=request).first()


def _state(request, state):
    return until(lambda: (row := _row(request)) and row.state == state and row)


def _sides(request, tmp_path):
    told = {"actor": SETUP, "now": datetime.now(UTC)}
    return sound_of_pieces(open_recording(request, tmp_path / "recordings", **told))


def test_brings_both_together_records_both_sides_and_heeds_its_maker(
    client, late, phones, browser, tmp_path, at_work
):
    number = number_of(late.who)
    phones.do("be", number, hertz=PERSON)
    offered = browser.peer.remoteDescription.sdp

    request = _call(client, late)
    phones.wait("answered", number)
    _state(request, "ANSWERED")
    assert browser.state()["state"] == "calls"
    phones.wait_for_tone(number, DESK, lasts_s=0.8)
    until(lambda: browser.lasts["700"] > 0.8)
    client.post(f"{late.page}call/steer/", {"wish": "KEYS", "keys": "4#"})
    keys = [phones.wait("digit", number)["digit"] for _ in "4#"]
    phones.do("press", number, keys="7")
    pressed = until(
        lambda: not (d := next(iter(at_work.under.values())).person.digits).empty() and d
    )
    client.post(f"{late.page}call/steer/", {"wish": "MUTE"})
    until(lambda: next(iter(at_work.under.values())).talk.muted)
    since_s = phones.heard(number)["seconds"] + 0.3
    muted = until(lambda: (f := phones.heard(number, since_s=since_s))["seconds"] > 0.5 and f)
    client.post(f"{late.page}call/steer/", {"wish": "HANG_UP"})
    row = _state(request, "ENDED")

    assert (row.end, keys, pressed.get_nowait()) == ("WE_HUNG_UP", ["4", "#"], "7")
    assert muted["strong"]["1000"] < 0.05
    left, right = _sides(request, tmp_path)
    assert lasting(left)["700"] > 0.7
    assert lasting(right)["1000"] > 0.7
    assert all(41_000 <= port < 41_040 for port in _ports(offered))
    assert len(audited("headset.connected")) == 1
    assert until(lambda: browser.state()["state"] == "connected")


def _ports(sdp):
    return [int(line.split()[5]) for line in sdp.splitlines() if line.startswith("a=candidate")]


def test_ends_with_an_apology_when_the_browser_dies(client, late, phones, browser, tmp_path):
    number = number_of(late.who)
    phones.do("be", number, hertz=PERSON)

    request = _call(client, late)
    phones.wait_for_tone(number, DESK, lasts_s=0.3)
    before = phones.heard(number)["lasts"][f"{SORRY_HERTZ:.0f}"]
    browser.die()
    row = _state(request, "ENDED")
    heard = phones.heard(number)["lasts"][f"{SORRY_HERTZ:.0f}"]

    assert row.end == "MEDIA_LOST"
    assert heard - before > 0.2
    assert len(audited("headset.lost")) == 1
    assert browser.state()["state"] == "lost"


def test_a_page_that_comes_back_in_time_takes_the_call_over(client, late, phones, browser):
    number = number_of(late.who)
    phones.do("be", number, hertz=PERSON)
    request = _call(client, late)
    phones.wait_for_tone(number, DESK, lasts_s=0.3)

    other = Browser(client, 1150.0)
    try:
        other.connect()
        phones.wait_for_tone(number, 1150.0, lasts_s=0.3)
        assert browser.state()["state"] == "replaced"
        assert _row(request).state == "ANSWERED"
        client.post("/headset/end/", {"id": other.id})
        assert _state(request, "ENDED").end == "DESK_HUNG_UP"
    finally:
        other.close()


def test_reaches_nobody_when_the_browser_has_just_died(client, late, phones, browser):
    number = number_of(late.who)
    phones.do("be", number, hertz=PERSON, after_s=3.0)

    request = _call(client, late)
    phones.wait("rings", number)
    browser.die()
    row = _state(request, "ENDED")

    assert row.end == "CALLED_OFF"


def test_lets_one_hear_oneself(client, browser):
    assert client.post("/headset/try/", {"id": browser.id}).status_code == 204
    until(lambda: browser.state()["test"] == "try-heard")

    assert browser.lasts["1000"] > 1.0


def test_two_that_cannot_reach_each_other_speak_through_the_lenders_own_server(
    client, late, phones, tmp_path, monkeypatch
):
    """coturn, which others wrote, lets in whoever has the password that the page was told."""
    port = free_port()
    monkeypatch.setenv("TURN_SECRET", "of this test")
    address = f"turn:127.0.0.1:{port}?transport=tcp"
    filed = tmp_path / "channels.yaml"
    told = f'headset: {{turn: "{address}", turn_secret: "env:TURN_SECRET"}}'
    filed.write_text(CHANNELS.replace("headset: {}", told))
    secret = Reference("env", "TURN_SECRET", "")
    settings = HeadsetSettings(interface="127.0.0.1", turn=(address,), turn_secret=secret)
    number = number_of(late.who)
    phones.do("be", number, hertz=PERSON)
    with (
        turn_server(port, "of this test", tmp_path),
        override_settings(FORBEAR_CHANNELS=filed),
        switchboard(settings_for(phones.port, headset=settings), tmp_path),
    ):
        relayed = Browser(client, DESK, relayed=True)
        try:
            relayed.connect()
            said = relayed.peer.localDescription.sdp
            assert {line.split()[7] for line in said.splitlines() if "a=cand" in line} == {"relay"}
            request = _call(client, late)
            phones.wait_for_tone(number, DESK, lasts_s=0.8)
            until(lambda: relayed.lasts["700"] > 0.8)
            client.post("/headset/end/", {"id": relayed.id})
            assert _state(request, "ENDED").end == "DESK_HUNG_UP"
        finally:
            relayed.close()


def test_and_nobody_with_another_password(client, tmp_path):
    port = free_port()
    with turn_server(port, "of this test", tmp_path):
        settings = HeadsetSettings(turn=(f"turn:127.0.0.1:{port}?transport=tcp",))
        wrong = {"username": "99999999999:staff-1", "credential": "AAAA"}
        browser = Browser(client, DESK, relayed=True)
        try:
            said = browser.offered([{"urls": list(settings.turn), **wrong}])
        finally:
            browser.close()
    assert "a=candidate" not in said


def test_refuses_what_is_no_offer_of_ours(client, at_work):
    said = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n"
    ident = client.post("/headset/offer/", {"offer": said}).json()["id"]

    shown = until(
        lambda: (s := client.post("/headset/state/", {"id": ident}).json())["fault"] and s
    )

    assert (shown["state"], shown["fault"]) == ("refused", "unusable")
