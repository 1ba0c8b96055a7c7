"""In earnest: behind HTTPS, with a secret and a key ring of one's own."""

from __future__ import annotations

import os

from forbear.settings.base import *  # noqa: F403

FORBEAR_IN_EARNEST = True
LOGGING = logging_of(
    plain=os.environ.get("FORBEAR_LOG", "json") != "json",
    level=os.environ.get("FORBEAR_LOG_LEVEL", "INFO").upper(),
)
# Whoever watches from this machine itself speaks plain HTTP and names no host.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "localhost"]
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$", r"^metrics$"]
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("FORBEAR_PROXIES", "1"))
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
PORTAL_COOKIE_NAME = "__Host-visit"
