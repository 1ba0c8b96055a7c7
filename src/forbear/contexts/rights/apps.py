"""The context as a Django app."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.rights"
    label = "rights"
