"""How long is it kept what was tried at the door?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from forbear.contexts.access.limit import KEPT, KEPT_CODE_ALONE
from forbear.contexts.access.models import Entry, Guess, Question
from forbear.contexts.access.word import Tried
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.values.principal import Principal


def forget_tries(*, actor: Principal, now: datetime) -> int:
    """Remove what was tried long ago; return how many rows went.

    That somebody had the code but not the identity number is kept longer: it tells of a number
    that has changed hands.
    """
    with acting(actor):
        alone = Q(tried=Tried.CODE_ALONE.value) | Q(tried=Tried.IN.value)
        gone = Entry.objects.filter(asked_at__lt=now - KEPT).delete()[0]
        gone += Guess.objects.filter(at__lt=now - KEPT).exclude(alone).delete()[0]
        gone += Question.objects.filter(at__lt=now - KEPT).delete()[0]
        gone += Guess.objects.filter(at__lt=now - KEPT_CODE_ALONE).delete()[0]
        if gone:
            record(
                AuditEvent.ACCESS_TRIES_FORGOTTEN,
                actor=actor,
                subject="access:tries",
                now=now,
                body={"rows": gone},
            )
    return gone
