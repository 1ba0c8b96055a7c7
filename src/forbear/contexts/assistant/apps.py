"""The context as a Django app."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from forbear.contexts.contact.inbound.listen import Heard
    from forbear.values.principal import Principal


class AssistantConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.assistant"
    label = "assistant"

    def ready(self) -> None:
        """Say until when conversations are held, and hear what people write back."""
        from forbear.contexts.assistant.holding import talks_held
        from forbear.contexts.contact.inbound.listen import register_listener
        from forbear.contexts.protection.holding import register_holding

        register_holding("assistant", talks_held)
        register_listener("assistant", _hear)


def _hear(heard: Heard, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Read what understands words when there are words: most programs never hear any."""
    from forbear.contexts.assistant.written import hear_written

    return hear_written(heard, actor, now)
