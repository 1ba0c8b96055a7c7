"""The context as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.people"
    label = "people"
