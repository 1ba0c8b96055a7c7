"""The application's database as a Django app: its roles and functions are a migration."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Roles, row security and append-only tables."""

    name = "forbear.contexts.database"
    label = "database"

    def ready(self) -> None:
        """Take on the application's role at every new connection."""
        from forbear.contexts.database.role import take_role_on_connecting

        take_role_on_connecting()
