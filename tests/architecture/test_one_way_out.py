"""Nothing leaves but by the gate: who may make permits, call channels and open connections.

The rules read the code itself; each is shown a planted breach.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "forbear"
GATE = "contexts/contact/gate"
CHANNELS = "contexts/contact/channels"
# What can open a connection to somewhere else.
DOORS = {"httpx", "requests", "smtplib", "smpplib", "socket", "telnetlib", "ftplib", "aiohttp"}
# Who may open one, and to whom: never to a person.
OPENERS = {
    CHANNELS: "providers",
    "contexts/exchange": "a lender's own systems that asked to be told",
    "contexts/assistant/llm_wire.py": "a language model that the lender named",
    "client": "Forbear's own API",
    "contexts/database/embedded": "the database of this machine",
    "interfaces/commands": "this machine's own ports",
    "interfaces/web": "this machine's own ports",
    "interfaces/workers": "this machine's own ports",
}


# Words without one of which a module breaks no rule below: the others need not be understood.
WORDS = {"Permit", "issue", "hand_over", "address_of", "channels", "mail", "http", "urllib", *DOORS}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Give the modules in which a rule may be broken, understood."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if any(word in text for word in WORDS):
            yield path.relative_to(SOURCE).as_posix(), ast.parse(text)


def breaches(where: str, tree: ast.Module) -> list[str]:
    """Return what a module does that only the gate, or a channel, may do."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += _calls(where, node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += _imports(where, node)
    return found


def _calls(where: str, node: ast.Call) -> list[str]:
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    at = f"{where}:{node.lineno}"
    if name == "Permit" and where != f"{GATE}/permit.py":
        return [f"{at} makes a permit"]
    if name == "issue" and where != f"{GATE}/intent.py":
        return [f"{at} issues a permit"]
    by_channel = isinstance(called, ast.Attribute) and name == "hand_over"
    if by_channel and where != f"{GATE}/send.py":
        return [f"{at} hands a contact to a channel"]
    if name == "address_of" and where != f"{GATE}/intent.py":
        return [f"{at} opens an address outside the gate"]
    return []


def _imports(where: str, node: ast.Import | ast.ImportFrom) -> list[str]:
    at = f"{where}:{node.lineno}"
    names = (
        [node.module or ""]
        if isinstance(node, ast.ImportFrom)
        else [alias.name for alias in node.names]
    )
    found = []
    for name in names:
        door = name.split(".")[0] in DOORS or name.startswith(("http.client", "urllib.request"))
        if door and not where.startswith(tuple(OPENERS)):
            found.append(f"{at} imports {name}")
        private = name.startswith("forbear.contexts.contact.channels.")
        may = where.startswith((GATE, CHANNELS)) or "registry" in name or "simulated" in name
        if private and not may:
            found.append(f"{at} imports {name}")
        if name == "django.core.mail":
            found.append(f"{at} sends mail past the gate")
    return found


def test_nothing_but_the_gate_lets_a_contact_out():
    assert [fault for where, tree in modules() for fault in breaches(where, tree)] == []


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("contexts/cases/shortcut.py", "adapter.hand_over(permit, envelope)"),
        (f"{GATE}/worker.py", "self._providers.named('x').hand_over(permit, envelope)"),
        ("contexts/cases/shortcut.py", "from x import issue\nissue(id=1)"),
        (f"{GATE}/authorise.py", "issue(id=1)"),
        ("interfaces/api/shortcut.py", "Permit(id=1)"),
        (f"{CHANNELS}/shortcut.py", "permit.Permit(id=1)"),
        ("contexts/cases/shortcut.py", "import httpx"),
        ("contexts/people/shortcut.py", "from smtplib import SMTP"),
        ("interfaces/console/shortcut.py", "import urllib.request"),
        (
            "contexts/cases/shortcut.py",
            "from forbear.contexts.contact.channels.port import Adapter",
        ),
        ("interfaces/console/shortcut.py", "from django.core.mail import send_mail"),
        ("contexts/nightly/shortcut.py", "address_of(1, now=now)"),
    ],
)
def test_a_planted_breach_is_found(where, code):
    assert breaches(where, ast.parse(code))
    assert any(word in code for word in WORDS)


def test_a_permit_made_elsewhere_is_refused():
    from dataclasses import fields

    from forbear.contexts.contact.gate.permit import Permit

    with pytest.raises(AssertionError, match="only the gate"):
        Permit(**dict.fromkeys(field.name for field in fields(Permit)))
