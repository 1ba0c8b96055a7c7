"""The telephone of a member of staff is named: where the switchboard reaches them."""

from __future__ import annotations

import re
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.staff import locked_staff
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal

_EXTENSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,31}|")


def set_telephone(staff_id: int, extension: str, *, actor: Principal, now: datetime) -> None:
    """Say under which name somebody's telephone is known to the telephone system; empty: none.

    It is a name of the lender's own telephone system, so no call can be led elsewhere by it.

    Raises:
        NotPermitted: STAFF_MANAGE is missing.
        InvalidInput: it is no such name.
        UnknownStaff: there is no such account.
    """
    may(actor, Permission.STAFF_MANAGE)
    if not _EXTENSION.fullmatch(extension):
        raise InvalidInput(
            "This is no name of a telephone.",
            remedy="Write the extension alone, such as 1001, without host or sip:.",
            message_zh="这不是分机名称。",
            remedy_zh="请只填写分机，例如 1001，不带主机名或 sip:。",
            field="extension",
        )
    with acting(actor):
        staff = locked_staff(staff_id)
        staff.extension = extension
        staff.save(update_fields=["extension"])
        record(
            AuditEvent.STAFF_TELEPHONE_SET,
            actor=actor,
            subject=f"staff:{staff_id}",
            now=now,
            body={"has": bool(extension)},
        )
