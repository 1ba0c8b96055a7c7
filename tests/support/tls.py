"""A certificate of this machine's own, and a door that speaks TLS before somebody who does not."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def certificate(folder: Path, name: str = "local") -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that vouches for itself; return it, and it with its key."""
    key, cert, both = (folder / f"{name}.{kind}" for kind in ("key", "crt", "pem"))
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return cert, both


@contextmanager
def tls_door(behind: int, both: Path) -> Iterator[int]:
    """Listen with TLS and pass everything on to a port of this machine; yield the own port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ending = threading.Event()

        def serve() -> None:
            while not ending.is_set():
                with suppress(OSError):
                    plain, _ = server.accept()
                    threading.Thread(target=_pass_on, args=(plain, context, behind)).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        ending.set()
        server.close()


def _pass_on(plain: socket.socket, context: ssl.SSLContext, behind: int) -> None:
    """One thread for each connection, so that the encrypted side is touched by one alone."""
    try:
        front = context.wrap_socket(plain, server_side=True)
    except OSError:
        return
    with front, socket.create_connection(("127.0.0.1", behind)) as back, suppress(OSError):
        front.settimeout(0.02)
        back.settimeout(0.02)
        while True:
            for one, other in ((front, back), (back, front)):
                try:
                    octets = one.recv(65_536)
                except TimeoutError:
                    continue
                if not octets:
                    return
                other.sendall(octets)
