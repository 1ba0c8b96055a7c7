"""The context as a Django app."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from forbear.contexts.contact.inbound.listen import Heard
    from forbear.values.principal import Principal


class RightsConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.rights"
    label = "rights"

    def ready(self) -> None:
        """Tell what is held about persons, keep holds of what is open, and hear of distress."""
        from forbear.contexts.contact.inbound.listen import register_listener
        from forbear.contexts.portfolio.keeper import register_keeper
        from forbear.contexts.protection.holding import register_holding
        from forbear.contexts.rights.filing import CONTEXT
        from forbear.contexts.rights.holding import filings_held
        from forbear.contexts.rights.keeper import keep

        register_holding(CONTEXT, filings_held)
        register_keeper(CONTEXT, keep)
        register_listener(CONTEXT, _hear)


def _hear(heard: Heard, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Read what understands words when there are words: most programs never hear any."""
    from forbear.contexts.rights.heard import hear

    return hear(heard, actor, now)
