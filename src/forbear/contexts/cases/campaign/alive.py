"""Which processes ask and carry, and which of them still live?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forbear.contexts.cases.models import Sender
from forbear.contexts.database.transaction import acting, reading
from forbear.values.principal import Principal

BEAT_EVERY = timedelta(seconds=5)
SILENT_AFTER = timedelta(seconds=30)
"""A sender that was not heard of for so long is taken for gone."""
_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SenderAlive:
    """A sender that lives. ``early``: it does not wait for the planned parts of the day."""

    providers: tuple[str, ...]
    early: bool
    started_at: datetime
    seen_at: datetime


def beat(
    sender: UUID, providers: Sequence[str], *, early: bool, actor: Principal, now: datetime
) -> None:
    """Give a sign of life, the first one included."""
    with acting(actor):
        Sender.objects.filter(seen_at__lt=now - _FORGOTTEN_AFTER).delete()
        Sender.objects.update_or_create(
            id=sender,
            defaults={"seen_at": now},
            create_defaults={
                "providers": " ".join(providers),
                "early": early,
                "started_at": now,
                "seen_at": now,
            },
        )


def leave(sender: UUID, *, actor: Principal) -> None:
    """Say that a sender has ended in order."""
    with acting(actor):
        Sender.objects.filter(id=sender).delete()


def senders_alive(*, actor: Principal, now: datetime) -> tuple[SenderAlive, ...]:
    """Return the senders that live, the oldest first. They hold no person."""
    with reading(actor):
        rows = Sender.objects.filter(seen_at__gte=now - SILENT_AFTER).order_by("started_at", "id")
        return tuple(
            SenderAlive(tuple(row.providers.split()), row.early, row.started_at, row.seen_at)
            for row in rows
        )
