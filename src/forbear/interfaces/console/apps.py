"""The console as a Django app: templates and static files."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """It has no models."""

    name = "forbear.interfaces.console"
    label = "console"

    def ready(self) -> None:
        """Make the checks of the set-up known."""
        from forbear.interfaces.web import check  # noqa: F401  # registers on import
