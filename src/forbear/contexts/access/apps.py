"""The context as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.access"
    label = "access"
