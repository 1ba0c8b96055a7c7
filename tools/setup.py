"""Prepare .venv from a bare python3, once; a second call finds it ready.

python3 tools/setup.py runtime    what `forbear` needs
python3 tools/setup.py dev        also what checks and tests need
python3 tools/setup.py extras     also what calls can use: telephone, browser headset, recogniser
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
PIP = (
    str(PYTHON),
    *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
    # What is used compiles itself once; most of what is installed never is.
    "--no-compile",
)
# pip's settings that name where packages come from, and what uv calls them.
SOURCES = {
    "index-url": "--default-index",
    "extra-index-url": "--index",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
}


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
    if not _quickly(lock):
        _run([*PIP, "--require-hashes", "-r", str(lock)])
    _link()
    stamp.write_text(wanted)


def _quickly(lock: Path) -> bool:
    """Install with uv, from where pip would; False: it cannot here, and pip does it."""
    folder = VENV / "setup"
    uv = folder / "bin" / "uv"
    if not uv.exists():
        wanted = ROOT / "requirements" / "setup.txt"
        fetch = [*PIP, "--no-deps", "--require-hashes", "--target", str(folder), "-r", str(wanted)]
        if subprocess.run(fetch, check=False, capture_output=True).returncode:
            return False
    sources, environment = _sources()
    command = [str(uv), "pip", "install", "--quiet", "--python", str(PYTHON), *sources]
    done = subprocess.run(
        # Every index counts alike, as with pip: the hashes say which file is meant.
        [*command, "--index-strategy", "unsafe-best-match", "--require-hashes", "-r", str(lock)],
        check=False,
        capture_output=True,
        env=environment,
    )
    return done.returncode == 0


def _sources() -> tuple[list[str], dict[str, str]]:
    """Return where pip takes packages from, in uv's words."""
    asked = [str(PYTHON), "-m", "pip", "config", "list"]
    told = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    options: list[str] = []
    environment = {"UV_HTTP_TIMEOUT": "30", **os.environ}
    for line in told.splitlines():
        name, _, value = line.partition("=")
        name = name.rpartition(".")[2].replace("_", "-")
        said = str(ast.literal_eval(value))
        if name == "cert":
            environment.setdefault("SSL_CERT_FILE", said)
        elif name == "proxy":
            environment.setdefault("ALL_PROXY", said)
        elif name in SOURCES:
            options += [word for each in said.split() for word in (SOURCES[name], each)]
    return options, environment


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
    # A Debian Python's own scheme differs from that of the environments it makes.
    paths = sysconfig.get_paths("venv", vars={"base": str(VENV), "platbase": str(VENV)})
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
