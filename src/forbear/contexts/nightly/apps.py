"""The context as a Django app."""

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.nightly"
    label = "nightly"
