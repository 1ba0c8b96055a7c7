"""The application as the web server calls it."""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from forbear.interfaces.start import learn_beside, made_to_stay
from forbear.interfaces.workers.group import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.prod")
end_with_parent(os.environ)
with made_to_stay():
    application = get_wsgi_application()
    # The first who asks should not wait for the addresses to be read.
    import_module(settings.ROOT_URLCONF)

from forbear.interfaces.web.check import refuse_unsafe  # noqa: E402  # needs the settings
from forbear.interfaces.web.telemetry import start_telemetry  # noqa: E402  # the same

refuse_unsafe()
start_telemetry(os.environ)
learn_beside()
