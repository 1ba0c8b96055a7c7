"""The context as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.cases"
    label = "cases"
