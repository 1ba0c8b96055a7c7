"""How does sending go on after the database was brought back from a backup?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.models import Settled
from forbear.contexts.database.sending import let_sending_go_on, sending_held
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict
from forbear.values.principal import Principal


class SendingFree(Conflict):
    """Nothing holds sending back."""

    code = "SENDING_FREE"


def release_sending(home: Path, *, settled: Settled, actor: Principal, now: datetime) -> None:
    """Let sending go on; ``settled`` says how what was sent since the backup was settled.

    A home and a database may each hold sending back for a restore of its own; both are released.

    Raises:
        NotPermitted: the permission is missing.
        SendingFree: nothing holds sending back.
    """
    with acting(actor):
        may(actor, Permission.SENDING_RELEASE)
        if sending_held(home) is None:
            raise SendingFree(
                "Nothing holds sending back.",
                remedy="There is nothing to do.",
                message_zh="发送未受限制。",
                remedy_zh="无需操作。",
            )
        while held := sending_held(home):
            let_sending_go_on(held, settled=settled, now=now)
            record(
                AuditEvent.SENDING_RELEASED,
                actor=actor,
                subject=f"restore:{held.restored_at.isoformat()}",
                now=now,
                body={"settled": settled.value, "dump_sha256": held.dump_sha256},
            )
