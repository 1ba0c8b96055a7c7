"""How does one get a night's report?"""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from forbear.interfaces.commands.lang import Lang, choose
from forbear.values.errors import NotFound


def report(
    *,
    home: Annotated[
        Path,
        typer.Option(envvar="FORBEAR_HOME", help="The workspace folder."),
    ] = Path("forbear-home"),
    night: Annotated[
        str | None,
        typer.Option(help="The night's id; the latest when left out."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write the page; beside the night when left out."),
    ] = None,
    lang: Lang,
    open_: Annotated[
        bool,
        typer.Option("--open", help="Show the page in the browser."),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Answer with one JSON object."),
    ] = False,
) -> None:
    """Write a night's report as one HTML file that needs no network."""
    from forbear.contexts.nightly.report import write_report

    night_folder = _night(home, night)
    written = write_report(night_folder, _book(home, night_folder), out)
    if as_json:
        answer = {"night": night_folder.name, "report": str(written)}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        typer.echo(choose(lang, f"The report is in {written}", f"报告位于 {written}"))
    if open_:
        webbrowser.open(written.resolve().as_uri())


def _night(home: Path, name: str | None) -> Path:
    remedy = "Run `forbear night` first, or name one of the folders under nights."
    remedy_zh = "请先运行 `forbear night`，或写明 nights 下的一个文件夹名。"
    if name is None:
        latest = home / "nights" / "LATEST"
        if not latest.is_file():
            raise NotFound(
                f"{home} holds no finished night.",
                remedy=remedy,
                message_zh=f"{home} 中没有已完成的夜间运行。",
                remedy_zh=remedy_zh,
            )
        name = latest.read_text(encoding="utf-8").strip()
    folder = home / "nights" / name
    # A night is named, not addressed: a name that leads elsewhere is not one.
    if Path(name).name != name or not (folder / "manifest.json").is_file():
        raise NotFound(
            f"There is no night {name} under {home}.",
            remedy=remedy,
            message_zh=f"{home} 中没有夜间运行 {name}。",
            remedy_zh=remedy_zh,
        )
    return folder


def _book(home: Path, night_folder: Path) -> Path:
    manifest = json.loads((night_folder / "manifest.json").read_text(encoding="utf-8"))
    return home / "books" / str(manifest.get("book_id", ""))
