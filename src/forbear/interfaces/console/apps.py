"""The console as a Django app: templates and static files."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """It has no models."""

    name = "forbear.interfaces.console"
    label = "console"
