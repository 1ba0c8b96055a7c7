"""How does an empty folder become a database cluster, and which older ones are taken over?

A cluster is made under a scratch name and renamed when whole: a process killed meanwhile leaves
something that the next start throws away.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from forbear.contexts.database.embedded.account import Account
from forbear.contexts.database.embedded.place import Place, sync_folder
from forbear.contexts.database.embedded.process import end_left_behind, run_program
from forbear.contexts.database.embedded.programs import Programs
from forbear.contexts.database.embedded.secret import LOGIN, memory_file
from forbear.contexts.database.embedded.setting import shared_memory_type
from forbear.values.errors import Conflict, Transient

_SCRATCH = ".making"
_BUILTIN_FROM = 17
_SETTINGS_FROM = 16
_TELLING = ("FATAL", "could not", "error")


class InitFailed(Transient):
    """PostgreSQL could not make a cluster."""

    code = "DATABASE_NOT_MADE"


class OtherVersion(Conflict):
    """The data were written by another major version of PostgreSQL."""

    code = "DATABASE_VERSION"


def data_version(data: Path) -> int | None:
    """Return the major version that wrote a data folder, or None when there is no cluster."""
    try:
        return int((data / "PG_VERSION").read_text().strip().split(".")[0])
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        return 0


def make_cluster(
    place: Place, *, account: Account, programs: Programs, password: str, sync: bool
) -> None:
    """Make an empty cluster; it appears under its name when it is whole.

    Raises:
        InitFailed: PostgreSQL refuses; its own words are in the message.
    """
    scratch = place.data.with_name(f"{place.data.name}{_SCRATCH}")
    throw_away(scratch)
    scratch.mkdir(mode=0o700)
    if account.switches:
        os.chown(scratch, account.uid, account.gid)
    init_folder(scratch, account=account, programs=programs, password=password, sync=sync)
    if place.data.exists():
        place.data.rmdir()  # only an empty folder can be in the way
    scratch.rename(place.data)
    sync_folder(place.data.parent)


def init_folder(
    folder: Path, *, account: Account, programs: Programs, password: str, sync: bool
) -> None:
    """Run ``initdb`` in an empty folder of the account.

    Raises:
        InitFailed: PostgreSQL refuses; its own words are in the message.
    """
    said = ""
    for locale in _locales(programs.major):
        with memory_file(password + "\n", account) as (path, handle):
            done = run_program(
                [
                    programs["initdb"],
                    f"--pgdata={folder}",
                    f"--username={LOGIN['superuser']}",
                    f"--pwfile={path}",
                    "--encoding=UTF8",
                    "--auth=scram-sha-256",
                    "--data-checksums",
                    "--no-instructions",
                    *([] if sync else ["--no-sync"]),
                    *_settings(programs.major),
                    *locale,
                ],
                account=account,
                pass_fds=(handle,),
            )
        if done.returncode == 0:
            return
        said = said or done.stderr.strip()
        _empty(folder)
    raise InitFailed(
        f"PostgreSQL {programs.version} could not make a database in {folder}: {_last(said)}",
        remedy="See that there is space and that the folder can be written, then start again.",
        message_zh=f"PostgreSQL {programs.version} 无法在 {folder} 中创建数据库：{_last(said)}",
        remedy_zh="请确认有剩余空间且文件夹可写，然后重新启动。",
        said=said,
    )


def throw_away(folder: Path) -> None:
    """Remove a half-made cluster, after ending what still works on it."""
    if folder.exists():
        end_left_behind(folder)
        shutil.rmtree(folder)


def adopt(data: Path, account: Account) -> None:
    """Give a data folder, such as one copied back by root, to the server's account."""
    if not account.switches or data.lstat().st_uid == account.uid:
        return
    for parent, folders, files in os.walk(data, topdown=False):
        for name in [*folders, *files]:
            os.chown(Path(parent) / name, account.uid, account.gid, follow_symlinks=False)
    os.chown(data, account.uid, account.gid, follow_symlinks=False)


def refuse_version(data: Path, found: int, programs: Programs) -> OtherVersion:
    """Return the error for data that these programs cannot open."""
    newer = found > programs.major
    return OtherVersion(
        f"The database in {data} was written by PostgreSQL {found or '?'}; here runs "
        f"{programs.version}.",
        remedy=(
            f"Install PostgreSQL {found} (or the package that came with it) and start again."
            if newer
            else f"Install PostgreSQL {found} beside this one, and it is upgraded at the next "
            f"start. Or: back up with PostgreSQL {found} (forbear backup), move {data} away, "
            "start, and restore (forbear restore)."
        ),
        message_zh=f"{data} 中的数据库由 PostgreSQL {found or '?'} 写成，"
        f"而本机运行的是 {programs.version}。",
        remedy_zh=(
            f"请安装 PostgreSQL {found}（或随附它的软件包）后重新启动。"
            if newer
            else f"请同时安装 PostgreSQL {found}，下次启动时将自动升级；"
            f"或先用 PostgreSQL {found} 备份（forbear backup），将 {data} 移走，"
            "启动后再恢复（forbear restore）。"
        ),
        found=found,
        runs=programs.major,
    )


def _locales(major: int) -> list[list[str]]:
    """Return the locales to try: Unicode classes of characters wherever the system lets us."""
    if major >= _BUILTIN_FROM:
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [[*builtin, "--locale=C.UTF-8"], [*builtin, "--locale=C"]]
    return [["--locale=C.UTF-8"], ["--locale=C"]]


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _settings(major: int) -> list[str]:
    """Return the settings without which a small container cannot even make a cluster."""
    if major < _SETTINGS_FROM:
        return []
    return ["-c", f"dynamic_shared_memory_type={shared_memory_type()}"]


def _last(said: str) -> str:
    """Return the line of PostgreSQL's words that tells the reason."""
    lines = said.splitlines()
    for word in _TELLING:
        for line in lines:
            if word in line:
                return line.strip()
    return lines[-1].strip() if lines else "no reason given"
