"""The context as a Django app."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.protection"
    label = "protection"
