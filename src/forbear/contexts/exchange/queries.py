"""Which keys and webhooks are there?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from forbear.contexts.database.transaction import reading
from forbear.contexts.exchange.models import Delivery, DeliveryState, Endpoint, ReceiptSource, Token
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A key without its secret. Null ``revoked_at``: not revoked; ``used_at`` by the minute.

    ``agency`` null: the lender's own.
    """

    id: int
    prefix: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    agency: str | None

    def in_force(self, now: datetime) -> bool:
        """Say whether the key opens anything."""
        return self.revoked_at is None and now < self.expires_at


def tokens(*, actor: Principal) -> tuple[TokenShown, ...]:
    """Return every key that was ever made, the oldest first.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
    """
    with reading(actor):
        may(actor, Permission.TOKENS_MANAGE)
        return tuple(
            TokenShown(
                row.pk,
                row.prefix,
                row.name,
                tuple(row.scopes),
                row.made_at,
                row.expires_at,
                row.revoked_at,
                row.used_at,
                None if row.agency is None else row.agency.code,
            )
            for row in Token.objects.select_related("agency").order_by("id")
        )


@dataclass(frozen=True, slots=True)
class EndpointShown:
    """An endpoint without its secret. ``waiting``: deliveries that have not arrived yet."""

    id: int
    url: str
    events: tuple[str, ...]
    made_at: datetime
    paused_at: datetime | None
    retired_at: datetime | None
    waiting: int


def endpoints(*, actor: Principal) -> tuple[EndpointShown, ...]:
    """Return every endpoint, the oldest first.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
    """
    with reading(actor):
        may(actor, Permission.TOKENS_MANAGE)
        waiting = dict(
            Delivery.objects.filter(state=DeliveryState.WAITING.value)
            .values_list("endpoint_id")
            .annotate(Count("id"))
        )
        return tuple(
            EndpointShown(
                row.pk,
                row.url,
                tuple(row.events),
                row.made_at,
                row.paused_at,
                row.retired_at,
                waiting.get(row.pk, 0),
            )
            for row in Endpoint.objects.order_by("id")
        )


@dataclass(frozen=True, slots=True)
class SourceShown:
    """A secret of a provider, without the secret."""

    id: int
    provider: str
    made_at: datetime
    retired_at: datetime | None


def receipt_sources(*, actor: Principal) -> tuple[SourceShown, ...]:
    """Return every secret under which providers tell of receipts, the oldest first.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
    """
    with reading(actor):
        may(actor, Permission.TOKENS_MANAGE)
        return tuple(
            SourceShown(row.pk, row.provider, row.made_at, row.retired_at)
            for row in ReceiptSource.objects.order_by("id")
        )
