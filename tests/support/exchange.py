"""A telephone exchange that others wrote (Kamailio), between the switchboard and the telephones.

It lets nobody call or be found who does not know the password, and leads every other call to the
telephones' port, as a lender's own exchange leads to its carrier and its desks.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.phones import free_port

USER, PASSWORD = "forbear", "a-long-word-of-the-exchange"
_MODULES = "pv tm sl rr maxfwd usrloc registrar textops siputils auth"
_CONFIG = """#!KAMAILIO
listen=udp:127.0.0.1:{port}
children=2
fork=yes
log_stderror=yes
debug=0
disable_tcp=yes
auto_aliases=no
{modules}
modparam("auth", "nonce_expire", 60)
modparam("usrloc", "db_mode", 0)
request_route {{
  if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
  if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
  if (has_totag()) {{
    if (loose_route()) {{ t_relay(); exit; }}
    if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
    sl_send_reply("404", "Not Here"); exit;
  }}
  if (is_method("REGISTER")) {{
    if (!pv_www_authenticate("exchange", "{password}", "0")) {{
      www_challenge("exchange", "0"); exit;
    }}
    save("location"); exit;
  }}
  if (!is_method("INVITE")) {{ sl_send_reply("405", "Not Allowed"); exit; }}
  record_route();
  if ($sp == {telephones}) {{
    $rU = "{user}";
    if (!lookup("location")) {{ sl_send_reply("480", "Nobody Here"); exit; }}
    t_relay(); exit;
  }}
  if (!pv_proxy_authenticate("exchange", "{password}", "0")) {{
    proxy_challenge("exchange", "0"); exit;
  }}
  consume_credentials();
  $rd = "127.0.0.1"; $rp = "{telephones}";
  t_relay();
}}
"""


@contextmanager
def exchange(telephones_port: int, folder: Path) -> Iterator[int]:
    """Run the exchange before the telephones; yield its port."""
    program = shutil.which("kamailio", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("kamailio is not installed: apt-get install kamailio")
    port, config = free_port(), folder / "exchange.cfg"
    modules = "\n".join(f'loadmodule "{name}.so"' for name in _MODULES.split())
    config.write_text(
        _CONFIG.format(
            port=port,
            telephones=telephones_port,
            user=USER,
            password=PASSWORD,
            modules=modules,
        )
    )
    command = [program, "-DD", "-E", "-f", str(config), "-Y", str(folder), "-m", "32", "-M", "4"]
    told = folder / "exchange.log"
    with told.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as running:
        try:
            _wait_for(port, running, told)
            yield port
        finally:
            running.terminate()
            running.wait(10)


def _wait_for(port: int, running: subprocess.Popen[bytes], told: Path) -> None:
    """Wait until it listens."""
    until_s = time.monotonic() + 20.0
    here = f":{port:04X} ".encode()
    while here not in Path("/proc/net/udp").read_bytes():
        assert running.poll() is None, told.read_text()
        assert time.monotonic() < until_s, told.read_text()
        time.sleep(0.05)
