"""Somebody calls us: real SIP, real sound; a colleague takes it, or the truth is said."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta

import pytest

from forbear.contexts.contact.call.incoming import called_back, calls_shown
from forbear.contexts.contact.call.job import DeskPhone
from forbear.contexts.contact.call.models import IncomingCall, Recording
from forbear.contexts.contact.channels.voice.incoming import number_in
from forbear.contexts.contact.channels.voice.setting import Staffed
from forbear.contexts.contact.models import Attempt, InboundMessage
from forbear.contexts.database.transaction import reading
from tests.support.gate import NOON, Hand
from tests.support.inbound import someone
from tests.support.phones import free_port, settings_for, switchboard, until
from tests.support.portfolio import SETUP

NUMBER, DESK, QUEUE = "+8613800138000", "1001", "600"
ALWAYS = Staffed("Asia/Shanghai", tuple(range(7)), 0, 1440, ring_s=6)


@pytest.fixture
def known(portfolio):
    return someone(NUMBER)


@pytest.fixture
def board(phones, known, tmp_path):
    """A trunk on which somebody is there at midday; the caller's colleague has a telephone."""
    hand = Hand(NOON)
    trunk = settings_for(phones.port, inbound=ALWAYS, desk_queue=QUEUE)

    def officer(debtor_id):
        return DeskPhone(7, DESK) if debtor_id == known.debtor_id else None

    with switchboard(trunk, tmp_path, officer_of=officer, clock=hand) as board:
        until(board.mixer.is_alive)  # from then on it listens
        board.hand, board.listen = hand, trunk.listen
        yield board


def dial(phones, board, says=f"<sip:{NUMBER}@carrier.example>", name="9000"):
    board.hand.on(seconds=1)
    phones.do("dial", name, uri=f"sip:4000@{board.listen}", says=says)


def calls():
    with reading(SETUP):
        return list(IncomingCall.objects.order_by("came_at", "id"))


def last_ended():
    found = calls()
    return found[-1] if found and found[-1].state == "ENDED" else None


def contacts(who):
    with reading(SETUP):
        rows = Attempt.objects.filter(debtor_id=who.debtor_id, direction="INBOUND")
        return list(rows.values_list("outcome", flat=True))


def test_the_colleague_who_knows_the_caller_takes_it_recorded_and_told(phones, board, known):
    phones.do("be", "9000", hertz=700.0)
    phones.do("be", DESK, hertz=1000.0, after_s=0.5)
    dial(phones, board)
    phones.wait("rings", DESK)
    (shown,) = until(lambda: calls_shown(rows=5, actor=SETUP))
    assert (shown.debtor_id, shown.staff_id, shown.state) == (known.debtor_id, 7, "RINGING")
    assert "0013" not in shown.shown, "the console shows the number masked"
    assert phones.calls("9000") == 0
    phones.wait("taken", "9000")
    phones.wait_for_tone("9000", 1000.0, lasts_s=0.8)
    phones.wait_for_tone(DESK, 700.0, lasts_s=0.8)
    phones.do("hang_up", "9000")
    row = until(last_ended)

    assert (row.end, row.staff_id) == ("TALKED", 7)
    assert contacts(known) == ["ANSWERED"]
    with reading(SETUP):
        recording = until(lambda: Recording.objects.filter(pieces__isnull=False).first())
    assert (recording.debtor_id, recording.permit_id) == (known.debtor_id, row.pk)


CALLS_IN = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="calls in">
  <send retrans="500"><![CDATA[
INVITE sip:4000@{listen} SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:carrier@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:4000@{listen}>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:carrier@[local_ip]:[local_port]>
P-Asserted-Identity: <sip:{number}@carrier.example>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=carrier 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000

]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true" timeout="20000"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:carrier@[local_ip]:[local_port]>;tag=[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv request="BYE" optional="true" next="over" timeout="30000"/>
  <recv request="INVITE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:carrier@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=carrier 1 2 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000

]]></send>
  <recv request="ACK"/>
  <recv request="BYE" timeout="30000"/>
  <label id="over"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


