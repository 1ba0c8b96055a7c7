"""How is the whole record handed to whoever wants to check it without us?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from forbear.contexts.audit import verify_log
from forbear.contexts.audit.check import (
    Progress,
    checkpoint_keys,
    checkpoints,
    entry_lines,
    leaf_count,
    leaf_rows,
)
from forbear.contexts.audit.verify_log import key_text
from forbear.contexts.database.transaction import snapshot
from forbear.values.errors import Conflict
from forbear.values.principal import Principal

_BYTES_AT_ONCE = 1 << 20
_T = TypeVar("_T")
_README = """\
This folder holds the record of what was done, and what it needs to be checked:

    python3 verify_log.py .

It needs Python 3.11 or newer and nothing else, no network and no database. It answers OK, or names
what was changed, dropped, inserted or moved. keys.txt holds the public key: compare it with the
one that you were given by another way, or name that one with --key. If you keep checkpoints of
your own, name their folder with --copies.

    entries.jsonl      one entry a line, in the order of the tree; ids and codes, no personal values
    leaves.txt         place, entry and hash of each leaf
    checkpoints.jsonl  what was signed, and when

本文件夹包含操作记录及核验所需的一切：

    python3 verify_log.py . --lang zh

只需 Python 3.11 或更新版本，无需网络和数据库。结果为 OK，或指出哪一条被改动、删除、插入或移动。
keys.txt 中是公钥：请与您通过其他途径得到的公钥比对，或用 --key 指定。如您另存有检查点，
请用 --copies 指定其文件夹。
"""


@dataclass(frozen=True)
class Exported:
    """How much was written."""

    entries: int
    leaves: int
    checkpoints: int


def export_record(
    folder: Path,
    *,
    actor: Principal,
    progress: Progress = lambda _step, _done, _all: None,
) -> Exported:
    """Write the whole record into a new folder, whole or not at all, as of one instant.

    Raises:
        Conflict: there is something by that name.
    """
    if folder.exists():
        raise Conflict(
            f"{folder} exists already.",
            remedy="Name a folder that does not exist yet.",
            message_zh=f"{folder} 已存在。",
            remedy_zh="请指定一个尚不存在的文件夹。",
        )
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        with snapshot(actor):
            done = _write(part, progress)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return done


def _write(part: Path, progress: Progress) -> Exported:
    whole, stored = leaf_count(), checkpoints()
    told = _counted(entry_lines(), "entries", whole, progress)
    entries = _lines(part / "entries.jsonl", told)
    rows = _counted(leaf_rows(), "leaves", whole, progress)
    shown = (b"%d %d %s" % (index, entry, leaf.hex().encode()) for index, entry, leaf in rows)
    leaves = _lines(part / "leaves.txt", shown)
    notes = (json.dumps({"note": one.note()}).encode() for one in stored)
    count = _lines(part / "checkpoints.jsonl", notes)
    keys = sorted({key_text(origin, public) for _id, origin, public in checkpoint_keys()})
    _lines(part / "keys.txt", (key.encode() for key in keys))
    (part / "README.txt").write_text(_README, encoding="utf-8")
    (part / "verify_log.py").write_bytes(Path(verify_log.__file__).read_bytes())
    return Exported(entries, leaves, count)


def _lines(path: Path, lines: Iterable[bytes]) -> int:
    count = 0
    with path.open("wb", buffering=_BYTES_AT_ONCE) as file:
        for line in lines:
            file.write(line)
            file.write(b"\n")
            count += 1
    return count


def _counted(rows: Iterable[_T], step: str, whole: int, progress: Progress) -> Iterator[_T]:
    for number, row in enumerate(rows, 1):
        if not number % 20_000:
            progress(step, number, whole)
        yield row
    progress(step, whole, whole)
