"""As which account of the machine does the server run?

PostgreSQL refuses to run as root, rightly. An ordinary user runs it as himself. Root runs it as an
account that can do nothing else: ``forbear`` (made when missing), or ``postgres`` where PostgreSQL
is installed, or ``nobody`` where nothing else runs as it, or not at all.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forbear.values.errors import Denied

NAME = "forbear"
_MAKERS = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
     "--shell", "/usr/sbin/nologin", NAME),
    ("adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", NAME),
)  # fmt: skip
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class NoAccount(Denied):
    """There is no account under which root may run PostgreSQL."""

    code = "NO_ACCOUNT"


@dataclass(frozen=True)
class Account:
    """An account of the machine; ``switches`` when it is another than the present one."""

    name: str
    uid: int
    gid: int
    switches: bool

    @property
    def options(self) -> dict[str, Any]:
        """Return what ``subprocess`` needs to start a program as this account."""
        if not self.switches:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def choose_account() -> Account:
    """Return the account that the server runs as.

    Raises:
        NoAccount: the caller is root and there is no other account to be used safely.
    """
    if os.geteuid() != 0:
        return present_account()
    found = _known(NAME) or _made() or _known("postgres") or _idle("nobody")
    if found is None:
        raise NoAccount(
            "PostgreSQL must not run as root, and no other account could be made or found.",
            remedy="Make one (useradd --system forbear), run Forbear as an ordinary user, "
            "or give DATABASE_URL.",
            message_zh="PostgreSQL 不得以 root 身份运行，且无法创建或找到其他可用账户。",
            remedy_zh="请创建账户(useradd --system forbear)、改用普通用户运行 Forbear，"
            "或设置 DATABASE_URL。",
        )
    return found


def present_account() -> Account:
    """Return the account that this process runs as."""
    uid = os.geteuid()
    return Account(_name_of(uid), uid, os.getegid(), switches=False)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _known(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid, switches=True) if entry.pw_uid else None


def _made() -> Account | None:
    for command in _MAKERS:
        program = shutil.which(command[0], path=_SYSTEM_PATH)
        if program is None:
            continue
        subprocess.run(  # the command is one of ours
            [program, *command[1:]], check=False, capture_output=True, env={"PATH": _SYSTEM_PATH}
        )
        # Another process may have made it at the same moment, so the result counts, not the code.
        if made := _known(NAME):
            return made
    return None


def _idle(name: str) -> Account | None:
    """Return an account shared by many services only if none of them runs now."""
    account = _known(name)
    if account is None or not Path("/proc/self").exists():
        return None
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and process.stat().st_uid == account.uid:
                return None
        except OSError:  # the process has just ended
            continue
    return account
