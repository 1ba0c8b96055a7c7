"""Is a webhook genuine, and was it seen before? Standard Webhooks, signature version 1."""

from __future__ import annotations

import base64
import hmac
import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

TOLERANCE_S = 300
SEEN_MAX = 10_000


class NotGenuine(Exception):
    """The webhook is not from Forbear, was changed, or is too old."""


class Receiver:
    """Checks webhooks under one or more secrets; two while a secret is changed.

    ``seen`` ids are held in memory; a receiver of several processes keeps ids in its database.
    """

    def __init__(self, *secrets: str, tolerance_s: int = TOLERANCE_S) -> None:
        self._secrets = [base64.b64decode(each.removeprefix("whsec_")) for each in secrets]
        self._tolerance_s = tolerance_s
        self._seen: OrderedDict[str, None] = OrderedDict()

    def receive(
        self, headers: Mapping[str, str], body: bytes, *, now_s: int
    ) -> dict[str, Any] | None:
        """Return what a webhook tells; None: it was received before, so do nothing.

        Raises:
            NotGenuine: a header is missing, the signature is wrong, or it is too old or too new.
        """
        said = {name.lower(): value for name, value in headers.items()}
        try:
            message_id, at = said["webhook-id"], said["webhook-timestamp"]
            signatures = said["webhook-signature"].split()
            at_s = int(at)
        except (KeyError, ValueError):
            raise NotGenuine("A header is missing or not readable.") from None
        if abs(now_s - at_s) > self._tolerance_s:
            raise NotGenuine("The webhook is too old, or a clock is wrong.")
        signed = f"{message_id}.{at}.".encode() + body
        right = [
            "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
            for secret in self._secrets
        ]
        # Every pair is compared, so that the time taken tells nothing.
        matches = [
            hmac.compare_digest(own.encode(), other.encode())
            for own in right
            for other in signatures
        ]
        if not any(matches):
            raise NotGenuine("The signature is wrong.")
        if message_id in self._seen:
            return None
        self._seen[message_id] = None
        while len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        told: dict[str, Any] = json.loads(body)
        return told
