"""Which passwords do the roles of the embedded database have, and how does a client show one?

The passwords are drawn once, lie in one file for the owner's eyes only, and are handed to the
server as SCRAM verifiers and to programs as a file in memory: none stands in a command line, an
environment or a log.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import quote

from forbear.contexts.database.embedded.account import Account
from forbear.contexts.database.embedded.place import Place, read_json, write_json
from forbear.values.errors import NotFound

Role = Literal["app", "owner", "superuser"]
ROLES: tuple[Role, ...] = ("app", "owner", "superuser")
LOGIN: dict[Role, str] = {
    "app": "forbear_app",
    "owner": "forbear_owner",
    "superuser": "forbear_superuser",
}
DATABASE = "forbear"
_PASSWORD_BYTES = 24


class SecretsGone(NotFound):
    """The data are there, their passwords are not."""

    code = "SECRETS_GONE"


def passwords_of(place: Place, *, new: bool) -> dict[str, str]:
    """Return the password of each role; draw them when the database is ``new``.

    Raises:
        SecretsGone: the database exists, so its passwords cannot be drawn again.
    """
    kept = read_json(place.secrets)
    if kept is not None and set(ROLES) <= set(kept):
        return {role: str(kept[role]) for role in ROLES}
    if not new:
        raise SecretsGone(
            f"The passwords of the database in {place.data} are missing: {place.secrets}.",
            remedy="Put the file back from a backup of the home; or restore a backup of the "
            "database into a new home.",
            message_zh=f"数据库 {place.data} 的密码文件缺失：{place.secrets}。",
            remedy_zh="请从 home 目录的备份中恢复该文件，或将数据库备份恢复到新的 home 目录。",
        )
    drawn: dict[str, str] = {role: secrets.token_urlsafe(_PASSWORD_BYTES) for role in ROLES}
    write_json(place.secrets, drawn)
    return drawn


def url_of(socket_folder: str, role: Role, password: str, database: str = DATABASE) -> str:
    """Return a URL for libpq, psycopg and Django that goes through a Unix socket."""
    return (
        f"postgresql://{LOGIN[role]}:{quote(password, safe='')}@/{quote(database, safe='')}"
        f"?host={quote(socket_folder, safe='/')}"
    )


@contextmanager
def memory_file(text: str, account: Account | None = None) -> Iterator[tuple[str, int]]:
    """Give text to a program as a file that is on no disk; yield its path and its descriptor.

    The program is started with ``pass_fds=(descriptor,)``. Where the kernel has no such files, it
    is a private file that is removed at the end.
    """
    try:
        handle = os.memfd_create("forbear")
        path, on_disk = f"/proc/self/fd/{handle}", False
    except (AttributeError, OSError):
        handle, path = tempfile.mkstemp(prefix="forbear-")
        on_disk = True
    try:
        os.write(handle, text.encode())
        os.fchmod(handle, 0o600)
        if account is not None and account.switches:
            os.fchown(handle, account.uid, account.gid)
        yield path, handle
    finally:
        os.close(handle)
        if on_disk:
            os.unlink(path)  # noqa: PTH108  # mkstemp gave a plain string


def passfile_line(login: str, password: str) -> str:
    """Return a line of a libpq password file that fits every address."""
    escaped = [part.replace("\\", "\\\\").replace(":", "\\:") for part in (login, password)]
    return "*:*:*:" + ":".join(escaped) + "\n"
