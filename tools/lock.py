"""Write requirements/{setup,runtime,dev,extras}.txt: versions and hashes, and no host's name."""

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
    more = [*_named("engines", "voice", "numbers", "models", "dev"), "-c", runtime]
    subprocess.run([*compile_, *more, "-o", dev, "pyproject.toml"], check=True, cwd=ROOT)
    heavy = [*_named("voice", "numbers", "speech", "headset"), "-c", dev, "-c", runtime]
    subprocess.run(
        [*compile_, *heavy, "-o", "requirements/extras.txt", "pyproject.toml"], check=True, cwd=ROOT
    )
    first = ["-o", "requirements/setup.txt", "requirements/setup.in"]
    subprocess.run([*compile_, *first], check=True, cwd=ROOT)


def _named(*extras: str) -> list[str]:
    return [word for extra in extras for word in ("--extra", extra)]


if __name__ == "__main__":
    main()
