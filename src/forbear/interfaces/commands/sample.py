"""How does one get an invented lender's extract to try Forbear with?"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from forbear.interfaces.commands.console import progress_bars, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Json


def sample(
    folder: Annotated[Path, typer.Argument(help="Where to write the extract.")] = Path(
        "demo/extract"
    ),
    *,
    loans: Annotated[int, typer.Option(help="How many loans.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    book_date: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of the extract.")
    ] = datetime(2026, 11, 24),  # noqa: DTZ001  # a day, not an instant
    form: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    attempts_per_loan: Annotated[
        float, typer.Option(help="Earlier contacts a loan, on average, over 180 days.")
    ] = 1.0,
    instalments: Annotated[
        int | None, typer.Option(help="Fix every schedule's length; by product when left out.")
    ] = None,
    dirt: Annotated[float, typer.Option(help="Share of rows to spoil (CSV only).")] = 0.0,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier sample.")] = False,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Write the extract of a lender that does not exist."""
    from forbear.contexts.nightly.sample import SampleSettings, write_sample

    _check(form)
    settings = SampleSettings(
        loans=loans,
        seed=seed,
        book_date=book_date.date(),
        parquet=form == "parquet",
        attempts_per_loan=attempts_per_loan,
        instalments=instalments,
        dirt=dirt,
    )
    with progress_bars(quiet=as_json) as progress:
        manifest = write_sample(
            folder,
            settings=settings,
            force=force,
            progress=lambda done, whole: progress("sample", done, whole),
        )
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), **manifest}, ensure_ascii=False))
        return
    _say_what_next(folder, loans, lang)


def _check(form: str) -> None:
    from forbear.values.errors import InvalidInput

    if form not in {"csv", "parquet"}:
        raise InvalidInput(
            f"--format {form} is not known.",
            remedy="Use csv or parquet.",
            message_zh=f"不认识 --format {form}。",
            remedy_zh="请使用 csv 或 parquet。",
        )


def _say_what_next(folder: Path, loans: int, lang: str) -> None:
    for en, zh in (
        (
            f"Wrote {loans:,} loans of an invented lender to {folder}",
            f"已将一家虚构机构的 {loans:,} 笔借款写入 {folder}",
        ),
        (
            f"The truth behind them is in {folder}-truth; the import never reads it.",
            f"其背后的真实情况在 {folder}-truth，导入时绝不读取。",
        ),
        ("Next:", "下一步："),
    ):
        typer.echo(wrapped(choose(lang, en, zh), hang=2))
    typer.echo(f"  forbear import {folder}")
