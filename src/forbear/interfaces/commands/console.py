"""How do commands show progress and tables?"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
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


def table(title: str, headers: list[str], rows: list[list[str]], *, right: int = 1) -> None:
    """Print a table; columns from position ``right`` on are numbers."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(title=title, title_justify="left", title_style="bold")
    for position, header in enumerate(headers):
        shown.add_column(header, justify="right" if position >= right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    Console().print(shown)
