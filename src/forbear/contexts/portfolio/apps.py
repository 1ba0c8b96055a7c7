"""The context as a Django app."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.portfolio"
    label = "portfolio"
