"""The context as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.exchange"
    label = "exchange"
