"""Is a trunk there, and does it let us in? Nobody is called, and nothing at the trunk changes.

A question by SIP, in words of our own, so that it can be asked while the switchboard is at work.
Whether the password is right is asked by a REGISTER without an address: such a one is answered with
the addresses that are known, and adds none (RFC 3261, 10.2.3).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from forbear.contexts.contact.channels.port import Seen
from forbear.contexts.contact.channels.voice.setting import Transport, VoiceSettings
from forbear.values.errors import InvalidInput

WAITS_S = 4.0
_AGAIN_S = 0.5
_PORTS = {Transport.UDP: 5060, Transport.TCP: 5060, Transport.TLS: 5061}
_PLACE = re.compile(r"(?:sips?:)?(?:[^@;]*@)?(\[[^\]]+\]|[^:;]+)(?::(\d+))?")
_PART = re.compile(r'(\w+)=(?:"([^"]*)"|([^,\s]+))')
_DIGESTS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, such as 200 and OK; ``challenge`` "": no password is asked for."""

    status: int
    reason: str
    challenge: str


class Probe:
    """Questions to one trunk, by one connection."""

    def __init__(self, trunk: VoiceSettings) -> None:
        self._trunk = trunk
        self._host, self._port = place_of(trunk)
        self._call, self._tag = secrets.token_hex(8), secrets.token_hex(4)
        self._number = 0
        self._wire: socket.socket | None = None

    def close(self) -> None:
        """Let the connection go."""
        if self._wire is not None:
            self._wire.close()

    def ask(self, method: str, authorised: str = "") -> Answer:
        """Ask once, and return the last word on it.

        Raises:
            OSError: there is no connection, or no answer in time.
        """
        wire = self._wire = self._wire or self._connected()
        self._number += 1
        said = self._said(method, wire, authorised)
        by_datagram = self._trunk.transport is Transport.UDP
        until_s = time.monotonic() + WAITS_S
        wire.sendall(said)
        got = b""
        while (left_s := until_s - time.monotonic()) > 0:
            wire.settimeout(min(left_s, _AGAIN_S) if by_datagram else left_s)
            try:
                more = wire.recv(65_535)
            except TimeoutError:
                if by_datagram:
                    wire.sendall(said)
                continue
            if not more:
                break
            got = more if by_datagram else got + more
            for answer in answers_in(got, self._number):
                return answer
        raise TimeoutError

    def _connected(self) -> socket.socket:
        at = (self._host.strip("[]"), self._port)
        if self._trunk.transport is Transport.UDP:
            family, kind, protocol, _, where = socket.getaddrinfo(*at, type=socket.SOCK_DGRAM)[0]
            wire = socket.socket(family, kind, protocol)
            wire.connect(where)
            return wire
        plain = socket.create_connection(at, timeout=WAITS_S)
        if self._trunk.transport is Transport.TCP:
            return plain
        context = ssl.create_default_context(cafile=self._trunk.ca_file)
        return context.wrap_socket(plain, server_hostname=at[0])

    def _said(self, method: str, wire: socket.socket, authorised: str) -> bytes:
        host, port = wire.getsockname()[:2]
        own = f"[{host}]" if ":" in host else host
        way = self._trunk.transport.value.upper()
        who = f"<sip:{self._trunk.user}@{self._trunk.domain}>"
        lines = [
            f"{method} sip:{self._trunk.domain} SIP/2.0",
            f"Via: SIP/2.0/{way} {own}:{port};rport;branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 70",
            f"From: {who};tag={self._tag}",
            f"To: {who if method == 'REGISTER' else f'<sip:{self._trunk.domain}>'}",
            f"Call-ID: {self._call}",
            f"CSeq: {self._number} {method}",
            *([authorised] if authorised else []),
            "Content-Length: 0",
            "",
            "",
        ]
        return "\r\n".join(lines).encode()


def place_of(trunk: VoiceSettings) -> tuple[str, int]:
    """Return where a trunk is asked: its proxy where one is named, else its domain."""
    found = _PLACE.match(trunk.proxy or trunk.domain)
    host, port = (found[1], found[2]) if found else (trunk.domain, None)
    return host, int(port) if port else _PORTS[trunk.transport]


