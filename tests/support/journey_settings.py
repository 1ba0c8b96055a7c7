"""The settings of a demonstration, with quick password hashes: for journeys in a browser."""

from __future__ import annotations

from forbear.settings.dev import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
