"""How are the keys that seal personal values made, looked at and changed?"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.console import progress_bars, table, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Json
from forbear.values.errors import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from forbear.contexts.protection.keyring import KeyRing, KeyUse
    from forbear.contexts.protection.ringfile import RingFile
    from forbear.contexts.protection.rotation import Stock

keys = typer.Typer(
    name="keys",
    no_args_is_help=True,
    help="Make, look at and change the keys that seal personal values.\n\n"
    "The key ring is the file that [bold]--ring[/bold] or FORBEAR_KEYRING_FILE names, else "
    "keyring.json in the home. Keep a copy of it apart from the backups of the database: without "
    "it nobody reads a name or a number again, and whoever has both reads all of them.",
)

Ring = Annotated[Path | None, typer.Option("--ring", help="The key ring's file.")]
Home = Annotated[
    Path | None, typer.Option("--home", help="The workspace; FORBEAR_HOME if left out.")
]
Use = Annotated[
    str, typer.Option("--use", help="wrap (persons' keys), index (what searches go by) or sign.")
]


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _home(given: Path | None) -> Path:
    from forbear.settings.environment import home

    return given.resolve() if given else home(os.environ)


def _source(ring: Path | None, home: Path | None) -> RingFile | KeyRing:
    from forbear.contexts.protection.ringfile import ring_source

    return ring_source(os.environ, ring, otherwise=_home(home) / "keyring.json")


def _file(ring: Path | None, home: Path | None) -> RingFile:
    from forbear.contexts.protection.ringfile import CONTENT_VARIABLE, RingFile

    source = _source(ring, home)
    if isinstance(source, RingFile):
        return source
    raise Conflict(
        f"The key ring is in {CONTENT_VARIABLE}, which a command cannot change.",
        remedy="Change it as a file (--ring), then put its content where it came from.",
        message_zh=f"密钥环在 {CONTENT_VARIABLE} 中，命令无法更改。",
        remedy_zh="请以文件形式（--ring）更改，再将内容放回原处。",
    )


def _ring(ring: Path | None, home: Path | None) -> KeyRing:
    from forbear.contexts.protection.ringfile import RingFile

    source = _source(ring, home)
    return source.load() if isinstance(source, RingFile) else source


def _use(given: str) -> KeyUse:
    from forbear.contexts.protection.keyring import KeyUse

    try:
        return KeyUse(given.upper())
    except ValueError:
        raise InvalidInput(
            f"--use {given} is not known.",
            remedy="Use wrap, index or sign.",
            message_zh=f"不认识 --use {given}。",
            remedy_zh="请使用 wrap、index 或 sign。",
        ) from None


def _database(home: Path | None) -> str | None:
    """Return the database's address: the environment's, or the one that runs for the home."""
    from forbear.contexts.database.embedded import find
    from forbear.settings.environment import secret

    return secret(os.environ, "DATABASE_URL") or find(_home(home))


@contextmanager
def _stock(home: Path | None) -> Iterator[Stock]:
    from forbear.contexts.protection.stock import sealed_tables

    url = _database(home)
    if url is None:
        raise NotFound(
            "No database is reached, so no row can be brought under another key.",
            remedy="Start Forbear, or set DATABASE_URL.",
            message_zh="未连接到数据库，无法更换任何行的密钥。",
            remedy_zh="请启动 Forbear，或设置 DATABASE_URL。",
        )
    with sealed_tables(url) as stock:
        yield stock


@keys.command()
def create(
    path: Annotated[Path | None, typer.Argument(help="Where; as --ring if left out.")] = None,
    *,
    ring: Ring = None,
    home: Home = None,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Make the key ring of a new installation. An existing one is never overwritten."""
    from forbear.contexts.protection.keyring import new_ring

    file = _file(path or ring, home)
    if file.path.parent == _home(home):
        file.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = new_ring(now=_now())
    file.create(made)
    if as_json:
        typer.echo(json.dumps({"ring": made.id, "path": str(file.path)}, ensure_ascii=False))
        return
    apart, apart_zh = (
        (
            "Keep a copy apart from the backups of the database: without it nothing sealed is ever "
            "read again, and whoever has both reads everything."
        ),
        "请将其副本与数据库备份分开保存：没有它，加密内容将永远无法读取；两者兼得者可读取全部内容。",
    )
    for en, zh in (
        (f"Made key ring {made.id}: {file.path}", f"已创建密钥环 {made.id}：{file.path}"),
        (apart, apart_zh),
    ):
        typer.echo(wrapped(choose(lang, en, zh), hang=2))


@keys.command()
def show(*, ring: Ring = None, home: Home = None, lang: Lang, as_json: Json = False) -> None:
    """Show the ids, states and ages of the keys; never a key."""
    held, now = _ring(ring, home), _now()
    rows = [
        {
            "id": key.id,
            "use": key.use.value,
            "state": key.state.value,
            "created_at": key.created_at.isoformat(timespec="seconds"),
            "age_days": (now - key.created_at).days,
        }
        for key in held.keys
    ]
    if as_json:
        told = {"ring": held.id, "revision": held.revision, "keys": rows}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    headers = choose(lang, "key|use|state|days", "密钥|用途|状态|天数").split("|")
    title = choose(lang, f"Key ring {held.id}", f"密钥环 {held.id}")
    shown = [
        [str(row["id"]), _word(row["use"], lang), _word(row["state"], lang), str(row["age_days"])]
        for row in rows
    ]
    table(title, headers, shown)


