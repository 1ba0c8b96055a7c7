"""Which of the things done are told to lenders' systems, and what is said of them?

A delivery is written in the transaction of what it tells of: it is told if and only if that
happened.
A body holds ids and codes; whoever may know more asks the API.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from forbear.contexts.audit.actions import canonical
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import required
from forbear.contexts.exchange.models import Delivery, DeliveryState, Endpoint
from forbear.contexts.portfolio.queries.listing import refs_by_id

ANNOUNCED: tuple[AuditEvent, ...] = (
    AuditEvent.DEBTOR_ADDED,
    AuditEvent.DEBTOR_CHANGED,
    AuditEvent.DEBTOR_ERASED,
    AuditEvent.CONTACT_POINT_CHANGED,
    AuditEvent.CONSENT_RECORDED,
    AuditEvent.HOLD_PLACED,
    AuditEvent.HOLD_RELEASED,
    AuditEvent.LOAN_CHANGED,
    AuditEvent.POSTING_RECORDED,
    AuditEvent.STANDING_CORRECTED,
    AuditEvent.ATTEMPT_RECORDED,
    AuditEvent.CASE_OPENED,
    AuditEvent.CASE_MOVED,
    AuditEvent.CASE_ASSIGNED,
    AuditEvent.CASE_CLOSED,
    AuditEvent.PLAN_CANCELLED,
    AuditEvent.AGENCY_DAY_CLOSED,
    AuditEvent.NIGHT_LOADED,
    AuditEvent.NIGHT_FAILED,
    AuditEvent.ARRANGEMENT_PROPOSED,
    AuditEvent.ARRANGEMENT_SIGNED,
    AuditEvent.ARRANGEMENT_KEPT_UP,
    AuditEvent.ARRANGEMENT_LATE,
    AuditEvent.ARRANGEMENT_PAUSED,
    AuditEvent.ARRANGEMENT_BROKEN,
    AuditEvent.ARRANGEMENT_COMPLETED,
    AuditEvent.ARRANGEMENT_REPLACED,
    AuditEvent.ARRANGEMENT_WITHDRAWN,
    AuditEvent.PROMISE_MADE,
    AuditEvent.PROMISE_KEPT,
    AuditEvent.PROMISE_PARTLY_KEPT,
    AuditEvent.PROMISE_BROKEN,
    AuditEvent.PROMISE_WITHDRAWN,
    AuditEvent.BUREAU_LINES_MADE,
    AuditEvent.BUREAU_LINES_CORRECTED,
    AuditEvent.BUREAU_FILE_MADE,
    AuditEvent.BUREAU_DISPUTE_MARKED,
    AuditEvent.BUREAU_DISPUTE_CLOSED,
    AuditEvent.FILING_FILED,
    AuditEvent.FILING_ACKNOWLEDGED,
    AuditEvent.FILING_TAKEN_UP,
    AuditEvent.FILING_ASKED,
    AuditEvent.FILING_DECIDED,
    AuditEvent.FILING_ESCALATED,
    AuditEvent.FILING_GRANTED,
    AuditEvent.FILING_ENDED,
    AuditEvent.FILING_WITHDRAWN,
    AuditEvent.FILING_REOPENED,
    AuditEvent.CLOCK_MISSED,
    AuditEvent.REVIEW_DUE,
    AuditEvent.CORRECTION_ASKED,
    AuditEvent.CORRECTION_DONE,
    AuditEvent.DISTRESS_SIGNALLED,
    AuditEvent.REFERRAL_HANDED_OVER,
    AuditEvent.PAYMENT_TOLD,
)
"""What an endpoint may ask to be told."""


def announce(event: AuditEvent, *, subject: str, debtor_id: int | None, now: datetime) -> int:
    """Queue an event for every endpoint that asked for it; return how many there are.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    listening = Endpoint.objects.filter(events__contains=[event.value], retired_at__isnull=True)
    endpoints = list(listening.values_list("pk", flat=True))
    if not endpoints:
        return 0
    known = {} if debtor_id is None else refs_by_id([debtor_id])
    message_id = uuid.uuid4()
    body = canonical(
        {
            "type": event.value,
            "timestamp": now.isoformat(),
            "data": {
                "subject": subject,
                "debtor_id": debtor_id,
                "debtor_ref": None if debtor_id is None else known.get(debtor_id),
            },
        }
    )
    Delivery.objects.bulk_create(
        Delivery(
            message_id=message_id,
            endpoint_id=endpoint,
            event=event.value,
            body=body,
            state=DeliveryState.WAITING.value,
            next_at=now,
            made_at=now,
        )
        for endpoint in endpoints
    )
    return len(endpoints)


def hear(
    *, event: AuditEvent, subject: str, debtor_id: int | None, now: datetime, **_: Any
) -> None:
    """Take up what was just written down."""
    if event in ANNOUNCED:
        announce(event, subject=subject, debtor_id=debtor_id, now=now)
