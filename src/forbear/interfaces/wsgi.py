"""The application as the web server calls it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.prod")
application = get_wsgi_application()

from forbear.interfaces.web.check import refuse_unsafe  # noqa: E402  # needs the settings

refuse_unsafe()
