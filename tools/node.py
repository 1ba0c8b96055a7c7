"""Put the second SMPP carrier of the tests, a package of Node, into .venv/node, once.

What is installed is what tests/support/node/package-lock.json names, each file checked against its
hash; from where is npm's own setting. Without Node, npm or a registry this ends well and writes
down why: the tests that need the carrier are skipped and say it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKED = ROOT / "tests" / "support" / "node"
PLACE = ROOT / ".venv" / "node"
NAMES = ("package.json", "package-lock.json")
NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
TIMEOUT_S = 120


def main() -> None:
    wanted = hashlib.sha256(b"".join((LOCKED / name).read_bytes() for name in NAMES)).hexdigest()
    stamp, why = PLACE / "installed.stamp", PLACE / "why.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    hindered = _hindrance()
    if hindered:
        why.write_text(hindered)
        print(f"No second carrier for the tests of SMS: {hindered}", file=sys.stderr, flush=True)
        return
    why.unlink(missing_ok=True)
    stamp.write_text(wanted)


def _hindrance() -> str:
    """Install what is locked; return what hindered it, or nothing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "node and npm are not installed (Debian: apt-get install nodejs npm)"
    for name in NAMES:
        shutil.copyfile(LOCKED / name, PLACE / name)
    try:
        done = subprocess.run(
            [npm, *NPM],
            cwd=PLACE,
            check=False,
            timeout=TIMEOUT_S,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired:
        return f"npm was not done within {TIMEOUT_S} s"
    said = " ".join(done.stderr.split())[:200]
    return f"npm could not install it: {said}" if done.returncode else ""


if __name__ == "__main__":
    main()
