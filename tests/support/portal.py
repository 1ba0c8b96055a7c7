"""Somebody at the portal, in tests: a person who owes, or somebody who acts for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.test import Client
from django.utils import timezone

from forbear.contexts.access.models import Entry
from forbear.contexts.access.port import CodeToEnter, by_gate, register_entry_sender
from forbear.contexts.access.principal import DOOR
from forbear.contexts.access.visit import begin_visit
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.models import Debtor
from forbear.values.principal import Principal


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
    client = outside(language=language, large=large)
    token = visit_token(debtor_id, representative=representative)
    client.cookies[settings.PORTAL_COOKIE_NAME] = token
    return client


def outside(*, language: str = "zh-hans", large: bool = False) -> Client:
    """Return a browser of somebody who has not entered."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.cookies[settings.PORTAL_LARGE_COOKIE_NAME] = "1" if large else "0"
    return client


def id_of(person_ref: str) -> int:
    """Return a person's id by their ref."""
    with reading(DOOR):
        return Debtor.objects.values_list("pk", flat=True).get(ref=person_ref)


@contextmanager
def inbox() -> Iterator[list[CodeToEnter]]:
    """Let codes go into a list while the block runs, as the last link of the way would."""
    found: list[CodeToEnter] = []

    def take(code: CodeToEnter, _actor: Principal) -> bool:
        found.append(code)
        return True

    register_entry_sender(take)
    try:
        yield found
    finally:
        register_entry_sender(by_gate)


def last_entry() -> int:
    """Return the id of the newest try."""
    with reading(DOOR):
        return Entry.objects.order_by("-id").values_list("id", flat=True)[0]
