"""The context as a Django app."""

from django.apps import AppConfig


class ContactConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.contact"
    label = "contact"

    def ready(self) -> None:
        """Tell what is held about persons, so that it is kept as long as it must be."""
        from forbear.contexts.contact.gate.condition import register_condition, restored
        from forbear.contexts.contact.holding import attempts_held
        from forbear.contexts.protection.holding import register_holding

        register_holding("contact", attempts_held)
        register_condition("restored", restored)