_WORDS = {
    "WRAP": ("persons' keys", "个人密钥"),
    "INDEX": ("index", "索引"),
    "SIGN": ("signatures", "签署"),
    "ACTIVE": ("active", "使用中"),
    "DECRYPT_ONLY": ("reads only", "仅可读"),
    "RETIRED": ("retired", "已停用"),
}


def _word(code: Any, lang: str) -> str:
    return choose(lang, *_WORDS[str(code)])


@keys.command()
def check(*, ring: Ring = None, home: Home = None, lang: Lang, as_json: Json = False) -> None:
    """See that the ring can be read by its owner alone and fits the database."""
    from forbear.contexts.protection.keyring import validate_mark
    from forbear.contexts.protection.stock import sealed_tables

    held, url, under = _ring(ring, home), _database(home), {}
    if url is not None:
        with sealed_tables(url) as stock, stock.keys.transaction():
            marks, sealed = stock.marks.read(), stock.marks.anything_sealed()
            validate_mark(held, marks, anything_sealed=sealed)
            under = {key.id: stock.keys.under(key) for key in held.keys if key.use.value == "WRAP"}
    if as_json:
        told = {"ring": held.id, "database": url is not None, "persons_by_key": under}
        typer.echo(json.dumps(told))
        return
    persons = sum(under.values())
    for en, zh in (
        (f"Key ring {held.id} is whole.", f"密钥环 {held.id} 完整。"),
        (
            f"It fits the database: {persons:,} persons' keys.",
            f"与数据库相符：{persons:,} 个个人密钥。",
        )
        if url is not None
        else (
            "No database is reached; whether it fits one was not looked at.",
            "未连接到数据库，未核对是否相符。",
        ),
    ):
        typer.echo(wrapped(choose(lang, en, zh), hang=2))


@keys.command()
def rotate(
    *,
    use: Use = "wrap",
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only add the next key, to copy the ring about first.")
    ] = False,
    ring: Ring = None,
    home: Home = None,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Bring every row under a new key; after a stop, go on where it was."""
    from forbear.contexts.protection import rotation

    file, chosen = _file(ring, home), _use(use)
    if prepare:
        with _stock(home) as stock:
            held = rotation.prepare(file, stock, chosen, now=_now())
        _tell_prepared(held, chosen, lang, as_json)
        return
    with _stock(home) as stock, progress_bars(quiet=as_json) as progress:
        done = rotation.rotate(file, stock, chosen, now=_now(), progress=progress)
    if as_json:
        told = {"key": done.key_id, "rows": done.rows, "unreadable": list(done.unreadable)}
        typer.echo(json.dumps(told))
    else:
        _tell_rotated(done, lang)
    if done.unreadable:
        raise typer.Exit(Conflict.exit_code)


def _tell_prepared(held: KeyRing, use: KeyUse, lang: str, as_json: bool) -> None:  # noqa: FBT001
    pending = held.pending(use)
    assert pending is not None
    if as_json:
        typer.echo(json.dumps({"key": pending.id, "revision": held.revision}))
        return
    en = f"Added key {pending.id}. Give every machine the new ring, then: forbear keys rotate"
    zh = f"已加入密钥 {pending.id}。请让每台机器换上新的密钥环，然后：forbear keys rotate"
    typer.echo(wrapped(choose(lang, en, zh), hang=2))


def _tell_rotated(done: Any, lang: str) -> None:
    then = (
        "The former key still reads, for older backups. When those have lapsed, destroy it: "
        "forbear keys retire ID"
    )
    then_zh = "旧密钥仍可读取，供旧备份使用。旧备份到期后请销毁：forbear keys retire ID"
    if done.unreadable:
        named = ", ".join(done.unreadable[:20])
        count = len(done.unreadable)
        then = f"{count:,} rows could not be read and stay as they are: {named}"
        then_zh = f"{count:,} 行无法读取，保持原样：{named}"
    under = f"{done.rows:,} rows are under key {done.key_id}."
    under_zh = f"{done.rows:,} 行已使用密钥 {done.key_id}。"
    for en, zh in ((under, under_zh), (then, then_zh)):
        typer.echo(wrapped(choose(lang, en, zh), hang=2))


@keys.command()
def retire(
    key_id: Annotated[str, typer.Argument(help="The key's id, as keys show tells it.")],
    *,
    ring: Ring = None,
    home: Home = None,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Destroy a key that no row needs. Backups from before its rotation become unreadable."""
    from forbear.contexts.protection import rotation

    with _stock(home) as stock:
        held = rotation.retire(_file(ring, home), stock, key_id, now=_now())
    if as_json:
        typer.echo(json.dumps({"key": key_id, "revision": held.revision}))
        return
    en = f"Key {key_id} is destroyed. Replace every copy of the ring, or the key lives on in them."
    zh = f"密钥 {key_id} 已销毁。请替换密钥环的所有副本，否则该密钥仍存于其中。"
    typer.echo(wrapped(choose(lang, en, zh), hang=2))
