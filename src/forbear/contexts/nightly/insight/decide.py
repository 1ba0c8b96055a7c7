"""Who lets a model count, or takes it back? Two persons for the first, one for the second."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.nightly.insight.registry import Registry
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.permission import may
from forbear.contexts.people.queries import staff_member
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


def let_model_count(
    workspace: Workspace, name: str, version: int, *, actor: Principal, now: datetime
) -> bool:
    """Say that a version shall count; it does from the next night when a second person agrees.

    Returns True when it counts now.

    Raises:
        NotPermitted: MODELS_DECIDE is missing.
        NotFound, ModelInvalid: there is none, or it is not whole.
        Conflict: the same person has said so before, or it counts already.
    """
    may(actor, Permission.MODELS_DECIDE)
    by = staff_member(int(actor.id), actor=actor).username
    with acting(actor):
        record(
            AuditEvent.MODEL_AGREED,
            actor=actor,
            subject=f"model:{name}",
            body={"version": version},
            now=now,
        )
        # Last, so that a refusal here leaves no entry, and nothing of it without one.
        return Registry(workspace).activate(name, version, by=by, now=now)


def take_model_back(workspace: Workspace, name: str, *, actor: Principal, now: datetime) -> None:
    """Let the version before count again, or the house's tables.

    Raises:
        NotPermitted: MODELS_DECIDE is missing.
        NotFound: none counts.
    """
    may(actor, Permission.MODELS_DECIDE)
    by = staff_member(int(actor.id), actor=actor).username
    with acting(actor):
        record(AuditEvent.MODEL_WITHDRAWN, actor=actor, subject=f"model:{name}", body={}, now=now)
        Registry(workspace).roll_back(name, by=by, now=now)
