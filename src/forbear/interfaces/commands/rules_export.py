"""How do own rules become files, to be kept, compared, or moved among those of the files?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.interfaces.commands.rules_named import own_of
from forbear.values.errors import Conflict


def export(
    folder: Annotated[Path, typer.Argument(help="Where to write; house/<lender>/rules, say.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Write the own rules that count, or are to come, as files of their own."""
    from forbear.contexts.house.own import as_files

    texts = as_files(own_of(home).rows)
    for name in texts:
        if (folder / name).exists():
            raise Conflict(
                f"{folder / name} exists already.",
                remedy="Choose another folder, or remove the file.",
                message_zh=f"{folder / name} 已存在。",
                remedy_zh="请换一个文件夹，或先删除该文件。",
            )
    for name, text in texts.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "files": sorted(texts)}, ensure_ascii=False))
        return
    for name in sorted(texts):
        typer.echo(str(folder / name))
    said = choose(lang, f"{len(texts)} own rules written.", f"已写出 {len(texts)} 条自有规则。")
    typer.echo(wrapped(said))
