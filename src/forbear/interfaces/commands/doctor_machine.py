"""Can this machine run Forbear: Python, packages, PostgreSQL's programs, room, rights?"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from forbear.interfaces.commands.doctor_model import model_findings
from forbear.interfaces.commands.finding import Finding, fail, failed, ok, warn
from forbear.values.errors import ForbearError

PYTHON_MIN = (3, 11)
FREE_BYTES_FAIL, FREE_BYTES_WARN = 1 << 30, 10 << 30
_OTHERS = 0o077
_LOCK = Path(__file__).resolve().parents[4] / "requirements" / "runtime.txt"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_SHOWN_MAX = 5


def machine_findings(home: Path) -> Iterator[Finding]:
    """Look at what needs no database."""
    yield _python()
    yield packages(_LOCK)
    yield from _home(home)
    yield from model_findings()
    if not _own_database():
        yield from _programs()


def _own_database() -> bool:
    return any(os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_URL_FILE"))


def _python() -> Finding:
    runs = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= PYTHON_MIN:
        return ok("python", runs, runs)
    wanted = ".".join(map(str, PYTHON_MIN))
    return fail(
        "python",
        (f"{runs} is too old.", f"{runs} 版本过旧。"),
        (f"Install Python {wanted} or later.", f"请安装 Python {wanted} 或更高版本。"),
    )


def packages(lock: Path) -> Finding:
    """Compare what is installed with the lock that the program was tested with."""
    if not lock.is_file():
        return ok(
            "packages", "installed without a lock; nothing to compare", "安装时未带锁文件，无从比较"
        )
    pinned = _PINNED.findall(lock.read_text(encoding="utf-8"))
    other = [f"{name} {found} ≠ {want}" for name, want in pinned if (found := _has(name)) != want]
    if not other:
        return ok("packages", f"{len(pinned)} as locked", f"{len(pinned)} 个与锁文件一致")
    shown = ", ".join(other[:_SHOWN_MAX]) + (" …" if len(other) > _SHOWN_MAX else "")
    return warn(
        "packages",
        (f"{len(other)} differ from the lock: {shown}", f"{len(other)} 个与锁文件不同：{shown}"),
        (
            "pip install --require-hashes -r requirements/runtime.txt",
            "pip install --require-hashes -r requirements/runtime.txt",
        ),
    )


def _has(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _home(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        yield warn(
            "home",
            (f"There is no workspace {home} yet.", f"工作目录 {home} 尚不存在。"),
            (
                "forbear keys create and forbear up make it; or name another with --home.",
                "forbear keys create 和 forbear up 会创建它；也可用 --home 另行指定。",
            ),
        )
        return
    if not os.access(home, os.W_OK):
        yield fail(
            "home",
            (f"{home} cannot be written.", f"{home} 不可写。"),
            ("Run Forbear as its owner.", "请以其所有者身份运行 Forbear。"),
        )
    else:
        yield ok("home", str(home), str(home))
    yield _rights(home)
    yield _room(home)


def _rights(home: Path) -> Finding:
    """See that no file that holds secrets may be read by others."""
    names = ("secret-key", "keyring.json", "database/secrets.json")
    open_ = [
        name
        for name in names
        if (home / name).is_file() and stat.S_IMODE((home / name).stat().st_mode) & _OTHERS
    ]
    if not open_:
        return ok("rights", "secrets are their owner's alone", "机密文件仅所有者可读")
    listed = " ".join(str(home / name) for name in open_)
    return fail(
        "rights",
        (f"Others may read: {listed}", f"其他账户可读取：{listed}"),
        (
            f"chmod 600 {listed}; if others may have read them, make new ones.",
            f"chmod 600 {listed}；若可能已被他人读取，请重新生成。",
        ),
    )


def _room(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    said = (f"{free / (1 << 30):.1f} GiB free", f"剩余 {free / (1 << 30):.1f} GiB")
    remedy = (
        "Make room: old nights in the home's folder nights, old backups.",
        "请腾出空间：清理工作目录 nights 中的旧数据和旧备份。",
    )
    if free < FREE_BYTES_FAIL:
        return fail("room", said, remedy)
    return warn("room", said, remedy) if free < FREE_BYTES_WARN else ok("room", *said)


def _programs() -> Iterator[Finding]:
    from forbear.contexts.database.embedded.account import NAME, present_account
    from forbear.contexts.database.embedded.place import SYSTEM_FOLDER
    from forbear.contexts.database.embedded.programs import choose_programs

    account = present_account()
    if os.geteuid() == 0:
        yield ok(
            "account",
            f"root; PostgreSQL runs as {NAME} or another ordinary account",
            f"root；PostgreSQL 以 {NAME} 或其他普通账户运行",
        )
    else:
        yield ok("account", account.name, account.name)
    try:
        found = choose_programs(account, SYSTEM_FOLDER)
    except ForbearError as error:
        yield failed("postgresql", error)
        return
    said = f"{found.version} ({found.origin})"
    yield ok("postgresql", said, said)
