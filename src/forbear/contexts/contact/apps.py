"""The context as a Django app."""

from django.apps import AppConfig


class ContactConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.contact"
    label = "contact"

    def ready(self) -> None:
        """Tell what is held about persons, and hear what forbids a contact that waits."""
        from forbear.contexts.audit.actions import recorded
        from forbear.contexts.contact.call.keeping import recordings_held
        from forbear.contexts.contact.gate.condition import register_condition, restored
        from forbear.contexts.contact.gate.hear import hear
        from forbear.contexts.contact.holding import attempts_held
        from forbear.contexts.protection.holding import register_holding

        register_holding("contact", attempts_held)
        register_holding("calls", recordings_held)
        register_condition("restored", restored)
        recorded.connect(hear, dispatch_uid="contact.recall")
