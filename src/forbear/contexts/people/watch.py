"""What may whoever watches over the work read: the record, its standing, and who looked at whom?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forbear.contexts.audit.check import check_record, leaf_count
from forbear.contexts.audit.prove import prove_entries
from forbear.contexts.audit.queries import RecordStanding, record_standing
from forbear.contexts.audit.search import (
    FoundPage,
    SignedCheckpoint,
    Sought,
    latest_checkpoints,
    search,
)
from forbear.contexts.audit.verify_log import Checkpoint, Report
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.looked import Looks, looks
from forbear.contexts.protection.reveal import RevealReason
from forbear.contexts.protection.signing import believed_keys
from forbear.contexts.protection.store import open_vault
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal, system

CHECKED_AT_ONCE_MAX = 200_000
"""So many leaves are checked while somebody waits for the page; more is a command's work."""
CHECKPOINTS_SHOWN = 8


class RecordTooLong(InvalidInput):
    """The record is too long to be checked while somebody waits."""

    code = "RECORD_TOO_LONG"


def search_record(sought: Sought, *, before: int | None = None, actor: Principal) -> FoundPage:
    """Return entries of the record, the newest first.

    Raises:
        NotPermitted: AUDIT_SEE is missing.
    """
    may(actor, Permission.AUDIT_SEE)
    with reading(actor):
        return search(sought, before=before)


def standing_of_record(
    *, actor: Principal
) -> tuple[RecordStanding, tuple[SignedCheckpoint, ...], int]:
    """Return how far the tree is behind, the newest checkpoints, and how many leaves there are.

    Raises:
        NotPermitted: AUDIT_SEE is missing.
    """
    may(actor, Permission.AUDIT_SEE)
    with reading(actor):
        return record_standing(), latest_checkpoints(CHECKPOINTS_SHOWN), leaf_count()


def check_whole_record(copies: tuple[Checkpoint, ...], *, actor: Principal) -> Report:
    """Check every entry, leaf and checkpoint, and those kept elsewhere.

    Raises:
        NotPermitted: AUDIT_SEE is missing.
        RecordTooLong: it takes longer than a page may; a command checks it.
    """
    may(actor, Permission.AUDIT_SEE)
    with reading(actor):
        length = leaf_count()
    if length > CHECKED_AT_ONCE_MAX:
        raise RecordTooLong(
            f"The record has {length:,} entries, too many to check while a page waits.",
            remedy="Check it with: forbear audit verify",
            message_zh=f"记录共 {length:,} 条，无法在页面等待期间核验。",
            remedy_zh="请使用命令核验：forbear audit verify",
        )
    return check_record(
        copies,
        lambda seen: believed_keys(open_vault().keeper.ring, seen) if seen else [],
        # Row security would hide entries, and what is hidden looks as if it had been taken out.
        actor=system("check"),
    )


def prove_subject(subject: str, *, actor: Principal) -> dict[str, Any]:
    """Return what proves to a stranger that the entries about a thing are in the signed record.

    Raises:
        NotPermitted: AUDIT_SEE is missing.
        NotFound: there is no such entry for this reader.
        NotYetSigned: it is younger than the newest checkpoint.
    """
    may(actor, Permission.AUDIT_SEE)
    return prove_entries(subject=subject, actor=actor)


def looks_at_people(
    *,
    since: datetime,
    until: datetime,
    staff_id: int | None = None,
    reason: RevealReason | None = None,
    before: int | None = None,
    actor: Principal,
) -> Looks:
    """Return who looked at values in full on the instants [since, until).

    Raises:
        NotPermitted: REVEALS_SEE is missing.
    """
    may(actor, Permission.REVEALS_SEE)
    with reading(actor):
        return looks(since=since, until=until, staff_id=staff_id, reason=reason, before=before)
