"""The context as a Django app."""

from django.apps import AppConfig


class ContactConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.contact"
    label = "contact"
