"""The context as a Django app."""

from django.apps import AppConfig


class ArrangementsConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.arrangements"
    label = "arrangements"
