"""Where is somebody signed in, in words they recognise?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from forbear.contexts.people.queries import SessionFacts

_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def sessions_shown(found: Iterable[SessionFacts]) -> list[dict[str, Any]]:
    """Return rows for the list of sessions."""
    return [
        {
            "id": each.id,
            "device": _device(each.agent),
            "address": each.address,
            "since_at": each.since_at,
            "seen_at": each.seen_at,
            "current": each.current,
        }
        for each in found
    ]


def _device(agent: str) -> str:
    browser = next((name for sign, name in _BROWSERS if sign in agent), _("Another browser"))
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} · {system}" if system else browser
