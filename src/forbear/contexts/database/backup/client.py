"""With which programs, and how, does one speak to a database of whatever address?

The lowest version that is not older than the server is used: a newer one writes statements that
the server may not know when they come back. Passwords travel as a file in memory.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from forbear.contexts.database.embedded.account import present_account
from forbear.contexts.database.embedded.place import SYSTEM_FOLDER
from forbear.contexts.database.embedded.process import dies_with_parent
from forbear.contexts.database.embedded.programs import CLIENT, Programs, every_programs
from forbear.contexts.database.embedded.secret import memory_file, passfile_line
from forbear.values.errors import NotFound, Transient

_SAID_CHARACTERS_MAX = 400


class NoClient(NotFound):
    """No fitting pg_dump is here."""

    code = "NO_PG_DUMP"


class ProgramFailed(Transient):
    """A program of PostgreSQL has failed."""

    code = "POSTGRESQL_PROGRAM_FAILED"


@dataclass(frozen=True)
class Running:
    """A started program with its pipes; whatever it says of errors is collected."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def end(self, what: str, what_zh: str) -> None:
        """Wait for its end.

        Raises:
            ProgramFailed: it has failed; its last words are in the message.
        """
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self.process.wait() == 0:
            return
        self.said.seek(0)
        said = " ".join(self.said.read().decode("utf-8", "replace").split())
        said = said[-_SAID_CHARACTERS_MAX:]
        raise ProgramFailed(
            f"{what} has failed: {said}",
            remedy="Put right what PostgreSQL names, then try again. Nothing has been changed.",
            message_zh=f"{what_zh}失败：{said}",
            remedy_zh="请解决 PostgreSQL 指出的问题后重试。未作任何更改。",
        )


def choose_client(server_major: int) -> Programs:
    """Return the programs to dump from, or restore to, a server of a major version.

    Raises:
        NoClient: there are none, or only older ones.
    """
    found = [
        each
        for each in every_programs(present_account(), SYSTEM_FOLDER, CLIENT)
        if each.major >= server_major
    ]
    if not found:
        raise NoClient(
            f"There is no pg_dump of PostgreSQL {server_major} or later here.",
            remedy=f"Install the client programs of PostgreSQL {server_major}.",
            message_zh=f"本机没有 PostgreSQL {server_major} 或更高版本的 pg_dump。",
            remedy_zh=f"请安装 PostgreSQL {server_major} 的客户端程序。",
        )
    return min(found, key=lambda each: each.major)


@contextmanager
def started(program: str, arguments: Sequence[str], *, url: str, **pipes: Any) -> Iterator[Running]:
    """Start a client program on a database; it is ended if the block is left early."""
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    password = parts.pop("password", None)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME"} or name.startswith("PG")
    }
    line = passfile_line(str(parts.get("user", "*")), str(password or ""))
    with memory_file(line) as (path, handle), tempfile.TemporaryFile() as said:
        if password is not None:
            environment.pop("PGPASSWORD", None)
            environment["PGPASSFILE"] = path
        process = subprocess.Popen(  # only PostgreSQL's programs
            [program, f"--dbname={make_conninfo(**parts)}", "--no-password", *arguments],
            env={**environment, "LC_ALL": "C"},
            stderr=said,
            pass_fds=(handle,),
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509  # two system calls
            **pipes,
        )
        try:
            yield Running(process, said)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
