"""Very many telephones in one process that cost next to nothing, so that their caller is measured.

They take every call that comes by SIP over UDP, at once, and from then on send packets of sound
every 20 ms: who is called by a number that begins with 9 says one tone, everybody else another.
They have no jitter buffer and conceal nothing: a packet that did not come is a hole. Told ``mark``
and ``end`` on their input they keep what came in between; ``shares`` has them tell, for each call,
in which share of the time the other's tone was heard. Each line is answered by a line of JSON.
"""

from __future__ import annotations

import json
import re
import resource
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forbear.contexts.contact.channels.voice.sound import RATE, strength, tone

PACKET = RATE // 50
PIECE = RATE // 20
HEARD = 0.6
"""A piece holds a tone where so much of its power lies at its frequency."""
DESK_HERTZ, PERSON_HERTZ = 1000.0, 700.0
_PCMA = 8


def alaw_table() -> np.ndarray:
    """Return the sample of each of the 256 codes of G.711 A-law."""
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 0x0F
    size = np.where(exponent == 0, (mantissa << 4) + 8, (mantissa << 4) + 0x108)
    size = size << np.maximum(exponent - 1, 0)
    return np.where(code & 0x80, size, -size).astype(np.int16)


ALAW = alaw_table()


def to_alaw(samples: np.ndarray) -> bytes:
    """Return samples as the nearest codes."""
    order = np.argsort(ALAW)
    at = np.clip(np.searchsorted(ALAW[order], samples), 1, 255)
    lower = samples - ALAW[order][at - 1] < ALAW[order][at] - samples
    return order[at - lower].astype(np.uint8).tobytes()


@dataclass
class Call:
    """One call. ``at``: where its sound goes to."""

    wanted_hertz: float
    at: tuple[str, int]
    contact: str
    ours: str
    theirs: str
    packets: list[bytes]
    came: list[bytes] = field(default_factory=list)
    sent: int = 0


