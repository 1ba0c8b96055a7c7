"""Which families of errors exist, and what does each tell the person who meets it?

A message names what is wrong, where, and the remedy. Leaves are declared beside the function
that raises them; only the families live here.
"""

from __future__ import annotations

from typing import ClassVar


class ForbearError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "ERROR"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | None = None, *, remedy: str = "", **data: object) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.remedy = remedy
        self.data = data
        super().__init__(self.message)

    @property
    def message_zh(self) -> str:
        """The message in Chinese; in English where there is none."""
        return str(self.data.get("message_zh") or self.message)

    @property
    def remedy_zh(self) -> str:
        """The remedy in Chinese; in English where there is none."""
        return str(self.data.get("remedy_zh") or self.remedy)

    def as_dict(self) -> dict[str, object]:
        """Return the error as plain values for ``--json`` output."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy, **self.data}


class InvalidInput(ForbearError):
    """The input does not keep its contract."""

    code = "INVALID_INPUT"
    exit_code = 2


class NotFound(ForbearError):
    """Nothing by that name exists."""

    code = "NOT_FOUND"
    exit_code = 3


class Conflict(ForbearError):
    """The present state does not allow this."""

    code = "CONFLICT"
    exit_code = 4


class Denied(ForbearError):
    """A rule refuses this."""

    code = "DENIED"
    exit_code = 5


class Transient(ForbearError):
    """A resource is busy or away; trying later may help."""

    code = "TRANSIENT"
    exit_code = 6


class BrokenInvariant(ForbearError):
    """Something that cannot happen has happened; this is a defect."""

    code = "BROKEN_INVARIANT"
    exit_code = 70
