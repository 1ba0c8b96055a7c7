"""Run a command with its temporary files in memory, where there is plenty of it.

python tools/scratch.py COMMAND ...

Tests write thousands of small files and see each safe on the disk, as they should; on a disk that
takes a fifth of their time. Where a folder in memory has room, files go there and are gone
afterwards; elsewhere nothing changes. TMPDIR that is set already stays.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # a private folder is made in it
ROOM_BYTES_MIN = 6 * 1024**3
"""Several times of what the tests write; it must stay free for their processes, too."""


def roomy(memory: Path) -> bool:
    """Say whether a folder lies in memory, can hold programs, and leaves enough of it."""
    try:
        found = os.statvfs(memory)
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        free_bytes = int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return False
    runs = not found.f_flag & os.ST_NOEXEC and os.access(memory, os.W_OK)
    room = found.f_bavail * found.f_frsize
    return runs and room >= ROOM_BYTES_MIN and free_bytes >= 2 * ROOM_BYTES_MIN


def run(command: list[str]) -> int:
    """Run a command to its end and return how it ended; an interruption is the command's own."""
    # A function is not handed on to the command as ignoring would be.
    signal.signal(signal.SIGINT, lambda *_: None)
    folder = None
    if "TMPDIR" not in os.environ and roomy(MEMORY):
        folder = tempfile.mkdtemp(prefix="forbear-", dir=MEMORY)
        # A database server under another account passes through, and sees nothing of it.
        Path(folder).chmod(0o711)
    told = {"TMPDIR": folder} if folder else {}
    try:
        child = subprocess.Popen(command, env={**os.environ, **told})
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
