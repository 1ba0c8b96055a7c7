"""What does the environment say, and what is it when nothing is said?

A secret comes from a variable or from a file that a variable with ``_FILE`` behind its name
points to. Nothing is read from anywhere else.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from forbear.values.errors import InvalidInput


def secret(environment: Mapping[str, str], name: str) -> str | None:
    """Return a secret from ``NAME`` or from the file that ``NAME_FILE`` names; None: neither."""
    if environment.get(name):
        return environment[name]
    path = environment.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InvalidInput(
            f"{name}_FILE names {path}, which cannot be read: {error.strerror}.",
            remedy=f"Mend the path or its rights, or set {name} itself.",
            message_zh=f"{name}_FILE 指向的 {path} 无法读取：{error.strerror}。",
            remedy_zh=f"请修正路径或权限，或直接设置 {name}。",
        ) from None


def flag(environment: Mapping[str, str], name: str, *, otherwise: bool = False) -> bool:
    """Return whether a switch is on: 1, true, yes, on."""
    said = environment.get(name)
    if said is None:
        return otherwise
    return said.strip().lower() in {"1", "true", "yes", "on"}


def home(environment: Mapping[str, str]) -> Path:
    """Return the workspace folder."""
    return Path(environment.get("FORBEAR_HOME", "forbear-home")).resolve()


def own_secret_key(folder: Path) -> str:
    """Return the secret key kept in the workspace; made at first use, readable by the owner."""
    path = folder / "secret-key"
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        made = secrets.token_urlsafe(64)
        scratch = folder / f".secret-key.{os.getpid()}"
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{made}\n")
        try:
            os.link(scratch, path)
        except FileExistsError:
            return path.read_text(encoding="utf-8").strip()
        finally:
            scratch.unlink()
        return made


def database(url: str, *, pool: bool) -> dict[str, Any]:
    """Return Django's description of a PostgreSQL that a URL or connection string names.

    Raises:
        InvalidInput: the text is not a connection string of PostgreSQL.
    """
    try:
        said = conninfo_to_dict(url)
    except Exception as error:
        raise InvalidInput(
            "DATABASE_URL is not a PostgreSQL address.",
            remedy="Write it as postgresql://user:password@host:5432/name",
            message_zh="DATABASE_URL 不是 PostgreSQL 地址。",
            remedy_zh="请写成 postgresql://user:password@host:5432/name",
        ) from error
    options: dict[str, Any] = {
        key: value
        for key, value in said.items()
        if key not in {"dbname", "user", "password", "host", "port"}
    }
    options["server_side_binding"] = False
    # Only statements of ``contexts.database.prepared`` bind at the server, and are kept planned.
    options["prepare_threshold"] = 5
    if pool:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": said.get("dbname") or "forbear",
        "USER": said.get("user") or "",
        "PASSWORD": said.get("password") or "",
        "HOST": said.get("host") or "",
        "PORT": str(said.get("port") or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }
