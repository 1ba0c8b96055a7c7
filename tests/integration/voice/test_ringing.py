"""Calls to us ring in browsers: real SIP, real pages, lines without a network; who gets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest

from forbear.contexts.cases.desk.whose import officer_of, takers_of
from forbear.contexts.cases.models import Case
from forbear.contexts.contact.call import headset_work as work
from forbear.contexts.contact.call.incoming import beat_incoming
from forbear.contexts.contact.call.models import IncomingCall, Recording
from forbear.contexts.contact.call.ring_table import Ring
from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
from forbear.contexts.contact.channels.voice.setting import Staffed
from forbear.contexts.contact.channels.voice.switchboard import SWITCHBOARD
from forbear.contexts.contact.gate.outbox import outbox
from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.role import Role
from forbear.interfaces.web.metric import exposition
from tests.support.console import at_work
from tests.support.desk import new_second_factor
from tests.support.headset import Browser, Ear
from tests.support.people import audited, new_team
from tests.support.phones import NOTICE_HERTZ, number_of, settings_for, switchboard, until
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")
CHANNELS = """channels:
  - name: trunk
    kind: sip
    settings: {domain: "127.0.0.1:1", headset: {}, lines: [{law: CN, numbers: ["021-0000-0001"]}]}
"""
OFFER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
ALWAYS = Staffed("UTC", tuple(range(7)), 0, 1440, ring_s=20)
QUEUE = "600"
CALLERS = count(1)
FIRST, SECOND, THIRD, SAYS = 1000.0, 1150.0, 850.0, 700.0

ASKS = {
    "officer_of": lambda debtor: officer_of(debtor, actor=SWITCHBOARD),
    "takers_of": lambda debtor, among: takers_of(debtor, among, actor=SWITCHBOARD),
}


class Colleague:
    """Somebody with a browser: their pages, and their line."""

    def __init__(self, board, staff, hertz):
        self.staff, self.client = staff, at_work(new_second_factor(staff))
        self.client.post("/headset/offer/", {"offer": OFFER})
        (offered,) = work.take_offers(board.owner, actor=SWITCHBOARD)
        work.answer_offer(offered.offer_id, "v=0", actor=SWITCHBOARD)
        work.note_connected(staff.pk, offered.offer_id, actor=SWITCHBOARD)
        work.beat_headsets(board.owner, actor=SWITCHBOARD)
        self.ear = Ear(board, staff.pk, hertz)

    def sees(self):
        return self.client.get("/headset/ring/").json()

    def rings(self):
        return until(lambda: (told := self.sees())["key"].endswith(":RINGING:False") and told)

    def do(self, what, **more):
        (call,) = calls()
        answer = self.client.post(f"/headset/ring/{what}/", {"call": call.pk, **more})
        return answer.status_code


@pytest.fixture
def seated(collector, shop, late, phones, tmp_path):
    """A switchboard, and how a colleague of the caller's team, or another, gets a browser there."""
    trunk = settings_for(phones.port, inbound=ALWAYS)
    with switchboard(trunk, tmp_path, **ASKS) as board:
        until(board.mixer.is_alive)
        board.listen = trunk.listen
        yield board, lambda hertz, **given: Colleague(board, shop.staff(**given), hertz)


def dial(phones, board, number):
    """Let a telephone call us that no other test uses, as if from a number; return its name."""
    caller = f"9{next(CALLERS):04}"
    phones.do("be", caller, hertz=SAYS)
    says = f"<sip:{number}@carrier.example>"
    phones.do("dial", caller, uri=f"sip:4000@{board.listen}", says=says)
    return caller


def calls():
    with reading(SETUP):
        return list(IncomingCall.objects.all())


def ended():
    found = calls()
    return found[0] if found and found[0].state == "ENDED" else None


def known_to(late, staff):
    with acting(SETUP):
        Case.objects.filter(pk=late.case_id).update(officer_id=staff.pk)


def contacts(late):
    with reading(SETUP):
        rows = Attempt.objects.filter(debtor_id=late.who.debtor_id, direction="INBOUND")
        return list(rows.values_list("outcome", flat=True))


def test_a_dead_browser_is_left_one_lets_it_go_and_of_two_the_first_gets_it(phones, seated, late):
    board, seat = seated
    officer, shy, other, third = (seat(hertz) for hertz in (FIRST, 1300.0, SECOND, THIRD))
    stranger = seat(450.0, teams=(new_team("elsewhere"),))
    known_to(late, officer.staff)

    caller = dial(phones, board, number_of(late.who))
    shown = officer.rings()
    assert number_of(late.who)[-8:-4] not in shown["part"], "the page shows the number masked"
    assert f"/persons/{late.who.debtor_id}/" in shown["part"]
    assert other.sees()["key"] == "", "first whoever knows the caller"
    officer.ear.die()
    shy.rings()
    other.rings()
    assert officer.do("take") == 409
    assert shy.do("pass") == 204
    until(lambda: shy.sees()["key"] == "")
    assert stranger.sees()["key"] == ""
    until(lambda: any(part.any() for part in third.ear.heard))
    assert third.do("take") == 204
    assert other.do("take") == 409
    phones.wait("taken", caller)
    until(lambda: ":TALKING:" in third.sees()["key"])
    assert other.sees()["key"] == ""
    phones.wait_for_tone(caller, THIRD, lasts_s=0.4)
    until(lambda: third.ear.lasts[f"{SAYS:.0f}"] > 0.4)
    assert third.do("steer", wish="MUTE") == 204
    until(lambda: third.sees()["key"].endswith(":True"))
    assert third.do("steer", wish="HANG_UP") == 204
    row = until(ended)

    assert (row.end, row.staff_id, contacts(late)) == ("TALKED", third.staff.pk, ["ANSWERED"])
    with reading(SETUP):
        recording = until(lambda: Recording.objects.filter(pieces__isnull=False).first())
        states = dict(Ring.objects.values_list("staff_id", "state"))
    assert recording.permit_id == row.pk
    over = dict.fromkeys((each.staff.pk for each in (officer, other, third)), "OVER")
    assert states == {**over, shy.staff.pk: "PASSED"}
    assert [len(audited(f"incoming.{each}")) for each in ("taken_up", "passed_on")] == [1, 1]


