"""How are checkpoints kept in a folder outside the database?"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from forbear.contexts.audit.verify_log import Checkpoint, parse_note
from forbear.contexts.database.chaos import chaos
from forbear.values.errors import InvalidInput


class Folder:
    """A folder with one file for each checkpoint. Best on another machine's disk."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path)

    def has(self, key: str) -> bool:
        """Say whether a copy lies there."""
        return self._file(key).is_file()

    def put(self, key: str, note: str) -> None:
        """Leave a copy that is on the disk when this returns."""
        self.path.mkdir(parents=True, exist_ok=True)
        part = self.path / f".{key}.{os.getpid()}.part"
        with part.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        chaos("audit_copy_written")
        # A link, unlike a rename, never takes the place of what is there.
        with suppress(FileExistsError):
            os.link(part, self._file(key))
        # Whoever was killed while writing left a part behind.
        for left in self.path.glob(f".{key}.*.part"):
            left.unlink(missing_ok=True)

    def read(self) -> list[Checkpoint]:
        """Return every copy; none where there is no folder.

        Raises:
            InvalidInput: a file is not a checkpoint.
        """
        found = []
        for path in sorted(self.path.glob("checkpoint-*.txt")):
            made = parse_note(path.read_text(encoding="utf-8", errors="replace"))
            if made is None:
                raise InvalidInput(
                    f"{path} is not a checkpoint as it was written.",
                    remedy="It was changed or damaged. Fetch it from another copy, or move it "
                    "away and keep it as evidence.",
                    message_zh=f"{path} 不是写入时的检查点。",
                    remedy_zh="该文件被改动或损坏。请从其他副本取回，或移走并留作证据。",
                )
            found.append(made)
        return found

    def _file(self, key: str) -> Path:
        return self.path / f"{key}.txt"
