"""How does a file come to stand at its place whole, for its owner's eyes alone, or not at all?"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from forbear.values.errors import Conflict, InvalidInput

_OWNER_ALONE = 0o600


class OtherFile(Conflict):
    """Another file stands at the place already."""

    code = "OTHER_FILE"


class Sink:
    """A file without a name, until ``put`` gives it its place.

    A process killed at any instant leaves the place as it was, or the whole file; nothing of a
    file that was not finished remains. Where the system knows no files without a name, one that
    is hidden beside the place is taken away by the next attempt.
    """

    def __init__(self, place: Path) -> None:
        if not place.parent.is_dir():
            raise InvalidInput(
                f"There is no folder {place.parent}.",
                remedy="Make the folder first, for the eyes of those alone who may see the file.",
                message_zh=f"没有文件夹 {place.parent}。",
                remedy_zh="请先建立仅限有权人员访问的文件夹。",
                field="file",
            )
        self._place = place
        self._part: Path | None = None
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def __enter__(self) -> Self:
        try:
            nameless = os.O_WRONLY | os.O_TMPFILE
            descriptor = os.open(self._place.parent, nameless, _OWNER_ALONE)
        except (AttributeError, OSError):
            self._part = self._place.with_name(f".{self._place.name}.part")
            self._part.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            descriptor = os.open(self._part, flags, _OWNER_ALONE)
        self._file = os.fdopen(descriptor, "wb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)

    def write(self, text: str) -> None:
        """Add to the file."""
        piece = text.encode()
        self._hash.update(piece)
        self.size_bytes += len(piece)
        self._file.write(piece)

    @property
    def sha256(self) -> str:
        """The hash of what was written so far."""
        return self._hash.hexdigest()

    def refuse_other(self) -> None:
        """Go on only if nothing, or the same, stands at the place.

        Raises:
            OtherFile: something else does.
        """
        if self._place.exists():
            with self._place.open("rb") as there:
                if hashlib.file_digest(there, "sha256").hexdigest() == self.sha256:
                    return
            raise OtherFile(
                f"Another file stands at {self._place}.",
                remedy="Name another place, or move that file away.",
                message_zh=f"{self._place} 处已有另一个文件。",
                remedy_zh="请另选位置，或先移走该文件。",
                field="file",
            )

    def put(self) -> None:
        """Let the file stand at its place, on the disk itself; what stands there is the same."""
        self._file.flush()
        os.fsync(self._file.fileno())
        folder = os.open(self._place.parent, os.O_RDONLY)
        try:
            if self._part is not None:
                self._part.replace(self._place)
            elif not self._place.exists():
                nameless = f"/proc/self/fd/{self._file.fileno()}"
                # With a folder's descriptor the name is followed to the file without a name.
                os.link(nameless, self._place, src_dir_fd=folder, follow_symlinks=True)
            os.fsync(folder)
        finally:
            os.close(folder)
