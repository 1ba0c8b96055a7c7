"""How is it said by which secret a provider signs its receipts, and that it no longer does?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.models import ReceiptSource
from forbear.contexts.exchange.secret import add_sealed, opened, retire
from forbear.contexts.exchange.signature import check_secret
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import NotFound
from forbear.values.principal import Principal


class UnknownSource(NotFound):
    """There is no such secret of a provider."""

    code = "UNKNOWN_SOURCE"


def add_source(provider: str, *, secret: str, actor: Principal, now: datetime) -> tuple[int, bool]:
    """Believe receipts that a provider signs under a secret; return its id and whether it is new.

    Earlier secrets of the provider stay good until they are retired.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
        UnfitSecret: the secret is not ``whsec_`` and 24 to 64 bytes in Base64.
    """
    with acting(actor):
        may(actor, Permission.TOKENS_MANAGE)
        check_secret(secret)
        for known in ReceiptSource.objects.filter(provider=provider, retired_at__isnull=True):
            if opened(known, now=now) == secret:
                return known.pk, False
        row = ReceiptSource(provider=provider, made_at=now)
        add_sealed(row, secret, now=now)
        record(
            AuditEvent.RECEIPT_SOURCE_ADDED,
            actor=actor,
            subject=f"receipt_source:{row.pk}",
            now=now,
            body={"provider": provider},
        )
        return row.pk, True


def retire_source(source_id: int, *, actor: Principal, now: datetime) -> bool:
    """Believe nothing more that is signed under a secret; say whether it was believed until now.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
        UnknownSource: there is none.
    """
    with acting(actor):
        may(actor, Permission.TOKENS_MANAGE)
        row = ReceiptSource.objects.select_for_update().filter(pk=source_id).first()
        if row is None:
            raise UnknownSource(
                "There is no such secret of a provider.",
                remedy="List them to see which there are.",
                message_zh="没有此服务商密钥。",
                remedy_zh="请查看服务商密钥列表。",
            )
        if not retire(row, now=now):
            return False
        record(
            AuditEvent.RECEIPT_SOURCE_RETIRED,
            actor=actor,
            subject=f"receipt_source:{row.pk}",
            now=now,
            body={"provider": row.provider},
        )
        return True
