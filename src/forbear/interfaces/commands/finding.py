"""What has a check of the installation found, and what mends it?"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.values.code import Code
from forbear.values.errors import ForbearError


class Grade(Code):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Text:
    """The same in English and in Chinese."""

    en: str
    zh: str

    def in_(self, lang: str) -> str:
        """Return it in one of the languages."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``remedy`` null where nothing has to be done."""

    check: str
    grade: Grade
    said: Text
    remedy: Text | None = None


def ok(check: str, en: str, zh: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(check, Grade.OK, Text(en, zh))


def warn(check: str, said: tuple[str, str], remedy: tuple[str, str]) -> Finding:
    """Return a finding that somebody should look at."""
    return Finding(check, Grade.WARN, Text(*said), Text(*remedy))


def fail(check: str, said: tuple[str, str], remedy: tuple[str, str]) -> Finding:
    """Return a finding that keeps Forbear from working, or from working safely."""
    return Finding(check, Grade.FAIL, Text(*said), Text(*remedy))


def failed(check: str, error: ForbearError) -> Finding:
    """Return what an error says, in both languages."""
    zh, remedy_zh = error.data.get("message_zh"), error.data.get("remedy_zh")
    remedy = (error.remedy, str(remedy_zh or error.remedy))
    return fail(check, (error.message, str(zh or error.message)), remedy)
