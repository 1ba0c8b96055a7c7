"""Prepare .venv from a bare python3, once; a second call finds it ready.

python3 tools/setup.py runtime    what `forbear` needs
python3 tools/setup.py dev        also what checks and tests need
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def main() -> None:
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        sys.exit(
            f"Forbear needs Python {wanted} or newer; {sys.executable} is {sys.version}. "
            f"Install it and run: make setup PYTHON=python{wanted}"
        )
    kind = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    lock = ROOT / "requirements" / f"{kind}.txt"
    stamp = VENV / f"{kind}.stamp"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if _ready(stamp, wanted) or (kind == "runtime" and _ready(VENV / "dev.stamp", None)):
        return
    if not PYTHON.exists():
        _make_venv()
    print(f"Installing {kind} packages into .venv …", flush=True)
    _run(
        [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            # What is used compiles itself once; most of what is installed never is.
            "--no-compile",
            "--require-hashes",
            "-r",
            str(lock),
        ]
    )
    _link()
    stamp.write_text(wanted)


def _ready(stamp: Path, wanted: str | None) -> bool:
    if not (PYTHON.exists() and stamp.exists()):
        return False
    if wanted is None:
        lock = ROOT / "requirements" / f"{stamp.stem}.txt"
        wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    return stamp.read_text() == wanted


def _make_venv() -> None:
    print("Making .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "This Python cannot make virtual environments. On Debian: apt-get install python3-venv"
        )


def _link() -> None:
    """Make the package and its command known to the environment, without a build."""
    paths = sysconfig.get_paths(vars={"base": str(VENV), "platbase": str(VENV)})
    (Path(paths["purelib"]) / "forbear.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "forbear"
    command.write_text(
        f"#!{PYTHON}\nimport sys\nfrom forbear.interfaces.commands.main import run\n"
        "sys.exit(run())\n"
    )
    command.chmod(0o755)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(
            "The packages could not be installed; the lines above say why. "
            "Mend it and run the same command again: finished parts are kept."
        )


if __name__ == "__main__":
    main()
