"""A collector speaks from a real browser with somebody at a real SIP telephone."""

from __future__ import annotations

import os
import re
import signal
import sys
import wave
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg
import pytest
from django.db import connections

from forbear.contexts.cases.desk.whose import officer_of, takers_of
from forbear.contexts.contact.call.models import Call, IncomingCall
from forbear.contexts.contact.call.recording import open_recording
from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces
from forbear.contexts.contact.channels.voice.setting import Staffed
from forbear.contexts.contact.channels.voice.sound import tone
from forbear.contexts.contact.channels.voice.switchboard import SWITCHBOARD
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.support.browser import CHROMIUM, DESK, FLAGS, PHONE, playwright
from tests.support.console import new_colleague, new_secret
from tests.support.desk import new_shop
from tests.support.journey import find_clean, laid_down, sign_in
from tests.support.people import NOW, audited
from tests.support.phones import (
    NOTICE_HERTZ,
    number_of,
    settings_for,
    switchboard,
    telephones,
    until,
)
from tests.support.portfolio import CREDITOR, SETUP
from tests.support.server import served
from tests.support.sip_peer import lasting

pytest.importorskip("aiortc", reason="the extra 'headset' is not installed: make extras")
pytestmark = pytest.mark.nightly
SPOKEN, PERSON = 1000.0, 700.0
LOUDEST = """() => new Promise(done => {
  const sound = document.getElementById('headset-sound')
  const own = new AudioContext(), ear = own.createAnalyser()
  ear.fftSize = 2048
  own.createMediaStreamSource(sound.srcObject).connect(ear)
  const wave = new Float32Array(ear.fftSize)
  let most = 0, turns = 0
  const turn = () => {
    ear.getFloatTimeDomainData(wave)
    most = Math.max(most, ...wave.map(Math.abs))
    turns += 1
    if (turns > 300 || most > 0.03) done(most)
    else setTimeout(turn, 20)
  }
  turn()
})"""
CHANNELS = """channels:
  - name: trunk
    kind: sip
    settings: {domain: "127.0.0.1:1", headset: {}, lines: [{law: CN, numbers: ["021-0000-0001"]}]}
"""


@pytest.fixture
def place(cluster, application_template, tmp_path):
    (tmp_path / "channels.yaml").write_text(CHANNELS)
    with laid_down(cluster, application_template, tmp_path) as made:
        record_creditor(CreditorSaid(CREDITOR, "Example (invented)", "示例"), actor=SETUP, now=NOW)
        told = {"FORBEAR_PROVIDERS": "", "FORBEAR_CHANNELS": str(tmp_path / "channels.yaml")}
        # What the extra brings may lie elsewhere than in the environment.
        told["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        with served(made, tmp_path, **told) as address:
            yield address, new_shop(), tmp_path
        with psycopg.connect(made.urls["owner"]) as owner:
            owner.execute("DELETE FROM forbear_cache")


@pytest.fixture
def microphone(tmp_path):
    path = tmp_path / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(tone(SPOKEN, 10.0, level=0.5, rate=48_000).astype(np.int16).tobytes())
    return path


@pytest.fixture
def chromium(place, microphone):  # Playwright begins after the database
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    hears = f"--use-file-for-fake-audio-capture={microphone}"
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *flags, hears])
        yield opened
        # For Playwright's loop Django keeps connections of its own, to a database that goes now.
        connections.close_all()
        opened.close()


def _page(chromium, place, size=DESK, language="en", script=None):
    context = chromium.new_context(
        base_url=place[0],
        viewport={"width": size[0], "height": size[1]},
        permissions=["microphone"],
        reduced_motion="reduce",
    )
    if script:
        context.add_init_script(script)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    secret = new_secret(f"headset {language} {size} {script}")
    staff = new_colleague(Role.COLLECTOR, teams=(place[1].team,), secret=secret, language=language)
    page.goto("/")
    sign_in(page, staff.username, secret)
    return page


def _words(page, words):
    page.get_by_text(words).first.wait_for(timeout=20_000)


def _row():
    with reading(SETUP):
        return Call.objects.first()


def test_both_are_heard_and_recorded_and_a_dead_browser_ends_with_an_apology(chromium, place):
    late = place[1].late()
    number = number_of(late.who)
    with telephones() as phones:
        phones.do("be", number, hertz=PERSON)
        settings = HeadsetSettings(interface="127.0.0.1", ports=range(41_100, 41_120))
        with switchboard(settings_for(phones.port, headset=settings), place[2]) as board:
            page = _page(chromium, place)
            page.goto("/headset/")
            find_clean(page)
            page.focus("#headset-connect")
            page.keyboard.press("Enter")
            _words(page, "Connected.")
            until(lambda: page.evaluate("document.getElementById('headset-meter').value") > 10)
            page.click("#headset-try")
            _words(page, "You are heard.")
            find_clean(page)
            page.screenshot(path=str(place[2] / "headset.png"), full_page=True)

            desk = page.context.new_page()
            desk.goto(late.page)
            desk.get_by_role("button", name=re.compile("Take")).first.click()
            desk.locator("form[action$='/call/'] button").first.click()
            phones.wait("answered", number)
            phones.wait_for_tone(number, SPOKEN, lasts_s=0.8)
            _words(page, "A call is under way.")
            desk.fill("#call-keys", "4#") if desk.locator("#call-keys").count() else desk.reload()
            desk.fill("#call-keys", "4#")
            desk.locator(".call-keys button").click()
            assert [phones.wait("digit", number)["digit"] for _ in "4#"] == ["4", "#"]
            phones.do("press", number, keys="7")
            under = until(lambda: next(iter(board.under.values()), None))
            until(lambda: not under.person.digits.empty())
            desk.get_by_role("button", name="Mute").click()
            until(lambda: under.talk.muted)
            since_s = phones.heard(number)["seconds"] + 0.3
            muted = until(
                lambda: (f := phones.heard(number, since_s=since_s))["seconds"] > 0.5 and f
            )
            assert muted["strong"]["1000"] < 0.05
            assert page.said == []
            for pid in _renderers(chromium):
                os.kill(pid, signal.SIGKILL)
            until(lambda: _row().state == "ENDED")
            assert _row().end == "MEDIA_LOST"
            sorry = phones.heard(number, since_s=since_s)["lasts"][f"{NOTICE_HERTZ:.0f}"]
            assert sorry > 0.2
            assert len(audited("headset.lost")) == 1
        told = {"actor": SETUP, "now": datetime.now(UTC)}
        left, right = sound_of_pieces(
            open_recording(_row().permit_id, place[2] / "recordings", **told)
        )
        assert lasting(left)["700"] > 0.7
        assert lasting(right)["1000"] > 0.5


