"""The context as a Django app."""

from django.apps import AppConfig
from django.core import checks


class ProtectionConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.protection"
    label = "protection"

    def ready(self) -> None:
        """Let Forbear start only with the ring that its database was sealed with."""
        from forbear.contexts.protection.ringcheck import check_ring

        checks.register(check_ring, "forbear")
