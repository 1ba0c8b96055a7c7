"""The context as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Tell endpoints of what is written down, inside the transaction that does it."""
        from forbear.contexts.audit.actions import recorded
        from forbear.contexts.exchange.announce import hear

        recorded.connect(hear, dispatch_uid="exchange.announce")
