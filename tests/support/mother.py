"""The process that commands are forked from: the program is loaded, and no setting counts yet.

Models and pages take longer to load than most commands run. They are alike under every settings of
ours; what a command finds there, it reads from its own environment.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from contextlib import suppress


def load() -> None:
    """Load the application as the tests' settings have it, and leave the environment as it was."""
    before = dict(os.environ)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="forbear.settings.test",
        DATABASE_URL="postgresql:///no_database_was_chosen",
        FORBEAR_HOME=tempfile.gettempdir(),
        FORBEAR_SECRET_KEY=secrets.token_hex(),
        FORBEAR_POOL="0",
    )
    try:
        import django

        django.setup()
    finally:
        os.environ.clear()
        os.environ.update(before)


def forget_settings() -> None:
    """Let the next look at a setting read all of them anew, from this process's environment."""
    from django.conf import ENVIRONMENT_VARIABLE, empty, settings
    from django.core.cache import caches
    from django.db import connections

    loaded = settings.INSTALLED_APPS
    for handler in (connections, caches):
        for name in list(handler):
            with suppress(AttributeError):  # there is none yet
                del handler[name]
        handler.__dict__.pop("settings", None)
        handler._settings = None
    settings._wrapped = empty
    for name in [name for name in sys.modules if name.startswith("forbear.settings")]:
        del sys.modules[name]
    if os.environ.get(ENVIRONMENT_VARIABLE):
        assert loaded == settings.INSTALLED_APPS, "other settings load other parts"


load()
