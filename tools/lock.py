"""Write requirements/{setup,runtime,dev,calls}.txt: versions and hashes, and no host's name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUIET = [
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-emit-options",
    "--annotation-style=line",
    "--upgrade",
]


def main() -> None:
    runtime, dev = "requirements/runtime.txt", "requirements/dev.txt"
    compile_ = [sys.executable, "-m", "piptools", "compile", *QUIET]
    subprocess.run([*compile_, "-o", runtime, "pyproject.toml"], check=True, cwd=ROOT)
    extras = ("engines", "voice", "numbers", "models", "dev")
    more = [*(word for extra in extras for word in ("--extra", extra)), "-c", runtime]
    subprocess.run([*compile_, *more, "-o", dev, "pyproject.toml"], check=True, cwd=ROOT)
    subprocess.run([*compile_, *calls(runtime, dev), "pyproject.toml"], check=True, cwd=ROOT)
    first = ["-o", "requirements/setup.txt", "requirements/setup.in"]
    subprocess.run([*compile_, *first], check=True, cwd=ROOT)


def calls(runtime: str, dev: str) -> list[str]:
    """Return what locks everything that calls can use, at the versions of the other locks."""
    extras = ("voice", "numbers", "speech", "headset")
    more = [word for extra in extras for word in ("--extra", extra)]
    return [*more, "-c", runtime, "-c", dev, "-o", "requirements/calls.txt"]


if __name__ == "__main__":
    main()
