"""Is it time to begin the day, and what has the lender handed over for it?"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

from forbear.contexts.nightly.bridge.opens import Opens
from forbear.contexts.nightly.models import Night, NightState


def morning_due(now: datetime, *, home: Path, opens: Opens) -> date | None:
    """Return the day that should begin now; None: too early, begun already, or nothing to do."""
    local = now.astimezone(opens.zone)
    if local.time() < opens.at:
        return None
    day = local.date()
    anything = Night.objects.exists() or newest_extract(home) is not None
    return None if day_begun(day) or not anything else day


def day_begun(day: date) -> bool:
    """Say whether a day's agenda has been loaded."""
    return Night.objects.filter(as_of_date=day, state=NightState.LOADED.value).exists()


def newest_extract(home: Path) -> Path | None:
    """Return the inbox's extract of the latest book date; None: the inbox is empty.

    An extract is a folder whose ``manifest.json`` names its ``book_date``; a lender writes the
    manifest last, so a folder without one is still being written.
    """
    found: list[tuple[str, str, Path]] = []
    for manifest in (home / "inbox").glob("*/manifest.json"):
        try:
            told = json.loads(manifest.read_text(encoding="utf-8-sig"))
            book_date = date.fromisoformat(told["book_date"]).isoformat()
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append((book_date, manifest.parent.name, manifest.parent))
    return max(found)[2] if found else None
