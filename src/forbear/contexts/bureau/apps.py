"""The context as a Django app."""

from django.apps import AppConfig


class BureauConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.bureau"
    label = "bureau"
