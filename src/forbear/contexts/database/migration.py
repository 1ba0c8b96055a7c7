"""Which migrations of this program does the database not have yet?"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader


def migrations_missing() -> list[tuple[str, str]]:
    """Return what is missing, as (app, name).

    A newer program's migrations in the database are no fault: it comes after us.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        known = cursor.fetchone()[0]
        if known:
            cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall()) if known else set()
    return sorted(_ours() - applied)


@cache
def _ours() -> frozenset[tuple[str, str]]:
    """Name every migration by its file: loading all of them would outlast most commands."""
    found = set()
    for label in (app.label for app in apps.get_app_configs()):
        place, _own = MigrationLoader.migrations_module(label)
        try:
            package = import_module(place) if place else None
        except ModuleNotFoundError:
            continue
        if package is not None:
            found |= {(label, each.name) for each in pkgutil.iter_modules(package.__path__)}
    return frozenset(each for each in found if each[1][0] not in "_~")
