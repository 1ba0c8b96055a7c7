"""How do data written by an older PostgreSQL come into this one?

By PostgreSQL's own ``pg_upgrade``, which needs the programs of both versions. The old folder is
copied and stays beside the new one; nothing is renamed before the new one is whole.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from forbear.contexts.database.embedded.account import Account
from forbear.contexts.database.embedded.cluster import (
    data_version,
    init_folder,
    refuse_version,
    throw_away,
)
from forbear.contexts.database.embedded.place import scratch_folder, sync_folder
from forbear.contexts.database.embedded.process import run_program
from forbear.contexts.database.embedded.programs import Programs, every_programs
from forbear.contexts.database.embedded.secret import LOGIN, memory_file, passfile_line
from forbear.values.errors import Transient

_NEEDED = ("postgres", "pg_ctl", "pg_controldata", "pg_resetwal")


class UpgradeFailed(Transient):
    """PostgreSQL could not upgrade the data; they are as they were."""

    code = "DATABASE_NOT_UPGRADED"


def upgrade(
    data: Path,
    found: int,
    *,
    account: Account,
    programs: Programs,
    system_folder: Path,
    password: str,
) -> None:
    """Bring a data folder from major version ``found`` to that of ``programs``.

    Raises:
        OtherVersion: the data are newer, or the programs of both versions are not here.
        UpgradeFailed: PostgreSQL refuses; the data are as they were.
    """
    older = [
        each
        for each in every_programs(account, system_folder, _NEEDED)
        if each.major == found < programs.major
    ]
    if not older or not programs.has("pg_upgrade"):
        raise refuse_version(data, found, programs)
    scratch = data.with_name(f"{data.name}.upgrading")
    throw_away(scratch)
    scratch.mkdir(mode=0o700)
    if account.switches:
        os.chown(scratch, account.uid, account.gid)
    init_folder(scratch, account=account, programs=programs, password=password, sync=True)
    _recover(data, older[0], account)
    _copy_over(data, scratch, older[0], programs, account=account, password=password)
    scratch.rename(_whole(data))
    finish_upgrade(data)


def finish_upgrade(data: Path) -> None:
    """Put a whole upgraded folder in the place of the old one, which is kept beside it."""
    whole = _whole(data)
    if not whole.exists():
        return
    if data.exists():
        kept = data.with_name(f"{data.name}.version-{data_version(data)}")
        throw_away(kept)
        data.rename(kept)
    whole.rename(data)
    sync_folder(data.parent)


def _whole(data: Path) -> Path:
    return data.with_name(f"{data.name}.upgraded")


def _recover(data: Path, programs: Programs, account: Account) -> None:
    """Let the old version write down what a crash left in its journal: a start and an end."""
    run_program(
        [programs["postgres"], "--single", "-D", str(data), "-c", "listen_addresses=", "postgres"],
        account=account,
        stdin=subprocess.DEVNULL,
    )


def _copy_over(
    data: Path,
    scratch: Path,
    older: Programs,
    programs: Programs,
    *,
    account: Account,
    password: str,
) -> None:
    superuser = LOGIN["superuser"]
    with (
        memory_file(passfile_line(superuser, password), account) as (path, handle),
        scratch_folder(account) as runtime,
    ):
        done = run_program(
            [
                programs["pg_upgrade"],
                f"--old-bindir={older.folder}",
                f"--new-bindir={programs.folder}",
                f"--old-datadir={data}",
                f"--new-datadir={scratch}",
                f"--socketdir={runtime}",
                f"--username={superuser}",
            ],
            account=account,
            cwd=runtime,
            env={"PGPASSFILE": path},
            pass_fds=(handle,),
        )
    if done.returncode != 0:
        said = " ".join(done.stdout.split())[-400:]
        raise UpgradeFailed(
            f"The database in {data} could not be upgraded from PostgreSQL {older.version} to "
            f"{programs.version}: {said}",
            remedy=f"The data are as they were. Back up with PostgreSQL {older.major}, move the "
            "folder away, start, and restore.",
            message_zh=f"{data} 中的数据库无法从 PostgreSQL {older.version} 升级到 "
            f"{programs.version}：{said}",
            remedy_zh=f"数据保持原样。请用 PostgreSQL {older.major} 备份，移走该文件夹，"
            "启动后再恢复。",
        )
