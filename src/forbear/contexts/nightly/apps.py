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
        from forbear.values.code import ContactPurpose

        # A code lets the person in to see what is owed; it says nothing that a night worked out.
        register_condition("night", night_unfit, but={ContactPurpose.ACCESS})