class Crowd:
    """All telephones."""

    def __init__(self, port: int) -> None:
        self.port, self.calls = port, {}
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind(("127.0.0.1", port))
        self.sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sound.bind(("127.0.0.1", port + 2))
        self.calls: dict[str, Call] = {}
        self.kept: dict[tuple[str, int], list[bytes]] = {}
        self.keeping, self.since_s, self.lasted_s, self.late = False, 0.0, 0.0, 0
        self.said = {
            hertz: [to_alaw(each) for each in tone(hertz, 1.0).reshape(-1, PACKET)]
            for hertz in (DESK_HERTZ, PERSON_HERTZ)
        }

    def signal(self) -> None:
        """Take calls, and their ends."""
        while True:
            raw, source = self.sip.recvfrom(1 << 16)
            text = raw.decode(errors="replace")
            method = text.partition(" ")[0]
            if method == "INVITE":
                self.take(text, source)
            elif method == "BYE":
                self.calls.pop(_header(text, "Call-ID"), None)
                self.sip.sendto(_answer(text, "", "").encode(), source)

    def take(self, text: str, source: tuple[str, int]) -> None:
        """Answer a call."""
        ident = _header(text, "Call-ID")
        tag, body = f"t{len(ident)}{abs(hash(ident)):x}", self._body()
        contact = f"Contact: <sip:crowd@127.0.0.1:{self.port}>\r\nContent-Type: application/sdp\r\n"
        answer = _answer(text, tag, contact, body)
        self.sip.sendto(answer.encode(), source)
        if ident in self.calls:
            return
        address = re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", text, re.MULTILINE)
        assert address is not None
        assert port is not None
        desk = _header(text, "To").partition("sip:")[2].startswith("9")
        says, wants = (DESK_HERTZ, PERSON_HERTZ) if desk else (PERSON_HERTZ, DESK_HERTZ)
        self.calls[ident] = Call(
            wants,
            (address[1], int(port[1])),
            re.search(r"<([^>]+)>", _header(text, "Contact"))[1],  # type: ignore[index]
            f"{_header(text, 'To')};tag={tag}",
            _header(text, "From"),
            self.said[says],
        )

    def _body(self) -> str:
        port = self.port + 2
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP {_PCMA}\r\na=rtpmap:{_PCMA} PCMA/8000\r\na=ptime:20\r\n"
        )

    def speak(self) -> None:
        """Send a packet for each call, fifty times a second."""
        due_s = time.monotonic()
        while True:
            for call in list(self.calls.values()):
                count = call.sent
                head = (
                    b"\x80\x08"
                    + (count & 0xFFFF).to_bytes(2, "big")
                    + (count * PACKET & 0xFFFFFFFF).to_bytes(4, "big")
                    + call.at[1].to_bytes(4, "big")
                )
                self.sound.sendto(head + call.packets[count % 50], call.at)
                call.sent = count + 1
            due_s += 0.02
            rest_s = due_s - time.monotonic()
            if rest_s < 0:
                self.late += 1
            else:
                time.sleep(rest_s)

    def listen(self) -> None:
        """Keep what comes, by where it comes from."""
        while True:
            packet, source = self.sound.recvfrom(2048)
            if self.keeping:
                self.kept.setdefault(source, []).append(packet)

    def hang_up(self) -> None:
        """Let every person end the call."""
        persons = [each for each in self.calls.items() if each[1].wanted_hertz == DESK_HERTZ]
        for number, (ident, call) in enumerate(persons):
            said = (
                f"BYE {call.contact} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{number}{self.port}\r\n"
                f"Max-Forwards: 70\r\nFrom: {call.ours}\r\nTo: {call.theirs}\r\n"
                f"Call-ID: {ident}\r\nCSeq: 7 BYE\r\nContent-Length: 0\r\n\r\n"
            )
            host, _, port = call.contact.partition("@")[2].partition(";")[0].partition(":")
            self.sip.sendto(said.encode(), (host, int(port or 5060)))
            self.calls.pop(ident, None)
            time.sleep(0.01)

    def do(self, what: str) -> dict[str, Any]:
        """Do what is told; return what is to be answered."""
        if what == "mark":
            self.kept, self.since_s, self.keeping = {}, time.monotonic(), True
        elif what == "end":
            self.keeping, self.lasted_s = False, time.monotonic() - self.since_s
        elif what == "hang_up":
            self.hang_up()
        elif what == "shares":
            return {"shares": [self.share(each) for each in list(self.calls.values())]}
        usage = resource.getrusage(resource.RUSAGE_SELF)
        spent_s = usage.ru_utime + usage.ru_stime
        return {"calls": len(self.calls), "cpu_s": spent_s, "late": self.late}

    def share(self, call: Call) -> float:
        """Return in which share of the time the wanted tone was heard in a call."""
        packets = self.kept.get(call.at, [])
        coded = b"".join(each[12:] for each in packets if each[1] & 0x7F == _PCMA)
        whole = ALAW[np.frombuffer(coded, np.uint8)]
        pieces = [whole[at : at + PIECE] for at in range(0, whole.size - PIECE + 1, PIECE)]
        good = sum(strength(piece, call.wanted_hertz) > HEARD for piece in pieces)
        # A piece lies across each end of the time.
        return round(min(1.0, good / max(1, int(self.lasted_s * RATE) // PIECE - 2)), 4)


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\r?$", text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _answer(text: str, tag: str, more: str, body: str = "") -> str:
    vias = "".join(f"{line}\r\n" for line in re.findall(r"^Via:[^\r\n]*", text, re.MULTILINE))
    to = _header(text, "To") + (f";tag={tag}" if tag else "")
    return (
        f"SIP/2.0 200 OK\r\n{vias}From: {_header(text, 'From')}\r\nTo: {to}\r\n"
        f"Call-ID: {_header(text, 'Call-ID')}\r\nCSeq: {_header(text, 'CSeq')}\r\n{more}"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )


def main(port: int) -> None:
    """Be the telephones behind a port; their sound has the second port after it."""
    crowd = Crowd(port)
    for work in (crowd.signal, crowd.speak, crowd.listen):
        threading.Thread(target=work, daemon=True).start()
    print(json.dumps({"ready": port}), flush=True)
    for line in sys.stdin:
        print(json.dumps(crowd.do(line.strip())), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
