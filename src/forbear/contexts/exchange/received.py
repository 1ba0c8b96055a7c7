"""Is what arrives in a provider's name really from that provider?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from forbear.contexts.database.transaction import reading
from forbear.contexts.exchange.authenticate import NotAuthenticated
from forbear.contexts.exchange.models import ReceiptSource
from forbear.contexts.exchange.secret import opened
from forbear.contexts.exchange.signature import genuine, secret_bytes
from forbear.values.principal import system

MESSAGE_ID_LENGTH_MAX = 120
_MESSAGE_ID = re.compile(rf"[!-~]{{1,{MESSAGE_ID_LENGTH_MAX}}}")
# Held against the signature where there is no secret, so that this takes as long.
_NOBODYS = bytes(32)
_SELF = system("receipts")


def message_from(provider: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """Return the id of a message that a provider has signed, the same when it is sent again.

    Raises:
        NotAuthenticated: anything is wrong; what it is is not told.
    """
    message_id = headers.get("webhook-id", "")
    with reading(_SELF):
        rows = ReceiptSource.objects.filter(provider=provider, retired_at__isnull=True)
        secrets = [secret_bytes(opened(row, now=now)) or _NOBODYS for row in rows]
    right = genuine(
        secrets or [_NOBODYS],
        message_id,
        headers.get("webhook-timestamp", ""),
        headers.get("webhook-signature", ""),
        now_s=int(now.timestamp()),
        body=body,
    )
    if not right or not secrets or not _MESSAGE_ID.fullmatch(message_id):
        raise NotAuthenticated(
            "The message is not signed as it must be.",
            remedy="Sign it by Standard Webhooks with the secret that was agreed, now.",
            message_zh="消息的签名无效。",
            remedy_zh="请按 Standard Webhooks 以约定的密钥即时签名。",
        )
    return message_id
