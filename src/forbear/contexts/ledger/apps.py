"""The context as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.ledger"
    label = "ledger"
