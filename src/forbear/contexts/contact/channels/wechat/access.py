"""How do many processes share one access token, and fetch each new one once?

The token lies sealed in the database. Whoever finds it due takes a lease in one short transaction,
asks the platform outside it, and stores what came; all others go on with the old one while it
lasts, and wait where there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from forbear.contexts.contact.accounts import AccountToken
from forbear.contexts.database.prepared import tell
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.protection.store import make_key, new_key_id, open_values, seal_values
from forbear.values.principal import system

ACCOUNT = system("account")
_LEASE = timedelta(seconds=20)
"""Above what one question to the platform may take."""
_AHEAD = timedelta(seconds=290)
"""So long before its end a token is fetched anew: within the five minutes in which both count."""
_LAST = timedelta(seconds=15)
_STEP_S = 0.05
_FIRST = (
    "INSERT INTO contact_accounttoken (provider, ref, key_id, refresh_at, expires_at, busy_until) "
    "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (provider) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A token as the platform gave it."""

    token: str = field(repr=False)
    lasts: timedelta


class Access:
    """The token of one account."""

    def __init__(
        self,
        provider: str,
        fetch: Callable[[], Fetched | None],
        clock: Callable[[], datetime],
        *,
        wait_s: float,
    ) -> None:
        """``fetch`` asks the platform; null: it gave none. ``wait_s``: how long others wait."""
        self._provider, self._fetch, self._clock = provider, fetch, clock
        self._wait_s = wait_s

    def token(self) -> str | None:
        """Return a token that counts; null: none can be had."""
        until_s = time.monotonic() + self._wait_s
        while True:
            now = self._clock()
            known, due = self._known(now)
            if known and not due:
                return known
            if self._lease(now):
                return self._renewed() or known
            if known:
                return known
            if time.monotonic() >= until_s:
                return None
            time.sleep(_STEP_S)

    def spent(self, token: str) -> None:
        """Let a token count no more, unless another one has taken its place."""
        now = self._clock()
        with acting(ACCOUNT):
            row = self._row()
            if row is not None and open_values(row, "token", now=now)["token"] == token:
                row.refresh_at = row.expires_at = now
                row.save(update_fields=["refresh_at", "expires_at"])

    def _known(self, now: datetime) -> tuple[str | None, bool]:
        with reading(ACCOUNT):
            row = AccountToken.objects.filter(pk=self._provider).first()
            if row is None or row.token is None or now >= row.expires_at - _LAST:
                return None, True
            return open_values(row, "token", now=now)["token"], now >= row.refresh_at

    def _lease(self, now: datetime) -> bool:
        with acting(ACCOUNT):
            row = self._row()
            if row is None:
                key = new_key_id()
                values = [self._provider, uuid4(), key, now, now, now + _LEASE]
                first = bool(tell(_FIRST, values))
                if first:
                    make_key(key, debtor_id=None, now=now)
                return first
            if now < row.refresh_at or (row.busy_until is not None and now < row.busy_until):
                return False
            row.busy_until = now + _LEASE
            row.save(update_fields=["busy_until"])
            return True

    def _renewed(self) -> str | None:
        fetched = self._fetch()
        now = self._clock()
        with acting(ACCOUNT):
            row = self._row()
            assert row is not None, "the lease is a row"
            row.busy_until = None
            if fetched is not None:
                seal_values(row, {"token": fetched.token}, now=now)
                row.expires_at = now + fetched.lasts
                row.refresh_at = max(now + _LAST, row.expires_at - _AHEAD)
            row.save()
        return None if fetched is None else fetched.token

    def _row(self) -> AccountToken | None:
        rows = AccountToken.objects.select_for_update().filter(pk=self._provider)
        found: AccountToken | None = rows.first()
        return found