def test_another_program_that_calls_in_is_taken_heard_and_answered(phones, board, known, tmp_path):
    """Its echo says back what it hears, so a tone that comes back has passed both ways.

    It offers one codec and no keys; our side then asks it once more, in mid-call.
    """
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed: apt-get install sip-tester")
    scenario = tmp_path / "calls_in.xml"
    scenario.write_text(CALLS_IN.format(listen=board.listen, number=NUMBER))
    phones.do("be", DESK, hertz=1000.0)
    board.hand.on(seconds=1)
    command = ["sipp", board.listen, "-sf", str(scenario), "-i", "127.0.0.1", "-m", "1"]
    ports = ["-p", str(free_port()), "-mp", str(free_port()), "-rtp_echo", "-nostdin"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*command, *ports], cwd=tmp_path, **quiet) as caller:
        try:
            phones.wait("answered", DESK)
            phones.wait_for_tone(DESK, 1000.0, lasts_s=0.8)
            phones.do("hang_up", DESK)
            row = until(last_ended)
            assert caller.wait(10) == 0, "its scenario went to the end"
        finally:
            caller.kill()

    assert (row.debtor_id, row.end, row.staff_id) == (known.debtor_id, "TALKED", 7)
    assert contacts(known) == ["ANSWERED"]


def test_where_nobody_is_the_truth_is_said_and_a_wish_is_kept(phones, board, known):
    board.trunks["trunk"] = settings_for(
        phones.port, inbound=Staffed("Asia/Shanghai", (6,), 0, 1, ring_s=5)
    )
    phones.do("be", "9000", hertz=700.0, keys=[[850.0, "1"]])
    dial(phones, board)
    row = until(last_ended)

    assert (row.end, row.callback, row.debtor_id) == ("CLOSED", True, known.debtor_id)
    assert contacts(known) == ["RANG"]
    assert phones.heard("9000")["lasts"]["450"] > 0.2, "and they heard that it is kept"
    (shown,) = calls_shown(rows=5, actor=SETUP)
    assert called_back(shown.id, actor=SETUP, now=NOON)
    assert not called_back(shown.id, actor=SETUP, now=NOON + timedelta(minutes=1))
    assert calls_shown(rows=5, actor=SETUP) == ()


@pytest.mark.nightly
def test_a_stranger_hears_the_same_and_their_number_is_kept_among_what_people_write(phones, board):
    board.trunks["trunk"] = settings_for(
        phones.port, inbound=Staffed("Asia/Shanghai", (6,), 0, 1, ring_s=5)
    )
    phones.do("be", "9001", hertz=700.0, keys=[[850.0, "1"]])
    dial(phones, board, "<sip:+8613911112222@carrier.example>", "9001")
    row = until(last_ended)
    assert (row.end, row.callback, row.debtor_id) == ("CLOSED", True, None)
    with reading(SETUP):
        (kept,) = InboundMessage.objects.all()
    assert kept.channel == "VOICE"


@pytest.mark.nightly
def test_the_queue_follows_a_caller_may_give_up_and_a_trunk_may_take_no_calls(phones, board, known):
    phones.do("be", DESK, does="busy")
    phones.do("be", QUEUE, hertz=1000.0)
    phones.do("be", "9000", hertz=700.0)
    dial(phones, board)
    phones.wait("rings", QUEUE)
    phones.wait("taken", "9000")
    phones.do("hang_up", "9000")
    row = until(last_ended)
    assert (row.end, row.staff_id) == ("TALKED", None)

    phones.do("be", QUEUE, does="ring")
    dial(phones, board)
    phones.wait("rings", QUEUE)
    phones.do("hang_up", "9000")
    row = until(lambda: last_ended() if len(calls()) == 2 else None)
    assert row.end == "GIVEN_UP"

    phones.do("be", QUEUE, does="busy")
    dial(phones, board, "<sip:anonymous@anonymous.invalid>")
    row = until(lambda: last_ended() if len(calls()) == 3 else None)
    assert (row.end, row.callback, row.shown) == ("NOBODY_FREE", False, "")

    board.trunks["trunk"] = settings_for(phones.port)
    dial(phones, board)
    row = until(lambda: last_ended() if len(calls()) == 4 else None)
    assert row.end == "TURNED_AWAY"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ('"x" <sip:+8613800138000@carrier.example;user=phone>', "+8613800138000"),
        ("sip:13800138000@10.0.0.1:5060", "13800138000"),
        ("<tel:+86-138-0013-8000>", "+86-138-0013-8000"),
        ("sip:anonymous@anonymous.invalid", ""),
        ("<sip:alice@example.com>", ""),
        ("", ""),
    ],
)
def test_the_number_is_read_and_nothing_else(said, number):
    assert number_in(said) == number
