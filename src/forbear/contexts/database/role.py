"""As which role does the application speak to the database?

Row security does not bind owners of tables, so the application must not be one. Where the URL
names the owner (one's own PostgreSQL with one account), every new connection steps down to
``forbear_app`` at once; migrations alone stay the owner (``FORBEAR_DATABASE_ROLE=owner``).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created

APP_ROLE = "forbear_app"
# A migration that waits for a lock keeps everybody behind it waiting; it gives up and is run again.
MIGRATION_LOCK_S_MAX = 10


def take_role_on_connecting() -> None:
    """See to it that every new connection is the application's role, unless told otherwise."""
    connection_created.connect(_step_down, dispatch_uid="forbear.database.role")


def _step_down(connection: Any, **_: Any) -> None:
    if connection.vendor != "postgresql":
        return
    if not settings.FORBEAR_STEP_DOWN:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{MIGRATION_LOCK_S_MAX}s'")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s, to_regrole(%s) IS NOT NULL", [APP_ROLE, APP_ROLE])
        already, known = cursor.fetchone()
        if known and not already:
            cursor.execute(f"SET ROLE {APP_ROLE}")