def answers_in(got: bytes, number: int) -> Iterator[Answer]:
    """Yield the final answer to the question of a number, where it is whole."""
    for head in got.split(b"\r\n\r\n")[:-1]:
        lines = head.decode("utf-8", "replace").strip().split("\r\n")
        first = lines[0].split(" ", 2)
        if len(first) < 2 or not first[0].startswith("SIP/") or not first[1].isdecimal():
            continue
        told = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:])
        }
        if int(first[1]) < 200 or told.get("cseq", "").split(" ")[0] != str(number):
            continue
        asked = told.get("www-authenticate") or told.get("proxy-authenticate") or ""
        yield Answer(int(first[1]), first[2] if len(first) > 2 else "", asked)


def authorised_by(
    challenge: str, method: str, uri: str, *, user: str, secret: str, proxy: bool
) -> str:
    """Return the line that answers a digest's challenge (RFC 2617, 7616); "": it knows no way."""
    told = {name.lower(): a or b for name, a, b in _PART.findall(challenge)}
    kind = _DIGESTS.get(told.get("algorithm", "MD5").upper())
    if kind is None or "nonce" not in told:
        return ""

    def hashed(*words: str) -> str:
        return kind(":".join(words).encode(), usedforsecurity=False).hexdigest()

    own, asked = hashed(user, told.get("realm", ""), secret), hashed(method, uri)
    once, count = secrets.token_hex(8), "00000001"
    by_turn = "auth" in told.get("qop", "").split(",")
    turn = [count, once, "auth"] if by_turn else []
    response = hashed(own, told["nonce"], *turn, asked)
    parts = [
        f'username="{user}"',
        f'realm="{told.get("realm", "")}"',
        f'nonce="{told["nonce"]}"',
        f'uri="{uri}"',
        f'response="{response}"',
        f"algorithm={told.get('algorithm', 'MD5')}",
    ]
    if by_turn:
        parts += ["qop=auth", f"nc={count}", f'cnonce="{once}"']
    if "opaque" in told:
        parts.append(f'opaque="{told["opaque"]}"')
    return f"{'Proxy-' if proxy else ''}Authorization: Digest {', '.join(parts)}"


def probe(trunk: VoiceSettings) -> list[Seen]:
    """Ask a trunk whether it is there and, where we register, whether it lets us in."""
    host, port = place_of(trunk)
    where = f"{host}:{port} by {trunk.transport.value}"
    with closing(Probe(trunk)) as asking:
        began_s = time.monotonic()
        try:
            answer = asking.ask("OPTIONS")
        except (OSError, ValueError) as error:
            return [Seen("trunk", f"{where}: {_why(error)}", good=False)]
        took_ms = round((time.monotonic() - began_s) * 1000)
        said = f"{where}: {answer.status} {answer.reason}, {took_ms} ms"
        # Whoever refuses the question is there; only a trunk that fails is not.
        seen = [Seen("trunk", said, good=answer.status < 500)]
        if trunk.register and trunk.password is not None:
            try:
                seen.append(_signed_in(asking, trunk))
            except InvalidInput as missing:
                seen.append(Seen("sign-in", missing.message, good=False))
            except (OSError, ValueError) as error:
                seen.append(Seen("sign-in", _why(error), good=False))
    return seen


def _signed_in(asking: Probe, trunk: VoiceSettings) -> Seen:
    assert trunk.password is not None, "it is asked only with one"
    secret, user = trunk.password.open(), trunk.auth_user or trunk.user
    answer = asking.ask("REGISTER")
    if answer.status in {401, 407} and answer.challenge:
        uri = f"sip:{trunk.domain}"
        line = authorised_by(
            answer.challenge, "REGISTER", uri, user=user, secret=secret, proxy=answer.status == 407
        )
        if not line:
            return Seen("sign-in", "it asks for a digest that is not known here", good=False)
        answer = asking.ask("REGISTER", line)
    return Seen("sign-in", f"{answer.status} {answer.reason}", good=answer.status == 200)


def _why(error: Exception) -> str:
    return "no answer" if isinstance(error, TimeoutError) else type(error).__name__
