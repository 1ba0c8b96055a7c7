"""May a webhook go to this address, and to which machine does it lead?

A name is looked up once and the machine found is the one that is spoken to, so that a name cannot
lead elsewhere between check and call. Addresses of private networks are refused unless allowed.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from forbear.values.errors import InvalidInput

URL_LENGTH_MAX = 500


class UnfitTarget(InvalidInput):
    """A webhook cannot go to this address."""

    code = "UNFIT_TARGET"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the machine's address, and the name that it must prove to be."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def check_url(url: str, *, private: bool) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address that a webhook may have.

    Raises:
        UnfitTarget: not https (http is for private networks), with a password, or too long.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unfit() from None
    schemes = {"https", "http"} if private else {"https"}
    plain = len(url) <= URL_LENGTH_MAX and url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in schemes or not parts.hostname or not plain or "@" in parts.netloc:
        raise _unfit()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path


def resolve(url: str, *, private: bool) -> Target:
    """Look up where an address leads now.

    Raises:
        UnfitTarget: as for ``check_url``; or the name is unknown, or leads into a private network.
    """
    scheme, host, port, path = check_url(url, private=private)
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise _unfit() from None
    machines = [
        ipaddress.ip_address(str(each).partition("%")[0]) for each in sorted(map(str, found))
    ]
    if not private and not all(_public(each) for each in machines):
        raise _unfit()
    return Target(scheme, host, port, path, str(machines[0]))


def _public(machine: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = machine.ipv4_mapped if isinstance(machine, ipaddress.IPv6Address) else None
    if inner is not None:
        return _public(inner)
    return machine.is_global and not machine.is_multicast


def _unfit() -> UnfitTarget:
    return UnfitTarget(
        "A webhook cannot go to this address.",
        remedy="Give an https address of the internet, without user and password. For the lender's "
        "own network set FORBEAR_WEBHOOKS_TO_PRIVATE.",
        message_zh="通知不能发往此地址。",
        remedy_zh="请填写互联网上的 https 地址，不含用户名与密码；如需发往内网，"
        "请设置 FORBEAR_WEBHOOKS_TO_PRIVATE。",
        field="url",
    )
