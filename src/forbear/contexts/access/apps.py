"""The context as a Django app."""

from django.apps import AppConfig
from django.conf import settings


class AccessConfig(AppConfig):
    """Models of this context are private to it."""

    name = "forbear.contexts.access"
    label = "access"

    def ready(self) -> None:
        """Lead messages to a person's own pages; in a demonstration, show the codes."""
        from forbear.contexts.access.lead import CONTEXT, leading
        from forbear.contexts.cases.campaign.more import register_more

        register_more(CONTEXT, leading)
        if settings.FORBEAR_DEMO:
            from forbear.contexts.access.demo import show_codes

            show_codes()
