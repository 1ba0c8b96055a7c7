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
from forbear.contexts.exchange.scope import OF_AGENCIES, Scope
from forbear.contexts.people.actions.team import add_team
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
    """Return a system whose key has some scopes, or all of a lender's; or else an agency's."""
    from django.utils import timezone

    at = now or timezone.now()
    made = make_token(
        "a system under test",
        scopes or set(Scope) - OF_AGENCIES,
        days=days,
        agency=_agency(at) if OF_AGENCIES & set(scopes) else None,
        actor=system("setup"),
        now=at,
    )
    return Caller(made.text, Client(raise_request_exception=False))


def _agency(now: Any) -> str:
    words = {"name_en": "An agency (invented)", "name_zh": "某机构（虚构）"}
    where = {"code": "an-agency", "time_zone": "Asia/Shanghai", "agency": True}
    add_team(**words, **where, actor=system("setup"), now=now)
    return "an-agency"


@pytest.fixture
def api(portfolio: Database) -> Iterator[Caller]:
    """A system that may do everything, on a database with one creditor in it."""
    before = settings.FORBEAR_API_CALLS_PER_MINUTE_MAX
    settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = 1_000_000
    yield caller()
    settings.FORBEAR_API_CALLS_PER_MINUTE_MAX = before
