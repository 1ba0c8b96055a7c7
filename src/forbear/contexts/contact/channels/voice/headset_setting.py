"""What must be known to let browsers be the telephones of collectors?

headset:
  interface: 10.0.0.5              # the address at which browsers reach this machine; else all
  ports: "40000-40099"             # UDP, one for each browser and address; else any
  seats_max: 50
  stun: "stun:stun.example:3478"   # only where browsers reach this machine through an address shift
  turn: ["turn:turn.example:3478", "turns:turn.example:5349?transport=tcp"]   # only where no UDP
  turn_secret: "env:TURN_SECRET"   # gets through; with it passwords for some hours are made

Left out, as they are by default, no server of anybody is asked.
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

SEATS_MAX, SERVERS_MAX = 100, 4
TURN_LASTS = timedelta(hours=12)
"""A working day, since some servers end what goes on when its password ends."""
_PORTS = re.compile(r"(\d{4,5})-(\d{4,5})")
_STUN = re.compile(r"stun:[A-Za-z0-9.\-]{1,200}(:\d{1,5})?")
_TURN = re.compile(
    r"turn:[A-Za-z0-9.\-]{1,200}(:\d{1,5})?(\?transport=(udp|tcp))?"
    r"|turns:[A-Za-z0-9.\-]{1,200}(:\d{1,5})?(\?transport=tcp)?"
)


@dataclass(frozen=True, slots=True)
class HeadsetSettings:
    """How browsers reach a switchboard. Null: all addresses, any port, no server in between."""

    interface: str | None = None
    ports: range | None = None
    seats_max: int = SEATS_MAX
    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    turn_secret: Reference | None = None

    def see_secret(self) -> None:
        """See whether the secret of the TURN server can be had.

        Raises:
            InvalidInput: it cannot.
        """
        if self.turn_secret is not None:
            self.turn_secret.open()

    def servers(self, whose: str, *, now: datetime) -> list[dict[str, Any]]:
        """Return what one end asks for its addresses, in the words of WebRTC.

        ``whose`` stands in the log of the TURN server; the password is that name's alone.

        Raises:
            InvalidInput: the secret of the TURN server cannot be had.
        """
        found: list[dict[str, Any]] = [{"urls": list(self.stun)}] if self.stun else []
        if self.turn and self.turn_secret is not None:
            name = f"{int((now + TURN_LASTS).timestamp())}:{whose}"
            key = self.turn_secret.open().encode()
            # The form that coturn and its kin know as use-auth-secret fixes this hash.
            password = hmac.new(key, name.encode(), hashlib.sha1).digest()
            told = {"username": name, "credential": base64.b64encode(password).decode()}
            found.append({"urls": list(self.turn), **told})
        return found


def read_headset(said: Field) -> HeadsetSettings:
    """Return the settings of a file.

    Raises:
        InvalidRule: something is missing or wrong; it names the field.
    """
    said.only("interface", "ports", "seats_max", "stun", "turn", "turn_secret")
    secret = secret_if(said, "turn_secret")
    turn = _servers(said, "turn", _TURN, "Write turn:host:port?transport=tcp, or turns:.")
    if bool(turn) != (secret is not None):
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
        stun=_servers(said, "stun", _STUN, "Write stun:host:port."),
        turn=turn,
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


def _servers(said: Field, name: str, form: re.Pattern[str], remedy: str) -> tuple[str, ...]:
    """Return the servers of a field, which is one, a list, or left out."""
    if not said.has(name):
        return ()
    one = isinstance(said.value.get(name), str)
    found = [said.get(name, str)] if one else said.get(name, list)
    if not found or not all(isinstance(each, str) and form.fullmatch(each) for each in found):
        raise said.fail(name, "does not have the form of one", remedy)
    if len(found) > SERVERS_MAX:
        raise said.fail(name, f"names more than {SERVERS_MAX}", "Name fewer: each costs time.")
    return tuple(found)
