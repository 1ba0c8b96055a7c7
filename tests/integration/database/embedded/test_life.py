"""The server lives exactly as long as its owner, however the owner ends."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from forbear.contexts.database.embedded import find
from forbear.contexts.database.embedded.process import processes_in
from tests.support.database_owner import someone, within

_SECOND = """
import sys
from pathlib import Path
import psycopg
from forbear.contexts.database.embedded import EmbeddedServer, Held, reach
home = Path(sys.argv[1])
try:
    EmbeddedServer(home, system_folder=home.parent / "system").start()
except Held as error:
    print(error.data["pid"], error.message, error.remedy, error.data["message_zh"])
with reach(home) as urls, psycopg.connect(urls["app"]) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0])
"""
_IN_A_THREAD = """
import sys, threading
from pathlib import Path
import psycopg
from forbear.contexts.database.embedded import EmbeddedServer
home = Path(sys.argv[1])
server = EmbeddedServer(home, system_folder=home.parent / "system")
thread = threading.Thread(target=server.start)
thread.start(); thread.join()
with psycopg.connect(server.urls["app"]) as connection:
    print(connection.execute("SELECT count(*) FROM generate_series(1, 3)").fetchone()[0])
server.stop()
"""
_FORKED = """
import os, sys
from pathlib import Path
from forbear.contexts.database.embedded import EmbeddedServer, find
home = Path(sys.argv[1])
with EmbeddedServer(home, system_folder=home.parent / "system") as server:
    child = os.fork()
    if child == 0:
        server.stop()
        sys.stdin.readline()
        os._exit(0)
    print(find(home) is not None, child, flush=True)
    os.kill(os.getpid(), 9)
"""
_REACH = """
import sys
from pathlib import Path
import psycopg
from forbear.contexts.database.embedded import reach
home = Path(sys.argv[1])
with reach(home, system_folder=home.parent / "system") as urls:
    with psycopg.connect(urls["app"]) as connection:
        print(connection.execute("SELECT current_user").fetchone()[0])
"""

_SMALL = """
import sys
from pathlib import Path
import psycopg
from forbear.contexts.database.embedded import EmbeddedServer
home = Path(sys.argv[1])
settings = {"dynamic_shared_memory_type": "mmap", "debug_parallel_query": "on"}
server = EmbeddedServer(home, settings=settings, system_folder=home.parent / "system")
with server, psycopg.connect(server.urls["app"]) as connection:
    print(connection.execute("SELECT count(*) > 100 FROM pg_class").fetchone()[0])
