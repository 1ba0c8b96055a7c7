"""How is somebody who lends, or owns debts, recorded?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.models import Creditor
from forbear.contexts.portfolio.row import add_once, known
from forbear.contexts.portfolio.said import CreditorSaid, Recorded
from forbear.values.principal import Principal


def record_creditor(said: CreditorSaid, *, actor: Principal, now: datetime) -> Recorded:
    """Record a creditor; its ``code`` is its ref.

    Raises:
        NotPermitted, InvalidField, OtherContent.
    """
    with acting(actor):
        may(actor, Permission.BOOK_CHANGE)
        code = check.ref("code", said.code)
        content = {
            "name_en": check.label("name_en", said.name_en, length_max=200),
            "name_zh": check.label("name_zh", said.name_zh, length_max=200),
        }
        found, new = known(Creditor, code, content, now=now, name="code"), False
        if found is None:
            found, new = add_once(Creditor(code=code, **content), content, now=now, name="code")
        if new:
            record(
                AuditEvent.CREDITOR_RECORDED, actor=actor, subject=f"creditor:{found.pk}", now=now
            )
        return Recorded(found.pk, code, new)
