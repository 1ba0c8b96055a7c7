"""The context as a Django app."""

from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.assistant"
    label = "assistant"

    def ready(self) -> None:
        """Say until when conversations are held."""
        from forbear.contexts.assistant.holding import talks_held
        from forbear.contexts.protection.holding import register_holding

        register_holding("assistant", talks_held)
