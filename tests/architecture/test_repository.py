"""Nothing lies in the repository that a machine left there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AT_THE_ROOT = {
    *(".ci", ".gitignore", "ARCHITECTURE.md", "Dockerfile", "GLOSSARY.md", "LICENSE", "Makefile"),
    *("README.md", "README.zh.md", "compose.yaml", "docs", "pyproject.toml", "requirements"),
    *("src", "tests", "tools"),
}
OF_A_MACHINE = re.compile(rb"(?<![\w.])/(?:work|root|home)/[a-z][\w.-]*/")
OF_A_CONTAINER = rb"/home/forbear/"
READ_BYTES = 5_000_000


@pytest.fixture(scope="module")
def kept():
    try:
        told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy is not a git repository")
    return [name for name in told.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_root_holds_what_a_reader_expects_there(kept):
    assert {name.partition("/")[0] for name in kept} <= AT_THE_ROOT


def test_no_file_names_a_folder_of_the_machine_it_was_written_on(kept):
    def names_one(name):
        whole = (ROOT / name).read_bytes()
        return len(whole) < READ_BYTES and OF_A_MACHINE.search(whole.replace(OF_A_CONTAINER, b""))

    assert [name for name in kept if names_one(name)] == []
