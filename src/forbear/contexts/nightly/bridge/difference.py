"""What is different from the day before?"""

from __future__ import annotations

from typing import Any

from forbear.contexts.nightly.models import Night, NightState

_FIGURES = ("people", "planned", "explored", "held_out", "priced_out")


def difference_to_latest(night: Night) -> dict[str, Any]:
    """Return how the night's figures differ from those of the night loaded before it."""
    before = (
        Night.objects.filter(state=NightState.LOADED.value, as_of_date__lt=night.as_of_date)
        .order_by("-as_of_date")
        .first()
    )
    now = night.manifest.get("figures", {})
    if before is None:
        return {"before": None}
    then = before.manifest.get("figures", {})
    return {
        "before": before.id,
        **{name: now.get(name, 0) - then.get(name, 0) for name in _FIGURES},
    }
