"""The context as a Django app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.payments"
    label = "payments"

    def ready(self) -> None:
        """Tell what is held about persons."""
        from forbear.contexts.payments.holding import payments_held
        from forbear.contexts.protection.holding import register_holding

        register_holding("payments", payments_held)
