"""What does the program write down about its own doing, and what never?

One line an event. An event is a fixed sentence of the code; values reach a line only in fields that
are named here, and none of them holds a name, a number of a person, a query or a body. Of an error
its kind and our own lines of code are told, never its words: databases quote rows in theirs. Of
other libraries' events only the place in their code is told, since their sentences hold values.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forbear.values.errors import ForbearError

OURS = "forbear"
PACKAGE = Path(__file__).resolve().parents[2]
FIELDS = (
    "route",
    "method",
    "status",
    "duration_ms",
    "principal_kind",
    "principal_id",
    "code",
    "task",
    "night",
)
_CHAIN_MAX = 5
_FRAMES_MAX = 30
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class Formatter(logging.Formatter):
    """Writes a record as one line of JSON, or as one line for people with ``plain``."""

    def __init__(self, *, plain: bool = False) -> None:
        super().__init__()
        self._plain = plain

    def format(self, record: logging.LogRecord) -> str:
        line = fields_of(record)
        if not self._plain:
            return json.dumps(line, ensure_ascii=False, default=str)
        errors = line.pop("errors", [])
        head = " ".join(str(line.pop(name)) for name in ("time", "level", "logger", "event"))
        rest = [f"{name}={value}" for name, value in line.items()]
        told = [f"\n  {each['type']} {' < '.join(each['frames'])}" for each in errors]
        return " ".join([head, *rest]) + "".join(told)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what may be told of a record."""
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": _event(record),
    }
    asked = getattr(record, "request_id", None) or request_id.get()
    if asked:
        line["request_id"] = asked
    line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
    if record.exc_info and record.exc_info[1] is not None:
        line["errors"] = [_told(error) for error in _chain(record.exc_info[1])]
    return line


def _event(record: logging.LogRecord) -> str:
    """Return a sentence of ours as it stands in the code; of others, where it stands."""
    if record.name == OURS or record.name.startswith(f"{OURS}."):
        return str(record.msg)
    action = getattr(record, "action", None)
    place = action if isinstance(action, str) and action.isidentifier() else record.funcName
    return f"{record.module}.{place}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(_CHAIN_MAX):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _told(error: BaseException) -> Mapping[str, Any]:
    kind = type(error)
    told: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    if isinstance(error, ForbearError):
        told["code"] = error.code
    found = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            where = path.relative_to(PACKAGE).as_posix()
            found.append(f"{where}:{line} {frame.f_code.co_name}")
    told["frames"] = found[-_FRAMES_MAX:]
    return told


def logging_of(*, plain: bool, level: str) -> dict[str, Any]:
    """Return Django's ``LOGGING``: everything to the error stream, in our way of writing."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": "forbear.interfaces.web.log.Formatter", "plain": plain}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            OURS: {"level": level},
            # Django comes with handlers of its own, which would write their own way.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # Our own line for each request says the same, with its route for its address.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
