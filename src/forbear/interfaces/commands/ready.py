"""Is a workspace ready to serve, and if not: what is the remedy?"""

from __future__ import annotations

import socket

from forbear.values.errors import Conflict, Transient


class PortTaken(Transient):
    """Another program listens there."""

    code = "PORT_TAKEN"


class NotReady(Conflict):
    """The set-up is not fit to serve."""

    code = "NOT_READY"


def refuse_if_taken(host: str, port: int) -> None:
    """Raise when a port cannot be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {host} cannot be used: {error.strerror}.",
                remedy="Stop the program that listens there, or choose another with --port.",
                message_zh=f"{host} 的端口 {port} 无法使用：{error.strerror}。",
                remedy_zh="请停止占用该端口的程序，或用 --port 另选一个。",
            ) from None


def refuse_if_unready() -> None:
    """Raise when Django's own checks, and ours among them, find an error."""
    from django.core import checks

    from forbear.contexts.protection.ringcheck import RingUnfit

    found = [each for each in checks.run_checks() if each.level >= checks.ERROR]
    if found:
        first = found[0]
        if isinstance(first, RingUnfit):
            raise first.error
        raise NotReady(
            f"{first.msg} ({first.id})",
            remedy=str(first.hint or "See: forbear doctor"),
            message_zh=f"{first.msg}（{first.id}）",
            remedy_zh=str(first.hint or "请运行：forbear doctor"),
        )
