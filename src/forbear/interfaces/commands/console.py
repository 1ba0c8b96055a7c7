"""How do commands show progress and tables?"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Progress = Callable[[str, int, int], None]
_WIDTH_MIN = 30
# What may not be parted: a run of Latin text, or one Chinese sign with the marks that close it.
_WIDE = r"\u2e80-\u9fff\uff00-\uffef"
_UNITS = re.compile(
    rf" +|(?:[（《“‘【]*[{_WIDE}][，。；：、！？）》”’】]*)|[^\s{_WIDE}]+[，。；：、！？）》”’】]*"
)


def width() -> int:
    """Return the columns of the terminal; COLUMNS decides where it is set."""
    return max(_WIDTH_MIN, shutil.get_terminal_size().columns)


def wrapped(text: str, *, indent: int = 0, hang: int = 0, columns: int | None = None) -> str:
    """Break text at the terminal's width; ``hang`` indents what follows the first line.

    A Chinese sign fills two columns and may end a line, but no line begins with a closing mark.
    """
    from rich.cells import cell_len

    whole = columns or width()
    lines, line = [], " " * indent
    for unit in _UNITS.findall(text):
        if cell_len(line) + cell_len(unit) > whole and line.strip():
            lines.append(line.rstrip())
            line = " " * (indent + hang)
            if not unit.strip():
                continue
        line += unit
    return "\n".join([*lines, line.rstrip()])


@contextmanager
def progress_bars(*, quiet: bool) -> Iterator[Progress]:
    """Show one bar a step on the error stream; silent when asked or not on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _step, _done, _all: None
        return
    tasks: dict[str, Any] = {}
    with Progress(
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as bars:

        def show(step: str, done: int, whole: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=whole or None)
            bars.update(tasks[step], completed=done, total=whole or None)

        yield show


def fits(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a table fits the terminal with every cell on one line."""
    from rich.cells import cell_len

    columns = zip(headers, *rows, strict=True)
    return sum(max(map(cell_len, column)) + 3 for column in columns) < width()


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table whose columns after the first are figures.

    No figure is ever broken over lines: where the terminal is too narrow, every row becomes a
    block of named figures.
    """
    import typer
    from rich.console import Console
    from rich.table import Table

    typer.secho(wrapped(title), bold=True)
    if not fits(headers, rows):
        for row in rows:
            typer.echo("\n".join(_block(headers, row)))
        return
    shown = Table()
    for position, header in enumerate(headers):
        shown.add_column(header, justify="right" if position else "left", no_wrap=True)
    for row in rows:
        shown.add_row(*row)
    Console(width=width(), highlight=False).print(shown)


def _block(headers: Sequence[str], row: Sequence[str]) -> list[str]:
    from rich.cells import cell_len

    names, figures = headers[1:], row[1:]
    left, right = max(map(cell_len, names)), max(map(cell_len, figures))
    return [
        f"  {row[0]}",
        *(
            f"    {name}{' ' * (left - cell_len(name))}  {' ' * (right - cell_len(figure))}{figure}"
            for name, figure in zip(names, figures, strict=True)
        ),
    ]


def listed(title: str, entries: Sequence[tuple[str, str, str]]) -> None:
    """Print a heading and entries: a figure, what it counts, and a sentence below."""
    import typer
    from rich.cells import cell_len

    typer.secho(wrapped(title), bold=True)
    column = max((cell_len(figure) for figure, _what, _said in entries), default=0)
    for figure, what, said in entries:
        lead = f"  {' ' * (column - cell_len(figure))}{figure}"
        rest = wrapped(what, indent=column + 4)
        typer.echo(lead + rest[column + 2 :])
        if said:
            typer.echo(wrapped(said, indent=column + 4))
