"""The context as a Django app."""

from django.apps import AppConfig
from django.conf import settings


class AccessConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.access"
    label = "access"

    def ready(self) -> None:
        """Show codes in a demonstration, where they reach nobody."""
        if settings.FORBEAR_DEMO:
            from forbear.contexts.access.demo import show_codes

            show_codes()
