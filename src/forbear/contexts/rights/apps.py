"""The context as a Django app."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from forbear.contexts.audit.event import AuditEvent
    from forbear.contexts.contact.inbound.listen import Heard
    from forbear.contexts.contact.transcript.listen import Spoken
    from forbear.values.principal import Principal


class RightsConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.rights"
    label = "rights"

    def ready(self) -> None:
        """Tell what is held about persons, keep holds of what is open, and hear of distress."""
        from forbear.contexts.audit.actions import recorded
        from forbear.contexts.contact.inbound.listen import register_listener
        from forbear.contexts.contact.transcript import listen as spoken
        from forbear.contexts.portfolio.keeper import register_keeper
        from forbear.contexts.protection.holding import register_holding
        from forbear.contexts.rights.filing import CONTEXT
        from forbear.contexts.rights.holding import filings_held
        from forbear.contexts.rights.keeper import keep

        register_holding(CONTEXT, filings_held)
        register_keeper(CONTEXT, keep)
        register_listener(CONTEXT, _hear)
        spoken.register_listener(CONTEXT, _spoken)
        recorded.connect(_noted, dispatch_uid="rights.noted")


def _hear(heard: Heard, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Read what understands words when there are words: most programs never hear any."""
    from forbear.contexts.rights.heard import hear

    return hear(heard, actor, now)


def _spoken(spoken: Spoken, actor: Principal, now: datetime) -> bool:
    """Place what a sign of distress in a call asks for."""
    from forbear.contexts.rights.spoken import hear_spoken

    return hear_spoken(spoken, actor, now)


def _noted(*, event: AuditEvent, **told: Any) -> None:
    """Open a hardship where a note tells of distress; anything else is not looked at."""
    if event == "distress.found":
        from forbear.contexts.rights.noted import hear_note

        hear_note(event=event, **told)