@pytest.mark.parametrize(
    ("language", "size", "words"),
    [
        ("en", DESK, ("Somebody calls", "Take the call", "You speak with a caller", "Hang up")),
        ("zh-hans", PHONE, ("有来电", "接听", "正在与来电方通话", "挂断")),
    ],
)
def test_a_caller_rings_on_the_page_that_is_open_and_is_taken_by_keyboard(
    chromium, place, language, size, words
):
    calls, take, talks, hang_up = words
    late = place[1].late()
    number = number_of(late.who)
    asks = {
        "officer_of": lambda debtor: officer_of(debtor, actor=SWITCHBOARD),
        "takers_of": lambda debtor, among: takers_of(debtor, among, actor=SWITCHBOARD),
    }
    with telephones() as phones:
        phones.do("be", "9000", hertz=PERSON)
        settings = HeadsetSettings(interface="127.0.0.1", ports=range(41_140, 41_160))
        hours = Staffed("UTC", tuple(range(7)), 0, 1440, ring_s=60)
        trunk = settings_for(phones.port, headset=settings, inbound=hours)
        with switchboard(trunk, place[2], **asks):
            page = _page(chromium, place, size=size, language=language)
            page.goto("/headset/")
            page.click("#headset-connect")
            page.wait_for_selector('#headset-state[data-mood="connected"]', timeout=20_000)
            other = page.context.new_page()
            other.said = []
            other.on("console", lambda message: other.said.append(message.text))
            other.goto(late.page)
            says = f"<sip:{number}@carrier.example>"
            phones.do("dial", "9000", uri=f"sip:4000@{trunk.listen}", says=says)
            other.wait_for_selector('.ring-says[role="alert"]', timeout=20_000)
            assert calls in other.inner_text(".ring")
            assert other.title().startswith("☎")
            for wide, high in (DESK, PHONE):
                other.set_viewport_size({"width": wide, "height": high})
                other.screenshot(path=str(place[2] / f"ring-{language}-{wide}.png"))
                find_clean(other)
            page.wait_for_selector(".ring", timeout=20_000)
            assert page.get_attribute(".ring a", "target") == "_blank", "this window stays"
            page.screenshot(path=str(place[2] / f"ring-headset-{language}-{size[0]}.png"))
            rung = page.evaluate(LOUDEST)
            assert rung > 0.02, "it is heard, too"

            button = other.get_by_role("button", name=take)
            button.focus()
            other.keyboard.press("Enter")
            phones.wait("taken", "9000")
            phones.wait_for_tone("9000", SPOKEN, lasts_s=0.8)
            other.wait_for_function(
                "t => document.getElementById('ring').innerText.includes(t)", arg=talks
            )
            assert not other.title().startswith("☎")
            kept = "document.getElementById('ring').contains(document.activeElement)"
            assert other.evaluate(kept), "who pressed a key goes on by keys"
            find_clean(other)
            other.screenshot(path=str(place[2] / f"ring-talks-{language}-{size[0]}.png"))
            other.get_by_role("button", name=hang_up).click()
            phones.wait("over", "9000")
            other.wait_for_selector(".ring", state="detached", timeout=20_000)
            assert (page.said, other.said) == ([], [])
        with reading(SETUP):
            row = IncomingCall.objects.get()
        assert row.end == "TALKED"
        assert row.debtor_id == late.who.debtor_id


def _renderers(chromium):
    """Return the processes of this test's own browser, all of them: it dies without a word."""
    ours = str(os.getpid())
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[stat.parent.name] = said[1]
    found = []
    for pid in parents:
        at, names = pid, []
        while at in parents and at != ours:
            names.append(at)
            at = parents[at]
        if at == ours and "chromium" in (Path("/proc") / pid / "cmdline").read_text():
            found.append(int(pid))
    return found


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("zh-hans", PHONE)])
@pytest.mark.parametrize(
    ("fault", "en", "zh"),
    [
        ("NotAllowedError", "The microphone was refused", "麦克风被拒绝"),
        ("NotFoundError", "No microphone was found", "未找到麦克风"),
    ],
)
def test_says_clearly_what_keeps_it_from_hearing(  # fixtures and what is given
    chromium, place, language, size, fault, en, zh
):
    script = (
        "navigator.mediaDevices.getUserMedia = "
        f"() => Promise.reject(new DOMException('', '{fault}'))"
    )
    page = _page(chromium, place, size=size, language=language, script=script)
    page.goto("/headset/")
    page.click("#headset-connect")
    page.wait_for_selector("#headset-fault:not([hidden])")

    assert (en if language == "en" else zh) in page.inner_text("#headset-fault")
    find_clean(page)
    page.screenshot(path=str(place[2] / f"headset-{language}.png"), full_page=True)
