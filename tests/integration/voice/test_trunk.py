"""What trunks answer, by another SIP program (sipp); and sound that is encrypted on its way."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Callable

import pytest

from forbear.contexts.contact.call.word import CallEnd
from forbear.contexts.contact.channels.secret import Reference
from forbear.contexts.contact.channels.voice.phone import Leg, Phone, TrunkRefused
from forbear.contexts.contact.channels.voice.setting import Codec, Srtp, Transport, VoiceSettings
from forbear.contexts.contact.channels.voice.sound import tone
from tests.support.exchange import PASSWORD, USER, exchange
from tests.support.phones import free_port, settings_for, telephones, until
from tests.support.tls import certificate

ANSWERS = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="refuses">
  <recv request="INVITE"/>
  <send><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <recv request="ACK"/>
</scenario>
"""
STATUSES = {
    "404 Not Found": CallEnd.NO_SUCH_NUMBER,
    "480 Temporarily Unavailable": CallEnd.UNAVAILABLE,
    "486 Busy Here": CallEnd.BUSY,
    "487 Request Terminated": CallEnd.NO_ANSWER,
    "488 Not Acceptable Here": CallEnd.REFUSED_BY_TRUNK,
    "503 Service Unavailable": CallEnd.TRUNK_FAILED,
    "603 Decline": CallEnd.DECLINED,
}


async def _ends(ports: dict[str, int]) -> dict[str, CallEnd | None]:
    trunks = {f"t{port}": settings_for(port, listen=None) for port in ports.values()}
    phone = Phone(trunks)
    await phone.start()
    found = {}
    for status, port in ports.items():
        uri = f"sip:+8613800000000@127.0.0.1:{port}"
        leg = await phone.dial(f"t{port}", uri, shown="02100000001", headers={})
        found[status] = await leg.picked_up(5)
    await phone.close()
    return found


def test_each_answer_of_another_program_is_one_end(tmp_path):
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed: apt-get install sip-tester")
    pytest.importorskip("baresip")
    ports, running = {}, []
    for status in STATUSES:
        ports[status], file = free_port(), tmp_path / f"{status[:3]}.xml"
        file.write_text(ANSWERS.format(status=status))
        command = ["sipp", "-sf", str(file), "-i", "127.0.0.1", "-p", str(ports[status])]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(
            subprocess.Popen(
                [*command, "-m", "1", "-nostdin"], cwd=tmp_path, stdin=subprocess.DEVNULL, **quiet
            )
        )
    try:
        until(lambda: not any(_free(port) for port in ports.values()))
        assert asyncio.run(_ends(ports)) == STATUSES
    finally:
        for process in running:
            process.kill()
            process.wait()


def _free(port: int) -> bool:
    """Say whether nobody listens there yet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def _speak(port: int, codec: Codec) -> None:
    phone = Phone({"t": settings_for(port, srtp=Srtp.REQUIRED, codecs=(codec,))})
    await phone.start()
    leg = await phone.dial("t", f"sip:+123@127.0.0.1:{port}", shown="02100000001", headers={})
    assert await leg.picked_up(8) is None
    loop = asyncio.get_running_loop()
    sound, at, began = tone(1000, 3.0), 0, loop.time()
    while loop.time() < began + 1.2:
        due = int((loop.time() - began + 0.06) * 8000)
        leg.say(sound[at:due])
        at = due
        await asyncio.sleep(0.02)
    await leg.hang_up()
    await asyncio.sleep(0.3)
    await phone.close()


@pytest.mark.parametrize(
    "codecs", [(Codec.PCMA,), pytest.param((Codec.G722, Codec.OPUS), marks=pytest.mark.nightly)]
)
def test_sound_arrives_encrypted_by_every_codec(codecs):
    with telephones("mediaenc=srtp-mand") as there:
        for codec in codecs:
            there.do("be", "123", hertz=700.0)
            asyncio.run(_speak(there.port, codec))
            there.wait("closed", "123")
            if codec is Codec.PCMA:
                assert there.heard("123")["lasts"]["1000"] > 0.5


async def _reach(port: int, authority: str) -> CallEnd | None:
    settings = settings_for(port, transport=Transport.TLS, ca_file=authority, srtp=Srtp.REQUIRED)
    phone = Phone({"t": settings})
    await phone.start()
    leg = await phone.dial("t", f"sip:+123@127.0.0.1:{port}", shown="02100000001", headers={})
    end = await leg.picked_up(8)
    await leg.hang_up()
    await asyncio.sleep(0.2)
    await phone.close()
    return end


@pytest.mark.nightly
def test_signalling_is_encrypted_to_whom_a_known_authority_vouches_for(tmp_path):
    pytest.importorskip("baresip")
    known, both = certificate(tmp_path)
    stranger, _ = certificate(tmp_path, "stranger")
    with telephones("mediaenc=srtp-mand", str(both)) as there:
        there.do("be", "123", hertz=700.0)
        end = asyncio.run(_reach(there.port + 1, str(known)))
        assert end is None, "it was answered"
        there.wait("answered", "123")

        end = asyncio.run(_reach(there.port + 1, str(stranger)))
        assert end is CallEnd.TRUNK_FAILED
        assert there.calls("123") == 1, "nobody is called by way of a stranger"


async def _answer_one(settings: VoiceSettings, dial: Callable[[], None]) -> None:
    """Register, let somebody dial us, answer, and hang up."""
    phone = Phone({"t": settings})
    come: asyncio.Queue[Leg] = asyncio.Queue()
    phone.on_incoming = lambda _trunk, leg, _said: come.put_nowait(leg)
    try:
        await phone.start()
        dial()
        leg = await asyncio.wait_for(come.get(), 15)
        assert await leg.answer()
        await asyncio.sleep(0.5)
        await leg.hang_up()
        await asyncio.sleep(0.3)
    finally:
        await phone.close()


@pytest.mark.nightly
def test_an_exchange_lets_in_who_knows_the_password_and_finds_us_there(tmp_path, monkeypatch):
    monkeypatch.setenv("RIGHT", PASSWORD)
    monkeypatch.setenv("WRONG", "not-the-word")
    with telephones() as there, exchange(there.port, tmp_path) as port:

        def dial() -> None:
            there.do("dial", "13900000000", uri=f"sip:02100000001@127.0.0.1:{port}", says="")

        right, wrong = (
            settings_for(port, user=USER, password=Reference("env", name, "file"), register=True)
            for name in ("RIGHT", "WRONG")
        )
        with pytest.raises(TrunkRefused, match="401"):
            asyncio.run(_answer_one(wrong, dial))
        asyncio.run(_answer_one(right, dial))
        there.wait("taken", "13900000000")
        there.wait("over", "13900000000")
