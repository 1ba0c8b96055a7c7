"""The context as a Django app."""

from django.apps import AppConfig


class BureauConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.bureau"
    label = "bureau"

    def ready(self) -> None:
        """Hear facts that make lines wrong; tell what notices may say, and what is held."""
        from forbear.contexts.audit.actions import recorded
        from forbear.contexts.bureau.hear import hear
        from forbear.contexts.bureau.holding import lines_held
        from forbear.contexts.bureau.notice import reported_truths
        from forbear.contexts.cases.campaign.more import register_more
        from forbear.contexts.protection.holding import register_holding

        register_holding("bureau", lines_held)
        register_more("bureau", reported_truths)
        recorded.connect(hear, dispatch_uid="bureau.lines")
