"""How does each error reach the person who typed a command?

What a command needs is imported inside, so that stopping it at any moment ends in words.
"""

from __future__ import annotations

import errno
import json
import re
import sys
from contextlib import suppress
from typing import TextIO

from forbear.values.errors import BrokenInvariant, ForbearError, InvalidInput, Transient

_MISUSED = 2
_INTERRUPTED = 130
_LOG = "forbear-defect.log"
# The system's commonest words; what is not here is shown as the system says it.
_SYSTEM = {
    errno.ENOSPC: ("No space is left on the device", "设备上没有剩余空间"),
    errno.EDQUOT: ("The disk quota is used up", "磁盘配额已用完"),
    errno.EACCES: ("Permission is denied", "没有权限"),
    errno.EPERM: ("The operation is not permitted", "不允许此操作"),
    errno.EROFS: ("The file system is read-only", "文件系统是只读的"),
    errno.ENOENT: ("There is no such file or folder", "没有这个文件或文件夹"),
    errno.ENOTDIR: ("This is not a folder", "这不是文件夹"),
    errno.EISDIR: ("This is a folder", "这是文件夹"),
}


def run(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; no traceback reaches the caller's terminal."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(given)
    except KeyboardInterrupt:
        return _stopped(given)
    except ForbearError as error:
        return _told(error, given)
    except Exception as error:  # noqa: BLE001  # the edge: whatever it is, say it in words
        return _told(_failure(error), given)


def _run(given: list[str]) -> int:
    from forbear.interfaces.commands.app import app

    try:
        app(given)
    except SystemExit as end:  # how the parser ends, also after help, misuse and Ctrl-C
        code = end.code if isinstance(end.code, int) else 0
        if code == _INTERRUPTED:
            return _stopped(given)
        if code == _MISUSED and "--json" in given:
            return _told(_misuse(), given)
        return code
    return 0


def _misuse() -> InvalidInput:
    return InvalidInput(
        "The command was not understood; the error stream says why.",
        remedy="Ask for help with --help.",
        message_zh="无法理解该命令；原因见错误输出。",
        remedy_zh="请用 --help 查看帮助。",
    )


def _stopped(given: list[str]) -> int:
    from forbear.interfaces.commands.lang import choose, language_among

    again = choose(
        language_among(given),
        "Stopped. Nothing half-done counts; the same command goes on or starts anew.",
        "已停止。未完成的部分不会生效；再次运行同一命令即可继续或重新开始。",
    )
    _write(sys.stderr, again)
    return _INTERRUPTED


def _told(error: ForbearError, given: list[str]) -> int:
    from forbear.interfaces.commands.console import wrapped
    from forbear.interfaces.commands.lang import language_among

    if "--json" in given:
        _write(sys.stdout, json.dumps({"error": error.as_dict()}, ensure_ascii=False, default=str))
        return error.exit_code
    message, remedy = error.message, error.remedy
    if language_among(given) == "zh":
        message, remedy = error.message_zh, error.remedy_zh
    said = [wrapped(message)]
    if remedy:
        said.append(wrapped(f"→ {remedy}", hang=2))
    _write(sys.stderr, "\n".join(said))
    return error.exit_code


def _write(stream: TextIO, text: str) -> None:
    """Write a line; a reader who has gone away misses nothing."""
    with suppress(BrokenPipeError):
        stream.write(f"{text}\n")
        stream.flush()


def _failure(error: Exception) -> ForbearError:
    """Return words for what nobody foresaw: the system's refusal, or a defect."""
    if _database_away(error):
        return _no_database(error)
    number = _system_number(error)
    if number is None:
        return _defect(error)
    named = str(getattr(error, "filename", None) or "")
    plain = str(getattr(error, "strerror", None) or error)
    said, said_zh = _SYSTEM.get(number, (plain, plain))
    return ForbearError(
        f"The system says: {said}{f' ({named})' if named else ''}.",
        remedy="Check the path, the rights and the free space, then try again.",
        message_zh=f"系统提示：{said_zh}{f'（{named}）' if named else ''}。",
        remedy_zh="请检查路径、权限和剩余空间，然后重试。",
    )


def _system_number(error: Exception) -> int | None:
    """Return the system's number of an error; engines hand it on inside their own errors."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = re.search(r"\(os error (\d+)\)", str(error))
    if found:
        return int(found[1])
    return errno.EIO if isinstance(error, OSError) else None


def _database_away(error: Exception) -> bool:
    """Say whether the database cannot be reached, or went away; no driver is loaded for this."""
    kinds = {(kind.__module__.partition(".")[0], kind.__name__) for kind in type(error).__mro__}
    return ("psycopg", "OperationalError") in kinds or ("django", "OperationalError") in kinds


def _no_database(error: Exception) -> Transient:
    said = str(error).strip().partition("\n")[0]
    return Transient(
        f"The database could not answer: {said}",
        remedy="Start it, or mend DATABASE_URL; `forbear doctor` tells more. What was not finished "
        "did not happen.",
        message_zh=f"数据库无法应答：{said}",
        remedy_zh="请启动数据库，或修正 DATABASE_URL；运行 forbear doctor 可了解详情。"
        "未完成的操作没有生效。",
    )


def _defect(error: Exception) -> BrokenInvariant:
    import traceback
    from pathlib import Path

    try:
        Path(_LOG).write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        where, where_zh = f"Its details are in {_LOG}.", f"详情见 {_LOG}。"
    except OSError:
        where, where_zh = "Its details could not be written.", "详情无法写入。"
    kind = type(error).__name__
    return BrokenInvariant(
        f"This is a defect of Forbear ({kind}). Nothing half-done remains.",
        remedy=where,
        message_zh=f"这是 Forbear 的缺陷（{kind}）。没有留下半成品。",
        remedy_zh=where_zh,
    )


if __name__ == "__main__":
    sys.exit(run())
