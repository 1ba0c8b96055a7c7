"""The context as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.access"
    label = "access"

    def ready(self) -> None:
        """Show codes in a demonstration, where they reach nobody."""
        from forbear.contexts.access.demo import show_codes

        show_codes()
