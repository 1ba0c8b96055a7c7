"""A lender's system that calls the API of the application under test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from forbear.contexts.exchange.actions.token import make_token
from forbear.contexts.exchange.scope import Scope
from forbear.values.principal import system
from tests.support.database import Database

PREFIX = "/api/v1"


@dataclass
class Caller:
    """Calls the API with one key."""

    token: str | None
    client: Client

    def get(self, path: str, **query: object):
        return self.client.get(f"{PREFIX}{path}", query, headers=self._headers(None))

    def post(self, path: str, body: Any = None, *, key: str | None = None):
        return self.send("post", path, body, key=key)

    def send(self, method: str, path: str, body: Any = None, *, key: str | None = None):
        return getattr(self.client, method)(
            f"{PREFIX}{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers=self._headers(key),
        )

    def _headers(self, key: str | None) -> dict[str, str]:
        said = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        return said if key is None else {**said, "Idempotency-Key": key}


def caller(*scopes: Scope, days: int = 30, now: Any = None) -> Caller:
    """Return a system whose key has some scopes, or all of them."""
    from django.utils import timezone

    made = make_token(
        "a system under test",
        scopes or tuple(Scope),
        days=days,
        actor=system("setup"),
        now=now or timezone.now(),
    )
    return Caller(made.text, Client(raise_request_exception=False))


@pytest.fixture
def api(portfolio: Database) -> Iterator[Caller]:
    """A system that may do everything, on a database with one creditor in it."""
    before = settings.FORBEAR_API_CALLS_PER_MINUTE_MAX
    settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = 1_000_000
    yield caller()
    settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = before
