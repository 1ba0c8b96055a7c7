"""How does a command come to speak to the application's database?

The address comes from ``DATABASE_URL``; without it the workspace's own PostgreSQL is used, which is
started for as long as the command runs when nobody else has started it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forbear.interfaces.start import set_up
from forbear.values.errors import BrokenInvariant

SETTINGS = "forbear.settings.dev"
_ERROR_LINE = re.compile(r"^\w+(\.\w+)+: ")


@contextmanager
def reached(home: Path) -> Iterator[dict[str, str]]:
    """Yield the database's addresses by role (owner, app); they are alike where there is one."""
    given = given_address()
    if given is not None:
        from forbear.settings.environment import secret

        yield {"app": given, "owner": secret(os.environ, "DATABASE_OWNER_URL") or given}
        return
    from forbear.contexts.database.embedded import reach

    with reach(home) as urls:
        yield {role: urls[role] for role in ("app", "owner")}


def given_address() -> str | None:
    """Return the address of a database of one's own; None: the workspace's own server serves."""
    from forbear.settings.environment import secret

    return secret(os.environ, "DATABASE_URL")


def environment(home: Path, url: str, **more: str) -> dict[str, str]:
    """Return the environment in which the application runs on a workspace and a database."""
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL_FILE"}
    return {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        **kept,
        "FORBEAR_HOME": str(home.resolve()),
        "DATABASE_URL": url,
        **more,
    }


_entered: dict[Path, dict[str, str]] = {}


@contextmanager
def application(home: Path) -> Iterator[dict[str, str]]:
    """Set the application up in this process, its tables up to date; yield the addresses.

    Inside such a block another one for the same workspace is the same block.
    """
    place = home.resolve()
    if place in _entered:
        yield _entered[place]
        return
    with reached(home) as urls:
        os.environ.update(environment(home, urls["app"], FORBEAR_POOL="0"))
        set_up()
        from django.db import connections

        _entered[place] = urls
        try:
            bring_up_to_date(home, urls["owner"])
            yield urls
        finally:
            del _entered[place]
            # The server may end with this block; nobody may be left with a dead connection.
            connections.close_all()


def bring_up_to_date(home: Path, owner_url: str) -> None:
    """Apply migrations that are not applied yet, as the tables' owner.

    Raises:
        BrokenInvariant: they cannot be applied; the database is as it was before the failed one.
    """
    from forbear.contexts.database.migration import migrations_missing

    if not migrations_missing():
        return
    done = subprocess.run(
        [sys.executable, "-m", "forbear.interfaces.manage", "migrate", "--no-input", "-v", "0"],
        env=environment(home, owner_url, FORBEAR_DATABASE_ROLE="owner", FORBEAR_POOL="0"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise not_brought_up(done.stderr)


def not_brought_up(stderr: str) -> BrokenInvariant:
    """Return what to say of migrations that ended with an error; ``stderr`` is what they wrote."""
    lines = stderr.strip().splitlines()
    # What the server adds in lines of its own (CONTEXT, DETAIL) comes after the error's line.
    errors = [line for line in lines if _ERROR_LINE.match(line)]
    said = _ERROR_LINE.sub("", errors[-1]) if errors else "".join(lines[-1:])
    remedy, remedy_zh = _NO_ROLE if "create role" in said else _NOT_APPLIED
    return BrokenInvariant(
        f"The database could not be brought up to date: {said or 'no word'}",
        remedy=remedy,
        message_zh=f"数据库升级失败：{said or '无输出'}",
        remedy_zh=remedy_zh,
    )


_NO_ROLE = (
    (
        "Give the tables' owner CREATEROLE for the first start, or let a superuser "
        "CREATE ROLE forbear_app NOLOGIN and GRANT forbear_app to it; then start again."
    ),
    (
        "请在首次启动时授予表的所有者 CREATEROLE，或由超级用户执行 "
        "CREATE ROLE forbear_app NOLOGIN 并将其 GRANT 给所有者；然后重新启动。"
    ),
)
_NOT_APPLIED = (
    "Nothing later was applied. Mend it, or restore the backup, and start again.",
    "其后的变更均未执行。请修复，或恢复备份后重新启动。",
)
