"""Has somebody who is not known asked too often?

Every question leaves a row, whatever is answered: so known and unknown cost the same, and the rows
themselves are the count. A network address is kept as a keyed hash, for two days.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.caller.word import Asked, Checked
from forbear.contexts.contact.models import CallerCheck
from forbear.contexts.database.prepared import tell
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.rulebook.library import open_caller
from forbear.values.errors import Transient
from forbear.values.principal import Principal

WINDOW, MOMENT = timedelta(minutes=10), timedelta(minutes=1)
KEPT = timedelta(days=2)
_COUNT = (
    "SELECT count(*) FILTER (WHERE source = %(source)s AND at > %(window)s), "
    "count(*) FILTER (WHERE at > %(moment)s) FROM contact_callercheck "
    "WHERE (source = %(source)s AND at > %(window)s) OR at > %(moment)s"
)
_KEEP = (
    "INSERT INTO contact_callercheck (at, source, asked, answer, attempt_id) "
    "VALUES (%s, %s, %s, %s, %s::bigint) ON CONFLICT DO NOTHING"
)


class TooManyChecks(Transient):
    """Somebody who is not known has asked too often."""

    code = "TOO_MANY_CHECKS"


def source_of(address: str) -> bytes:
    """Return a network address as a keyed hash: it counts questions and tells nobody's address."""
    said = f"forbear.caller.source.1\n{address}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")[:16]


def count_question(source: bytes, asked: Asked, *, now: datetime) -> None:
    """Let one question go on, or refuse it.

    Raises:
        TooManyChecks: there were too many from this address, or of everybody.
        BrokenInvariant: no transaction is open.
    """
    required()
    terms = open_caller()
    most = terms.reports_of_one_address if asked is Asked.REPORT else terms.of_one_address
    with connection.cursor() as cursor:
        # Questions from one address follow each other, or several could each be the last.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"caller:{source.hex()}"]
        )
        given = {"source": source, "window": now - WINDOW, "moment": now - MOMENT}
        cursor.execute(_COUNT, given)
        own, everybody = cursor.fetchone()
    if own >= most or everybody >= terms.of_all:
        wait = WINDOW if own >= most else MOMENT
        raise TooManyChecks(
            "There were too many questions.",
            remedy=f"Try again in {wait.seconds // 60} minutes, or telephone.",
            message_zh="查询过于频繁。",
            remedy_zh=f"请在 {wait.seconds // 60} 分钟后重试，或致电询问。",
            retry_after_s=wait.seconds,
        )


def keep_question(
    source: bytes,
    asked: Asked,
    answer: Checked,
    *,
    attempt_id: int | None = None,
    now: datetime,
) -> bool:
    """Write a question down; False: this attempt's code was confirmed before."""
    made = tell(_KEEP, [now, source, asked.value, answer.value, attempt_id])
    return made == 1


def forget_questions(*, actor: Principal, now: datetime) -> int:
    """Remove what was asked long ago, but for confirmations, which stay while codes are valid."""
    longest = max(open_caller().valid_hours.values())
    with acting(actor):
        old = CallerCheck.objects.filter(at__lt=now - KEPT)
        gone, _ = old.exclude(
            answer=Checked.GENUINE.value, at__gte=now - timedelta(hours=2 * longest)
        ).delete()
        if gone:
            record(
                AuditEvent.CALLER_CHECKS_FORGOTTEN,
                actor=actor,
                subject="caller:checks",
                now=now,
                body={"rows": gone},
            )
    return gone
