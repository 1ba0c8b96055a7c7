"""A model with sealed columns, on a database connection of its own."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import connections, models
from django.test import override_settings

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


class Point(models.Model):  # noqa: DJ008  # nothing of it is for reading
    """A row of a person's that is known by a reference and whose key is the person's."""

    ref = models.CharField(max_length=64, unique=True)
    holder = models.ForeignKey(Holder, models.CASCADE)
    address = SealedText(row="ref", person_key="holder.key_id")

    class Meta:
        app_label = "sealed_tests"
        db_table = "sealed_point"


_MODELS = (Holder, Point)
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
def made(url):
    """Make the sealed columns and the tables of the context in a PostgreSQL, and keep them."""
    from forbear.contexts.protection.models import PersonKey, RingMark, RotationState
    from forbear.settings.environment import database

    connections.settings[ALIAS] = {**_DEFAULTS, **database(url, pool=False)}
    connection = connections[ALIAS]
    try:
        with override_settings(FORBEAR_STEP_DOWN=False):
            connection.ensure_connection()
        with connection.schema_editor() as editor:
            for model in (*_MODELS, PersonKey, RingMark, RotationState):
                editor.create_model(model)
        yield connection
    finally:
        connection.close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


@contextmanager
def holders(**database):
    """Open a connection under ``ALIAS`` with the tables in it, and give the first one's manager."""
    known = {**_DEFAULTS, "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", **database}
    connections.settings[ALIAS] = known
    connection = connections[ALIAS]
    with override_settings(FORBEAR_STEP_DOWN=False):
        connection.ensure_connection()
    with connection.schema_editor() as editor:
        for model in _MODELS:
            editor.create_model(model)
    try:
        yield Holder.objects.using(ALIAS)
    finally:
        with connection.schema_editor() as editor:
            for model in reversed(_MODELS):
                editor.delete_model(model)
        connection.close()
        del connections[ALIAS]
        del connections.settings[ALIAS]
