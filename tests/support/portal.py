"""Somebody at the portal, in tests: a person who owes, or somebody who acts for them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.test import Client
from django.utils import timezone

from forbear.contexts.access.principal import DOOR
from forbear.contexts.access.visit import begin_visit
from forbear.contexts.database.transaction import acting


def visit_token(
    debtor_id: int, *, representative: int | None = None, now: datetime | None = None
) -> str:
    """Let somebody in without the door, and return what their browser holds."""
    with acting(DOOR):
        return begin_visit(
            debtor_id, link=None, representative=representative, now=now or timezone.now()
        )


def inside(
    debtor_id: int,
    *,
    representative: int | None = None,
    language: str = "zh-hans",
    large: bool = False,
) -> Client:
    """Return a browser in which the person is in, or somebody who acts for them."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.cookies[settings.PORTAL_LARGE_COOKIE_NAME] = "1" if large else "0"
    token = visit_token(debtor_id, representative=representative)
    client.cookies[settings.PORTAL_COOKIE_NAME] = token
    return client
