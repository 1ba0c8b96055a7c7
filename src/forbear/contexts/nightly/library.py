"""Where do the shipped policies come from?"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from forbear.policy.lender import Lender, load_lender
from forbear.policy.pack import Library, load_library

HOUSE = "house/demo"


def policy_texts(folder: str) -> dict[str, str]:
    """Return every YAML text below a folder of the shipped policies, by its relative name.

    Names are sorted and use forward slashes, such as ``cn/contact/hours.yaml``.
    """
    root = resources.files("forbear") / "policies"
    for part in folder.split("/"):
        root = root / part
    return dict(sorted(_texts(root, "")))


@cache
def open_library() -> Library:
    """Return the shipped law with the demo lender's own rules."""
    return load_library(
        policy_texts("law"),
        policy_texts(f"{HOUSE}/rules"),
        calendars=policy_texts("calendars"),
        series=policy_texts("series"),
    )


def open_lender() -> Lender:
    """Return the demo lender."""
    return load_lender(f"{HOUSE}/lender.yaml", policy_texts(HOUSE)["lender.yaml"])


def _texts(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            found += _texts(entry, f"{name}/")
        elif entry.name.endswith(".yaml"):
            found.append((name, entry.read_text(encoding="utf-8")))
    return found


@cache
def code_hash() -> str:
    """Return one hash of the package's program files, so that results name what made them."""
    digest = hashlib.sha256()
    for name, text in sorted(_program(resources.files("forbear"), "")):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def _program(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            found += _program(entry, f"{name}/")
        elif entry.name.endswith(".py"):
            found.append((name, entry.read_text(encoding="utf-8")))
    return found
