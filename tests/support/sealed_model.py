"""A model with sealed columns, on a database connection of its own."""

from __future__ import annotations

from contextlib import contextmanager

import django
from django.apps import apps
from django.conf import settings

if not settings.configured:
    settings.configure(USE_TZ=True, DATABASES={}, INSTALLED_APPS=[])
if not apps.ready:
    django.setup()

from django.db import connections, models  # models need the settings

from forbear.contexts.protection.field import SealedText

ALIAS = "sealed"


class Holder(models.Model):  # noqa: DJ008  # nothing of it is for reading
    """A person with two sealed columns."""

    id = models.UUIDField(primary_key=True)
    key_id = models.UUIDField()
    name = SealedText(person_key="key_id")
    note = SealedText(person_key="key_id", null=True)

    class Meta:
        app_label = "sealed_tests"
        db_table = "sealed_holder"


_DEFAULTS = {
    "ATOMIC_REQUESTS": False,
    "AUTOCOMMIT": True,
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "OPTIONS": {},
    "TIME_ZONE": None,
    "NAME": "",
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
    "TEST": {"NAME": None, "CHARSET": None, "COLLATION": None, "MIGRATE": True, "MIRROR": None},
}


@contextmanager
def holders(**database):
    """Open a connection under ``ALIAS`` with the table in it, and give its manager."""
    known = {**_DEFAULTS, "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", **database}
    connections.settings[ALIAS] = known
    connection = connections[ALIAS]
    with connection.schema_editor() as editor:
        editor.create_model(Holder)
    try:
        yield Holder.objects.using(ALIAS)
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Holder)
        connection.close()
        del connections[ALIAS]
        del connections.settings[ALIAS]
