"""What must be known to let browsers be the telephones of collectors?

headset:
  interface: 10.0.0.5              # the address at which browsers reach this machine; else all
  ports: "40000-40099"             # UDP, one for each browser and address; else any
  seats_max: 50
  stun: "stun:stun.example:3478"   # only where browsers reach this machine through an address shift
  turn: "turn:turn.example:3478?transport=tcp"   # only where no UDP gets through to it
  turn_secret: "env:TURN_SECRET"   # what the server's passwords, good for some hours, are made with
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from forbear.contexts.contact.channels.secret import Reference, secret_if
from forbear.policy.reading import Field

SEATS_MAX = 100
TURN_LASTS = timedelta(hours=12)
_PORTS = re.compile(r"(\d{4,5})-(\d{4,5})")
_STUN = re.compile(r"stun:[A-Za-z0-9.\-]{1,200}(:\d{1,5})?")
_TURN = re.compile(r"turns?:[A-Za-z0-9.\-]{1,200}(:\d{1,5})?(\?transport=(udp|tcp))?")


@dataclass(frozen=True, slots=True)
class HeadsetSettings:
    """How browsers reach a switchboard. Null: all addresses, any port, no server in between."""

    interface: str | None = None
    ports: range | None = None
    seats_max: int = SEATS_MAX
    stun: str | None = None
    turn: str | None = None
    turn_secret: Reference | None = None

    def servers(self, *, now: datetime) -> list[dict[str, Any]]:
        """Return what a browser asks for its own addresses, as it wants to be told.

        Raises:
            InvalidInput: the secret of the TURN server cannot be had.
        """
        found: list[dict[str, Any]] = [{"urls": self.stun}] if self.stun else []
        if self.turn and self.turn_secret is not None:
            name = str(int((now + TURN_LASTS).timestamp()))
            key = self.turn_secret.open().encode()
            # The form that coturn and its kin know as use-auth-secret fixes this hash.
            password = hmac.new(key, name.encode(), hashlib.sha1).digest()
            told = {"username": name, "credential": base64.b64encode(password).decode()}
            found.append({"urls": self.turn, **told})
        return found


def read_headset(said: Field) -> HeadsetSettings:
    """Return the settings of a file.

    Raises:
        InvalidRule: something is missing or wrong; it names the field.
    """
    said.only("interface", "ports", "seats_max", "stun", "turn", "turn_secret")
    turn, secret = said.get("turn", str, default=None), secret_if(said, "turn_secret")
    if (turn is None) != (secret is None):
        raise said.fail("turn", "needs turn_secret beside it", "Write both, or neither.")
    ports = _ports(said)
    most = len(ports) if ports is not None else SEATS_MAX
    seats_max = said.count("seats_max", low=1) if said.has("seats_max") else min(most, SEATS_MAX)
    if seats_max > most and ports is not None:
        raise said.fail("seats_max", "is more than there are ports", "Widen ports, or lower it.")
    return HeadsetSettings(
        interface=_address(said),
        ports=ports,
        seats_max=seats_max,
        stun=_like(said, "stun", _STUN, "Write stun:host:port."),
        turn=_like(said, "turn", _TURN, "Write turn:host:port?transport=tcp, or turns:."),
        turn_secret=secret,
    )


def _address(said: Field) -> str | None:
    found: str | None = said.get("interface", str, default=None)
    try:
        return None if found is None else str(ipaddress.ip_address(found))
    except ValueError:
        raise said.fail("interface", "is no address", "Write one such as 10.0.0.5.") from None


def _ports(said: Field) -> range | None:
    found = said.get("ports", str, default=None)
    if found is None:
        return None
    matched = _PORTS.fullmatch(found)
    low, high = (int(matched[1]), int(matched[2])) if matched else (0, 0)
    if not 1024 <= low <= high <= 65_535:
        raise said.fail("ports", "is no range of ports", "Write one such as 40000-40099.")
    return range(low, high + 1)


def _like(said: Field, name: str, form: re.Pattern[str], remedy: str) -> str | None:
    found: str | None = said.get(name, str, default=None)
    if found is not None and not form.fullmatch(found):
        raise said.fail(name, "does not have the form of one", remedy)
    return found