@pytest.mark.nightly
def test_a_queues_telephone_and_browsers_ring_at_once_and_a_stranger_is_anybodys(
    phones, seated, late
):
    board, seat = seated
    board.trunks["trunk"] = settings_for(phones.port, inbound=ALWAYS, desk_queue=QUEUE)
    phones.do("be", QUEUE, hertz=850.0, after_s=1.5)
    one = seat(FIRST)
    caller = dial(phones, board, "+8613911112222")
    shown = one.rings()
    assert "/persons/" not in shown["part"]
    until(lambda: one.sees()["key"] == "")
    assert one.do("take") == 409
    phones.do("hang_up", caller)
    assert (until(ended).end, until(ended).staff_id) == ("TALKED", None)


@pytest.mark.nightly
def test_nobody_takes_it_and_the_caller_is_told_so(phones, seated, late):
    board, seat = seated
    one = seat(FIRST)
    caller = dial(phones, board, number_of(late.who))
    one.rings()
    assert one.do("pass") == 204
    phones.wait_for_tone(caller, 1150.0, lasts_s=0.3)
    phones.do("hang_up", caller)
    assert (until(ended).end, contacts(late)) == ("NOBODY_FREE", ["RANG"])
    now = datetime.now(UTC)
    told = outbox(since=now - timedelta(hours=1), actor=SETUP, now=now)
    assert (told.came, told.missed, told.asked_back) == (1, 1, 0)
    assert b'forbear_calls_to_us{fate="missed"} 1.0' in exposition(now=now)


@pytest.mark.nightly
def test_a_caller_who_gives_up_rings_no_more_and_ones_own_call_comes_first(phones, seated, late):
    board, seat = seated
    one, other = seat(FIRST), seat(SECOND)
    caller = dial(phones, board, number_of(late.who))
    one.rings()
    leg = board.headsets.leg_of(one.staff.pk)
    assert leg is not None, "a call of one's own"
    until(lambda: one.sees()["key"] == "")
    other.rings()
    phones.do("hang_up", caller)
    row = until(ended)
    assert row.end == "GIVEN_UP"
    assert other.sees()["key"] == ""
    assert contacts(late) == ["RANG"]


@pytest.mark.nightly
def test_rings_and_talks_in_a_real_browsers_line_and_apologises_when_it_dies(
    phones, collector, shop, late, tmp_path
):
    pytest.importorskip("aiortc", reason="the extra 'headset' is not installed: make extras")
    settings = HeadsetSettings(interface="127.0.0.1", ports=range(41_200, 41_220))
    trunk = settings_for(phones.port, inbound=ALWAYS, headset=settings)
    with switchboard(trunk, tmp_path, **ASKS) as board:
        until(board.mixer.is_alive)
        board.listen = trunk.listen
        browser = Browser(collector, FIRST)
        try:
            browser.connect()
            caller = dial(phones, board, number_of(late.who))
            told = until(lambda: collector.get("/headset/ring/").json()["key"])
            until(lambda: browser.loudest > 500)
            call = {"call": told.partition(":")[0]}
            assert collector.post("/headset/ring/take/", call).status_code == 204
            phones.wait_for_tone(caller, FIRST, lasts_s=0.8)
            until(lambda: browser.lasts[f"{SAYS:.0f}"] > 0.8)
            assert browser.state()["state"] == "calls"
            before = phones.heard(caller)["lasts"][f"{NOTICE_HERTZ:.0f}"]
            browser.die()
            row = until(ended)
        finally:
            browser.close()
        sorry = phones.heard(caller)["lasts"][f"{NOTICE_HERTZ:.0f}"]

    assert (row.end, contacts(late)) == ("TALKED", ["ANSWERED"])
    assert sorry - before > 0.2
    assert len(audited("headset.lost")) == 1


def test_what_a_dead_switchboard_left_ringing_rings_no_more():
    now = datetime.now(UTC)
    dead = {"provider": "trunk", "state": "RINGING", "came_at": now, "owner": uuid4()}
    with acting(SETUP):
        for age_s in (60, 1):
            beat_at = now - timedelta(seconds=age_s)
            call = IncomingCall.objects.create(id=uuid4(), beat_at=beat_at, **dead)
            Ring.objects.create(call_id=call.pk, staff_id=7, state="RINGING", rung_at=beat_at)

    beat_incoming(uuid4(), actor=SWITCHBOARD)

    with reading(SETUP):
        left = list(Ring.objects.order_by("rung_at").values_list("state", flat=True))
        ends = list(IncomingCall.objects.order_by("beat_at").values_list("end", flat=True))
    assert (left, ends) == (["OVER", "RINGING"], ["LOST", None])


def test_only_whoever_may_call_people_is_asked(shop, collector):
    assert shop.client(Role.ANALYST).get("/headset/ring/").status_code == 403
    assert collector.get("/headset/ring/").json() == {"again_ms": 15_000, "key": "", "part": ""}
    assert collector.post("/headset/ring/take/", {"call": "x"}).status_code == 422
    assert collector.post("/headset/ring/steer/", {"wish": "KEYS"}).status_code == 422
