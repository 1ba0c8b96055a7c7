"""What is the latest night, and may anybody be newly contacted on its word?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.nightly.models import Night, NightState
from forbear.values.code import Code
from forbear.values.principal import Principal

AGENDA_LASTS = timedelta(hours=36)
"""How old a night's book may be, counted from the start (UTC) of the day it speaks of."""


class NightStanding(Code):
    """What the latest night means for today's work."""

    FRESH = "FRESH"
    """The agenda is of now; work as planned."""
    RUNNING = "RUNNING"
    """A newer night is running; the agenda of the one before still counts."""
    FAILED = "FAILED"
    """The newest night failed; nobody is newly contacted."""
    STALE = "STALE"
    """The newest agenda is too old; nobody is newly contacted."""
    NONE = "NONE"
    """No night has been loaded yet; nobody is newly contacted."""

    @property
    def contacts_allowed(self) -> bool:
        """Whether anybody may be newly contacted."""
        return self in {NightStanding.FRESH, NightStanding.RUNNING}


@dataclass(frozen=True, slots=True)
class LatestNight:
    """The standing, and the day that the loaded agenda is for; null: none was ever loaded."""

    standing: NightStanding
    day: date | None
    loaded_at: datetime | None


def latest_night(*, actor: Principal, now: datetime) -> LatestNight:
    """Return how the nights stand at an instant. Nights hold no person, so everybody may ask."""
    with reading(actor):
        return nights_stand(now)


def nights_stand(now: datetime) -> LatestNight:
    """Return the same inside a transaction that is open, such as the gate's."""
    required()
    newest = Night.objects.order_by("-started_at").first()
    loaded = (
        Night.objects.filter(state=NightState.LOADED.value)
        .order_by("-as_of_date", "-started_at")
        .first()
    )
    if loaded is None:
        failed = newest is not None and newest.state == NightState.FAILED
        return LatestNight(NightStanding.FAILED if failed else NightStanding.NONE, None, None)
    standing = _standing(newest or loaded, loaded, now)
    return LatestNight(standing, loaded.as_of_date, loaded.finished_at)


def _standing(newest: Night, loaded: Night, now: datetime) -> NightStanding:
    # A second run for a day that is loaded already takes nothing away when it fails.
    if newest.state == NightState.FAILED and newest.as_of_date > loaded.as_of_date:
        return NightStanding.FAILED
    began = datetime.combine(loaded.as_of_date, datetime.min.time(), now.tzinfo)
    if now - began >= AGENDA_LASTS:
        return NightStanding.STALE
    running = newest.state == NightState.RUNNING
    return NightStanding.RUNNING if running else NightStanding.FRESH
