"""The context as a Django app."""

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.nightly"
    label = "nightly"

    def ready(self) -> None:
        """Let no contact out on the word of a night that failed or is too old."""
        from forbear.contexts.contact.gate.condition import register_condition
        from forbear.contexts.nightly.sending import night_unfit

        register_condition("night", night_unfit)
