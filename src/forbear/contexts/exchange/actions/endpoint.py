"""How is it said where a lender's system wants to be told, and that it no longer does?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.announce import ANNOUNCED
from forbear.contexts.exchange.models import Delivery, DeliveryState, Endpoint
from forbear.contexts.exchange.secret import add_sealed, opened, retire
from forbear.contexts.exchange.signature import check_secret
from forbear.contexts.exchange.target import check_url
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal


class UnknownEndpoint(NotFound):
    """There is no such endpoint."""

    code = "UNKNOWN_ENDPOINT"


class UnfitEndpoint(InvalidInput):
    """An endpoint cannot be made like this."""

    code = "UNFIT_ENDPOINT"


class OtherEndpoint(Conflict):
    """The address is told already, of other events or under another secret."""

    code = "OTHER_ENDPOINT"


def add_endpoint(
    url: str,
    events: Collection[str],
    *,
    secret: str,
    private: bool,
    actor: Principal,
    now: datetime,
) -> tuple[int, bool]:
    """Tell an address of some events from now on; return the endpoint's id and whether it is new.

    ``secret`` is ``whsec_`` and 24 to 64 bytes in Base64, chosen by the receiver.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
        UnfitTarget, UnfitEndpoint, UnfitSecret, OtherEndpoint.
    """
    with acting(actor):
        may(actor, Permission.TOKENS_MANAGE)
        check_url(url, private=private)
        wanted = _events(events)
        check_secret(secret)
        known = Endpoint.objects.filter(url=url, retired_at__isnull=True).first()
        if known is not None:
            if known.events == wanted and opened(known, now=now) == secret:
                return known.pk, False
            raise _other()
        row = Endpoint(url=url, events=wanted, made_at=now)
        add_sealed(row, secret, now=now)
        record(
            AuditEvent.WEBHOOK_ADDED,
            actor=actor,
            subject=f"endpoint:{row.pk}",
            now=now,
            body={"events": wanted},
        )
        return row.pk, True


def retire_endpoint(endpoint_id: int, *, actor: Principal, now: datetime) -> bool:
    """Tell an address nothing more, and forget its secret; say whether it was told until now.

    Raises:
        NotPermitted: TOKENS_MANAGE is missing.
        UnknownEndpoint: there is none.
    """
    with acting(actor):
        may(actor, Permission.TOKENS_MANAGE)
        row = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
        if row is None:
            raise UnknownEndpoint(
                "There is no such endpoint.",
                remedy="List them to see which there are.",
                message_zh="没有此通知地址。",
                remedy_zh="请查看通知地址列表。",
            )
        if not retire(row, now=now):
            return False
        waiting = Delivery.objects.filter(endpoint=row, state=DeliveryState.WAITING.value)
        waiting.update(state=DeliveryState.GIVEN_UP.value)
        record(
            AuditEvent.WEBHOOK_CHANGED,
            actor=actor,
            subject=f"endpoint:{row.pk}",
            now=now,
            body={"retired": True},
        )
        return True


def _events(events: Collection[str]) -> list[str]:
    known = {event.value for event in ANNOUNCED}
    wanted = sorted(set(events))
    if not wanted or not set(wanted) <= known:
        raise _unfit("events", "names an event that is not announced", "含有不会通知的事件")
    return wanted


def _unfit(field: str, en: str, zh: str) -> UnfitEndpoint:
    return UnfitEndpoint(
        f"{field}: {en}.",
        remedy="See the call's schema in openapi.json.",
        message_zh=f"{field}：{zh}。",
        remedy_zh="请查看 openapi.json 中该调用的格式。",
        field=field,
    )


def _other() -> OtherEndpoint:
    return OtherEndpoint(
        "This address is told already, of other events or under another secret.",
        remedy="Retire the endpoint first, then add it anew.",
        message_zh="该地址已登记，但事件或密钥不同。",
        remedy_zh="请先停用，再重新登记。",
        field="url",
    )
