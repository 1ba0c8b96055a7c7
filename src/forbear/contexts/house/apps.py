"""The context as a Django app."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.house"
    label = "house"
