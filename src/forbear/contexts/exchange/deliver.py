"""How are endpoints told, once at least, however often they or we fail?

A delivery is claimed by moving its next try into the future, so that one whose teller dies is taken
up again. Tries go on for 72 hours, further and further apart, by chance so that they spread.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.models import Delivery, DeliveryState
from forbear.contexts.exchange.secret import opened
from forbear.contexts.exchange.signature import secret_bytes, signed
from forbear.contexts.exchange.target import resolve
from forbear.values.errors import ForbearError
from forbear.values.principal import system

Send = Callable[[str, Mapping[str, str], bytes], int]
"""Sends a body to an address; returns the HTTP status, 0 where there was no answer."""
AT_ONCE = 20
TRIED_FOR = timedelta(hours=72)
LEASE = timedelta(minutes=2)
_FIRST_S, _LONGEST_S = 15, 6 * 3600
_TIMEOUT_S = 10.0
_SELF = system("webhooks")


@dataclass(frozen=True, slots=True)
class Told:
    """How many deliveries arrived, failed for now, and were given up."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0


def deliver_due(now: datetime, send: Send, *, spread: Callable[[], float] = random.random) -> Told:
    """Tell what is due, up to some deliveries at once; others may do the same meanwhile.

    ``spread`` gives numbers from 0 to 1 by which waiting times differ.
    """
    counts = dict.fromkeys(DeliveryState, 0)
    for delivery in _claimed(now):
        try:
            secret = _secret(delivery, now=now)
            headers = signed(
                secret, f"msg_{delivery.message_id}", at_s=int(now.timestamp()), body=delivery.body
            )
            status = send(delivery.endpoint.url, headers, bytes(delivery.body))
        except ForbearError:
            status = 0
        counts[_keep(delivery, status, now=now, spread=spread())] += 1
    return Told(
        delivered=counts[DeliveryState.DELIVERED],
        failed=counts[DeliveryState.WAITING],
        given_up=counts[DeliveryState.GIVEN_UP],
    )


def wait_s(tries: int, spread: float) -> int:
    """Return after how many seconds to try again: twice as long each time, up to six hours."""
    longest = min(_FIRST_S * 2 ** min(tries, 20), _LONGEST_S)
    return int(longest * (0.5 + spread / 2))


def send_over_http(*, private: bool) -> Send:
    """Return what sends over the network, to the machine that was checked, following nobody."""

    def send(url: str, headers: Mapping[str, str], body: bytes) -> int:
        target = resolve(url, private=private)
        address = f"[{target.address}]" if ":" in target.address else target.address
        there = f"{target.scheme}://{address}:{target.port}{target.path}"
        said = {**headers, "Host": target.host, "Content-Type": "application/json"}
        try:
            with (
                httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client,
                client.stream(
                    "POST",
                    there,
                    headers=said,
                    content=body,
                    extensions={"sni_hostname": target.host},
                ) as answer,
            ):
                return answer.status_code
        except httpx.HTTPError:
            return 0

    return send


def _claimed(now: datetime) -> list[Delivery]:
    with acting(_SELF):
        due = Delivery.objects.select_for_update(of=("self",), skip_locked=True).filter(
            state=DeliveryState.WAITING.value,
            next_at__lte=now,
            endpoint__paused_at__isnull=True,
            endpoint__retired_at__isnull=True,
        )
        found = list(due.select_related("endpoint").order_by("next_at", "id")[:AT_ONCE])
        for delivery in found:
            delivery.tries, delivery.next_at = min(delivery.tries + 1, 32_000), now + LEASE
        Delivery.objects.bulk_update(found, ["tries", "next_at"])
        return found


def _secret(delivery: Delivery, *, now: datetime) -> bytes:
    with acting(_SELF):
        raw = secret_bytes(opened(delivery.endpoint, now=now))
    assert raw is not None
    return raw


def _keep(delivery: Delivery, status: int, *, now: datetime, spread: float) -> DeliveryState:
    if 200 <= status < 300:
        state = DeliveryState.DELIVERED
    else:
        too_old = now - delivery.made_at >= TRIED_FOR
        state = DeliveryState.GIVEN_UP if too_old else DeliveryState.WAITING
    with acting(_SELF):
        waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING.value)
        waiting.update(
            state=state.value,
            answered_status=status or None,
            next_at=now + timedelta(seconds=wait_s(delivery.tries, spread)),
        )
    return state
