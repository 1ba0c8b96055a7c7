"""How do commands show progress and tables?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = Callable[[str, int, int], None]


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
