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
    home: Annotated[Path, typer.Option(envvar="FORBEAR_HOME", help="The workspace folder.")] = Path(
        "forbear-home"
    ),
    book_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The extract's day, if its manifest lacks it."),
    ] = None,
    max_reject_share: Annotated[
        float, typer.Option(min=0, max=1, help="Refuse when more of a table's rows are rejected.")
    ] = 0.05,
    partition_loans: Annotated[
        int, typer.Option(min=1, help="Loans in one partition; fewer need less memory.")
    ] = 400_000,
    workers: Annotated[int, typer.Option(min=1, help="Partitions in work at a time.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Check an extract row by row and make it the current book."""
    from forbear.contexts.nightly.intake import ImportSettings, import_extract
    from forbear.contexts.nightly.workspace import Workspace

    settings = ImportSettings(
        book_date=book_date.date() if book_date else None,
        max_reject_share=max_reject_share,
        partition_loans=partition_loans,
        workers=workers,
    )
    with progress_bars(quiet=as_json) as progress:
        imported = import_extract(
            extract, workspace=Workspace(home), settings=settings, progress=progress
        )
    if as_json:
        typer.echo(
            json.dumps({"already": imported.already, **imported.book.manifest}, ensure_ascii=False)
        )
        return
    _show(imported, home)


_FAULTS_SHOWN = 8
_AMENDS = {
    "attempts_without_link": "attempts name a contact point or loan that is not in the book; they "
    "count against the person as a whole",
    "protections_widened": "holds or withdrawals name a loan or contact point that is not in the "
    "book; they protect the whole person",
    "loans_with_rejected_payments": "loans have rejected payments and may look later than they are",
    "people_with_rejected_attempts": "people have rejected attempts and may seem less contacted "
    "than they were",
}


def _show(imported: Imported, home: Path) -> None:
    manifest = imported.book.manifest
    quality = manifest["quality"]
    table(
        f"Book {manifest['book_id']} of {manifest['lender'] or 'an unnamed lender'}",
        ["table", "rows read", "in the book", "rejected"],
        [
            [name, f"{each['read']:,}", f"{each['kept']:,}", f"{each['rejected']:,}"]
            for name, each in manifest["tables"].items()
            if each["read"] is not None
        ],
    )
    table(
        "Control totals",
        ["amount", "read", "stated", "in the book", "rejected", "unreadable"],
        _control(manifest["control"]),
    )
    _show_faults(quality, imported.book.path / "rejects.csv")
    for note in quality["notes"]:
        typer.echo(f"Note: {note}")
    for name, said in _AMENDS.items():
        if quality[name]:
            typer.echo(f"Note: {quality[name]:,} {said}.")
    for column, count in quality["repairs"].items():
        typer.echo(f"Note: {count:,} values of {column} were written unusually and could be read.")
    typer.echo(
        "This extract was imported before; nothing changed."
        if imported.already
        else f"This book counts now. Next: forbear night --home {home}"
    )


def _show_faults(quality: dict[str, Any], rejects: Path) -> None:
    if not quality["reasons"]:
        return
    own = [reason for reason in quality["reasons"] if not reason["cascade"]]
    table(
        "Most frequent faults",
        ["where", "fault", "first", "rows"],
        [
            [
                f"{r['table']}.{r['column'] or '(row)'}",
                r["text_en"],
                f"{r['file']} line {r['line']}",
                f"{r['count']:,}",
            ]
            for r in own[:_FAULTS_SHOWN]
        ],
        right=3,
    )
    if quality["cascades"]:
        table(
            "Rows that another row's fault took along",
            ["that fault", "took along"],
            [
                [each["root"], ", ".join(f"{n:,} {name}" for name, n in each["took"].items())]
                for each in quality["cascades"][:_FAULTS_SHOWN]
            ],
            right=2,
        )
    typer.echo(f"Every rejected row: {rejects}")


def _control(control: dict[str, dict[str, dict[str, Any]]]) -> list[list[str]]:
    return [
        [
            f"{name}.{column.removesuffix('_minor')}",
            format_minor(each["read_minor"]),
            _amount(each["stated_minor"], "not stated"),
            format_minor(each["kept_minor"]),
            format_minor(each["rejected_minor"]),
            _amount(each["in_rejected_rows_minor"], "—"),
        ]
        for name, columns in control.items()
        for column, each in columns.items()
    ]


def _amount(minor: int | None, absent: str) -> str:
    return absent if minor is None else format_minor(minor)
