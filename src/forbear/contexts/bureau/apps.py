"""The context as a Django app."""

from django.apps import AppConfig


class BureauConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.bureau"
    label = "bureau"

    def ready(self) -> None:
        """Hear facts that make lines wrong, and tell how long lines keep a person's data."""
        from forbear.contexts.audit.actions import recorded
        from forbear.contexts.bureau.hear import hear
        from forbear.contexts.bureau.holding import lines_held
        from forbear.contexts.protection.holding import register_holding

        register_holding("bureau", lines_held)
        recorded.connect(hear, dispatch_uid="bureau.lines")
