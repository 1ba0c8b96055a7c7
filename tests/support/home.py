"""A small sample lender's book, and ways to run commands, each made or loaded only once."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from forbear.contexts.nightly.intake import ImportSettings, import_extract
from forbear.contexts.nightly.sample import SampleSettings, write_sample
from forbear.contexts.nightly.workspace import Workspace

BOOK_DATE = date(2026, 11, 24)
_ROOT = Path(__file__).resolve().parents[2]
# What commands load and what needs no settings; a process of its own then starts from there.
_LOADED = (
    "forbear.interfaces.commands.app",
    "forbear.interfaces.commands.main",
    "forbear.contexts.nightly.explain",
    "forbear.contexts.nightly.intake",
    "forbear.contexts.nightly.report",
    "forbear.contexts.nightly.run",
    "forbear.contexts.nightly.sample",
    "tests.support.home",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.ciphers.aead",
    "django.core.handlers.wsgi",
    "django.core.management",
    "django.db.backends.postgresql.base",
    "django.db.migrations.executor",
    "django.forms",
    "django.template.loader",
    "django.urls",
    "httpx",
    "procrastinate",
    "psycopg_pool",
    "tests.support.mother",
)


def home_with_book(
    folder: Path, *, loans: int, partition_loans: int = 200_000, seed: int = 7
) -> Workspace:
    """Write and import a sample; return its workspace."""
    extract = folder / "extract"
    write_sample(
        extract, settings=SampleSettings(loans=loans, seed=seed, book_date=BOOK_DATE, parquet=True)
    )
    workspace = Workspace(folder / "home")
    import_extract(
        extract, workspace=workspace, settings=ImportSettings(partition_loans=partition_loans)
    )
    return workspace


def made_once(tmp_path_factory: Any, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that ``make`` fills once for all workers of a test run; only to be read."""
    mine = tmp_path_factory.getbasetemp()
    shared = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "made-once"
    shared.mkdir(exist_ok=True)
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


def commands_on(database: Any, keyring: Path, monkeypatch: Any) -> None:
    """Let commands work on a test's database, with its keys."""
    from django.conf import settings

    monkeypatch.setenv("DATABASE_URL", database.urls["app"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "forbear.settings.test")
    monkeypatch.setenv("FORBEAR_KEYRING_FILE", str(keyring))
    # Hashes are keyed with the secret of whoever serves the pages.
    monkeypatch.setenv("FORBEAR_SECRET_KEY", settings.SECRET_KEY)


def forbear(*arguments: str | Path, chaos: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as a person would: in a process of its own, which a kill ends.

    It is forked from a process that has loaded the program and done nothing else, since loading
    would take longer than most of the commands.
    """
    words = [str(each) for each in arguments]
    # The first process inherits this; it must load this tree, not an installed one.
    os.environ["PYTHONPATH"] = f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    environment = {**os.environ, "FORBEAR_CHAOS": chaos, "COLUMNS": "200"}
    # As in earnest on all processors, whatever the tests themselves use.
    environment.pop("POLARS_MAX_THREADS", None)
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        places = [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in (out, err)]
        process = context.Process(target=_run, args=(words, environment, Path.cwd(), *places))
        process.start()
        process.join()
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess(words, process.exitcode, out.read(), err.read())


def _run(words: list[str], environment: dict[str, str], cwd: Path, out: str, err: str) -> None:
    for place, number in ((out, 1), (err, 2)):
        os.dup2(os.open(place, os.O_WRONLY), number)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    from forbear.interfaces.commands import main
    from tests.support.mother import forget_settings

    forget_settings()
    assert Path(main.__file__).is_relative_to(_ROOT)
    sys.argv = ["forbear", *words]
    sys.exit(main.run())
