"""How do recordings look: a row for each, and one with its facts?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from forbear.contexts.contact.call.hearing import Recordings, RecordingShown
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.span import Days


def recordings_shown(found: Recordings, days: Days, names: Mapping[int, str]) -> dict[str, Any]:
    """Return the rows, the form's days and where more come."""
    return {
        "rows": [recording_shown(row, names) for row in found.rows],
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "next": "" if found.next is None else found.next.isoformat(),
    }


def recording_shown(row: RecordingShown, names: Mapping[int, str]) -> dict[str, Any]:
    """Return one recording in words; times on the reader's clock."""
    return {
        "id": row.id,
        "person": row.debtor_id,
        "name": row.name_masked or row.debtor_ref,
        "ref": row.debtor_ref,
        "at": here(row.began_at),
        "lasts": _lasts(row.seconds),
        "who": _who(row, names),
        "came_in": row.came_in,
        "kept": _("no rule keeps it") if row.kept_until is None else row.kept_until.isoformat(),
        "removed": here(row.removed_at),
        "sounds": row.sounds,
        "written": row.written,
        "waiting": row.waiting,
    }


def _lasts(seconds: int | None) -> str:
    if seconds is None:
        return _("not closed")
    return f"{seconds // 60}:{seconds % 60:02d}"


def _who(row: RecordingShown, names: Mapping[int, str]) -> str:
    if row.staff_id is not None:
        return names.get(row.staff_id, _("somebody who left"))
    return _("not known") if row.came_in else _("a machine")
