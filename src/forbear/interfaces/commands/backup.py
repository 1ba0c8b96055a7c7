"""How is the database copied into one file, and brought back from it?"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from forbear.contexts.database.backup import Manifest

_HOME = Path("forbear-home")


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; an older file of that name goes.")],
    *,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Copy the whole database into one file, also while Forbear runs.

    The key ring is not in it: keep a copy of that apart. With a database of your own the address
    is DATABASE_BACKUP_URL, else DATABASE_OWNER_URL, else DATABASE_URL; its role must be one that
    row security does not bind.
    """
    from forbear.contexts.database.backup import backup as copy

    _refuse_missing(home)
    made = copy(home, file, now=_now(), url=_address("DATABASE_BACKUP_URL"))
    rows = sum(made.tables.values())
    said = choose(
        lang,
        f"{file}: {made.dump_bytes:,} bytes, {len(made.tables)} tables, {rows:,} rows. The key "
        "ring is not in it; keep a copy of that apart.",
        f"{file}：{made.dump_bytes:,} 字节，{len(made.tables)} 张表，{rows:,} 行。"
        "其中不含密钥环，请另行保存密钥环的副本。",
    )
    _tell(said, made, file, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="What forbear backup has written.")],
    *,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Bring a backup back as the database. Stop Forbear first; it is restored whole or not at all.

    The database that was there is kept under another name until the next restore. Afterwards
    nothing is sent until somebody has settled what was sent since the backup was made.
    """
    from forbear.contexts.database.backup import restore as bring_back

    home.mkdir(parents=True, exist_ok=True)
    made = bring_back(home, file, now=_now(), url=_address("DATABASE_OWNER_URL"))
    said = choose(
        lang,
        f"The database is as it was at {made.made_at}. Nothing is sent from now on: settle what "
        "was sent since then, and let somebody who works as compliance officer release sending. "
        "The key ring must be the one of that time or a later one: forbear doctor says so.",
        f"数据库已恢复到 {made.made_at} 的状态。自此停止一切发送：请先核清其后已发送的内容，"
        "再由合规人员解除发送限制。密钥环须为当时的或更新的版本，可用 forbear doctor 检查。",
    )
    _tell(said, made, file, as_json=as_json)


def _address(first: str) -> str | None:
    """Return the address of a database of one's own; None: the workspace's own server."""
    from forbear.settings.environment import secret

    names = dict.fromkeys((first, "DATABASE_OWNER_URL", "DATABASE_URL"))
    return next((url for name in names if (url := secret(os.environ, name))), None)


def _refuse_missing(home: Path) -> None:
    from forbear.values.errors import NotFound

    if _address("DATABASE_BACKUP_URL") is None and not (home / "database").is_dir():
        raise NotFound(
            f"There is no database in {home}.",
            remedy="Name the workspace with --home, or give DATABASE_URL.",
            message_zh=f"{home} 中没有数据库。",
            remedy_zh="请用 --home 指定工作目录，或设置 DATABASE_URL。",
        )


def _tell(said: str, made: Manifest, file: Path, *, as_json: bool) -> None:
    if not as_json:
        typer.echo(wrapped(said))
        return
    told = {
        "file": str(file),
        "made_at": made.made_at,
        "server_version": made.server_version,
        "dump_bytes": made.dump_bytes,
        "tables": made.tables,
    }
    typer.echo(json.dumps(told, ensure_ascii=False))


def _now() -> datetime:
    return datetime.now(UTC)
