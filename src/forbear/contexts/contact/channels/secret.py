"""Where does a channel's secret come from, since it never stands in its file?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from forbear.policy.reading import Field
from forbear.values.errors import InvalidInput

_REMEDY = "Write where it is: env:NAME for a variable, file:PATH for a file."


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret is. ``place``: the file and field that name it, for whoever must mend it."""

    how: str
    where: str
    place: str

    def open(self) -> str:
        """Return the secret.

        Raises:
            InvalidInput: the variable is not set, or the file cannot be read, or it is empty.
        """
        if self.how == "env":
            found = os.environ.get(self.where, "")
        else:
            try:
                found = Path(self.where).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                found = ""
        if found:
            return found
        raise InvalidInput(
            f"{self.place} names {self.how}:{self.where}, and there is nothing to read there.",
            remedy="Set the variable, or write the file and let this user read it.",
            message_zh=f"{self.place} 指向 {self.how}:{self.where}，但那里没有内容。",
            remedy_zh="请设置该变量，或写好该文件并允许本用户读取。",
        )


def secret_in(settings: Field, name: str) -> Reference:
    """Return where a secret is that a setting names.

    Raises:
        InvalidRule: it is missing, or the secret itself was written there. It is not repeated.
    """
    said = settings.get(name, str)
    how, _, where = said.partition(":")
    if how not in {"env", "file"} or not where.strip():
        raise settings.fail(name, "holds no reference, and a secret may not stand here", _REMEDY)
    where = where.strip()
    if how == "file" and not Path(where).is_absolute():
        where = str(Path(settings.file).parent / where)
    return Reference(how, where, f"{settings.file}, {settings.path}.{name}")


def secret_if(settings: Field, name: str) -> Reference | None:
    """Return the same of a setting that may be left out; None: it is."""
    return secret_in(settings, name) if settings.has(name) else None