"""


# What does not depend on whose files they are is seen once.
_ONCE = pytest.mark.parametrize("account", ["present"], indirect=True, scope="module")


@pytest.fixture(scope="module", params=["present", "ordinary"])
def account(request):
    with someone(ordinary=request.param == "ordinary") as found, found.owner() as owner:
        with psycopg.connect(owner.url) as connection:
            connection.execute("CREATE TABLE kept (n int)")
        owner.process.communicate("\n", timeout=60)
        yield found


def _kept(url: str) -> int:
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO kept VALUES (1)")
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


class TestOwner:
    def test_a_second_owner_is_refused_and_a_client_finds_the_first(self, account):
        with account.owner() as owner:
            said, asked = account.run(_SECOND, account.home).splitlines()
            found = find(account.home, "owner")

            assert said.startswith(f"{owner.process.pid} Process {owner.process.pid} already runs")
            assert "use it" in said
            assert f"进程 {owner.process.pid}" in said
            assert found == owner.url
            assert asked == "forbear_app"
            assert _kept(found) > 0

    @pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_shuts_down_in_order_and_leaves_nothing(self, account, ending):
        with account.owner() as owner:
            socket_folder = Path(owner.url.split("host=")[1])
            assert socket_folder.is_dir()
            os.kill(owner.process.pid, ending)
            owner.process.communicate(timeout=60)

        assert owner.process.returncode in {128 + signal.SIGTERM, -signal.SIGINT, 1}
        assert processes_in(account.home / "database" / "data") == []
        assert not socket_folder.exists()
        assert not (account.home / "database" / "server.json").exists()
        log = (account.home / "database" / "server.log").read_text()
        assert log.splitlines()[-1].endswith("database system is shut down")
        assert find(account.home) is None

    def test_after_a_kill_no_server_remains_and_the_next_start_keeps_all(self, account):
        with account.owner() as owner:
            before = _kept(owner.url)
            busy = psycopg.connect(owner.url)
            busy.execute("INSERT INTO kept VALUES (2)")
            os.kill(owner.process.pid, signal.SIGKILL)
            gone = within(5, lambda: processes_in(account.home / "database" / "data") == [])
            busy.close()
        assert gone
        assert find(account.home) is None

        with account.owner() as owner:
            assert _kept(owner.url) == before + 1

    def test_a_start_in_the_instant_after_a_kill_waits_for_the_old_server(self, account):
        with account.owner() as owner:
            before = _kept(owner.url)
            os.kill(owner.process.pid, signal.SIGKILL)
            owner.process.wait(60)
            with account.owner() as next_owner:
                assert _kept(next_owner.url) == before + 1

    @_ONCE
    def test_a_killed_server_process_is_noticed_and_started_anew(self, account):
        with account.owner() as owner:
            os.kill(owner.server_pid, signal.SIGKILL)
            assert within(5, lambda: find(account.home) is None)
            owner.process.communicate("\n", timeout=60)
            assert owner.process.returncode == 0

        with account.owner() as owner:
            assert _kept(owner.url) > 0

    @_ONCE
    def test_notes_of_a_former_server_that_name_a_living_process_do_no_harm(self, account):
        notes = account.home / "database" / "data" / "postmaster.pid"
        with account.owner() as owner:
            text = notes.read_text()
            owner.process.communicate("\n", timeout=60)
        with account.running("import sys; sys.stdin.readline()") as other:
            notes.write_text(text.replace(str(owner.server_pid), str(other.pid), 1))
            if account.switches:
                data = notes.parent.stat()
                os.chown(notes, data.st_uid, data.st_gid)
            with account.owner() as again:
                assert _kept(again.url) > 0
            assert other.poll() is None


@_ONCE
class TestOwnersThreadsAndForks:
    def test_the_server_outlives_the_thread_that_asked_for_it(self, account):
        assert account.run(_IN_A_THREAD, account.home) == "3"

    def test_a_fork_neither_ends_the_server_nor_keeps_the_lock(self, account):
        with account.running(_FORKED, account.home) as process:
            found, child = process.stdout.readline().split()
            process.wait(60)
            try:
                assert found == "True"
                assert os.path.exists(f"/proc/{child}")  # noqa: PTH110
                with account.owner() as owner:
                    assert _kept(owner.url) > 0
            finally:
                os.kill(int(child), signal.SIGKILL)

    def test_whoever_reaches_for_a_server_that_does_not_run_runs_it_meanwhile(self, account):
        assert account.run(_REACH, account.home) == "forbear_app"
        assert processes_in(account.home / "database" / "data") == []


class TestSmallMachine:
    @_ONCE
    def test_files_serve_where_shared_memory_is_missing(self, account):
        assert account.run(_SMALL, account.home) == "True"

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can make the shared memory small")
    def test_a_container_with_almost_no_shared_memory_makes_its_database(self):
        small = 'mount -t tmpfs -o size=1m tmpfs /dev/shm && exec "$@"'
        # The home lies on a disk: temporary files may stand in the shared memory itself.
        with someone(ordinary=False, under="/var/tmp") as account:  # noqa: S108  # a private folder is made in it
            command = ["unshare", "--mount", "sh", "-c", small, "sh", "true"]
            if subprocess.run(command, check=False, capture_output=True).returncode:
                pytest.skip("this machine lets nobody mount anything")
            account.before = tuple(command[:-1])
            assert account.run(_REACH, account.home) == "forbear_app"


@_ONCE
class TestNoNetwork:
    def test_no_port_is_opened(self, account):
        with account.owner() as owner:
            process = Path(f"/proc/{owner.server_pid}")
            opened = {str(link.readlink()) for link in (process / "fd").iterdir()}
            table = (process / "net" / "tcp").read_text() + (process / "net" / "tcp6").read_text()
        listening = {
            f"socket:[{cells[9]}]"
            for cells in map(str.split, table.splitlines())
            if len(cells) > 9 and cells[3] == "0A"
        }

        assert any(name.startswith("socket:") for name in opened)
        assert opened & listening == set()
