"""How does a lender's extract become the book that counts?"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.console import progress_bars, table
from forbear.values.money import format_minor

if TYPE_CHECKING:
    from forbear.contexts.nightly.intake.run import Imported


def import_book(
    extract: Annotated[Path, typer.Argument(help="The folder with the extract's files.")],
    *,
    home: Annotated[
        Path, typer.Option(envvar="FORBEAR_HOME", help="The workspace folder.")
    ] = Path("forbear-home"),
    book_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The extract's day, if its manifest lacks it."),
    ] = None,
    max_reject_share: Annotated[
        float, typer.Option(min=0, max=1, help="Refuse when more of a table's rows are rejected.")
    ] = 0.05,
    partition_loans: Annotated[
        int, typer.Option(min=1, help="Loans in one partition; fewer need less memory.")
    ] = 200_000,
    workers: Annotated[int, typer.Option(min=1, help="Partitions in work at a time.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Check an extract row by row and make it the current book."""
    from forbear.contexts.nightly.intake import ImportSettings, import_extract
    from forbear.contexts.nightly.workspace import Workspace

    settings = ImportSettings(
        book_date=book_date.date() if book_date else None, max_reject_share=max_reject_share,
        partition_loans=partition_loans, workers=workers,
    )
    with progress_bars(quiet=as_json) as progress:
        imported = import_extract(
            extract, workspace=Workspace(home), settings=settings, progress=progress
        )
    if as_json:
        typer.echo(json.dumps({"already": imported.already, **imported.book.manifest},
                              ensure_ascii=False))
        return
    _show(imported, home)


def _show(imported: Imported, home: Path) -> None:
    manifest = imported.book.manifest
    table(
        f"Book {manifest['book_id']} of {manifest['lender'] or 'an unnamed lender'}",
        ["table", "rows read", "in the book", "rejected"],
        [[name, f"{each['read']:,}", f"{each['rows']:,}", f"{each['rejected']:,}"]
         for name, each in manifest["tables"].items() if each["read"] is not None],
    )
    table("Control totals", ["column", "read", "stated by the lender", "in rejected rows"],
          _control(manifest["control"]))
    reasons = manifest["quality"]["reasons"][:8]
    if reasons:
        table("Most frequent faults", ["where", "fault", "first", "rows"],
              [[f"{r['table']}.{r['column'] or '(row)'}", r["text_en"],
                f"{r['file']} line {r['line']}", f"{r['count']:,}"] for r in reasons], right=3)
        typer.echo(f"Every rejected row: {imported.book.path / 'rejects.csv'}")
    for note in manifest["quality"]["notes"]:
        typer.echo(f"Note: {note}")
    typer.echo("This extract was imported before; nothing changed." if imported.already
               else f"This book counts now. Next: forbear night --home {home}")


def _control(control: dict[str, dict[str, dict[str, Any]]]) -> list[list[str]]:
    return [
        [f"{name}.{column}", format_minor(each["read_minor"]),
         "not stated" if each["stated_minor"] is None else format_minor(each["stated_minor"]),
         "—" if each["in_rejected_rows_minor"] is None
         else format_minor(each["in_rejected_rows_minor"])]
        for name, columns in control.items() for column, each in columns.items()
    ]
