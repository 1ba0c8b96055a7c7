"""A small sample lender's book, imported once for each worker, and ways to run commands."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.sample import SampleSettings, write_sample
from forbear.contexts.nightly.workspace import Workspace

BOOK_DATE = date(2026, 11, 24)


def home_with_book(folder: Path, *, loans: int, partition_loans: int = 200_000) -> Workspace:
    """Write and import a sample; return its workspace."""
    extract = folder / "extract"
    write_sample(
        extract, settings=SampleSettings(loans=loans, seed=7, book_date=BOOK_DATE, parquet=True)
    )
    workspace = Workspace(folder / "home")
    import_extract(
        extract, workspace=workspace, settings=ImportSettings(partition_loans=partition_loans)
    )
    return workspace


def forbear(*arguments: str | Path, chaos: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as a person would."""
    source = Path(__file__).resolve().parents[2] / "src"
    environment = {
        **os.environ,
        "PYTHONPATH": str(source),
        "FORBEAR_CHAOS": chaos,
        "COLUMNS": "200",
    }
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from forbear.interfaces.commands.main import run; sys.exit(run())",
            *map(str, arguments),
        ],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
