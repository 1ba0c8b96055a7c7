"""How is somebody who acts for a person recorded, checked and ended?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.models import Representative
from forbear.contexts.portfolio.row import add_once, find, find_person, known
from forbear.contexts.portfolio.said import Recorded, RepresentativeSaid
from forbear.contexts.portfolio.word import RepresentativeKind, Source
from forbear.contexts.protection.store import seal_values
from forbear.values.errors import Conflict
from forbear.values.principal import Principal

NAME_LENGTH_MAX = 200
ADDRESS_LENGTH_MAX = 500


class AuthorityEnded(Conflict):
    """The authority ended before it was checked."""

    code = "AUTHORITY_ENDED"


def record_representative(
    said: RepresentativeSaid, *, source: Source, actor: Principal, now: datetime
) -> Recorded:
    """Record somebody who says to act for a person; their authority is not yet checked.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased, OtherContent.
    """
    with acting(actor):
        return enter_representative(said, source=source, actor=actor, now=now)


def enter_representative(
    said: RepresentativeSaid, *, source: Source, actor: Principal, now: datetime
) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    ref = check.ref("ref", said.ref)
    person = find_person(said.debtor_ref)
    until = said.until_date
    content = {
        "debtor_id": person.pk,
        "kind": check.word("kind", said.kind, RepresentativeKind),
        "from_date": check.day("from_date", said.from_date),
        "until_date": None if until is None else check.day("until_date", until),
    }
    check.span("until_date", said.from_date, until)
    values = {
        "name": check.label("name", said.name, length_max=NAME_LENGTH_MAX),
        "address": check.personal("address", said.address, length_max=ADDRESS_LENGTH_MAX),
    }
    found, new = known(Representative, ref, content, now=now, sealed=values), False
    if found is None:
        row = Representative(ref=ref, debtor=person, source=source, recorded_at=now, **content)
        seal_values(row, values, now=now)
        found, new = add_once(row, content, now=now, sealed=values)
    if new:
        _note(
            AuditEvent.REPRESENTATIVE_RECORDED,
            found,
            {"source": source, **content},
            actor=actor,
            now=now,
        )
    return Recorded(found.pk, ref, new)


def check_authority(ref: str, *, evidence: str, actor: Principal, now: datetime) -> Recorded:
    """Say that the authority was checked, on evidence such as a document's number.

    Raises:
        NotPermitted, InvalidField, UnknownRef, PersonErased.
        AuthorityEnded: it had ended.
    """
    with acting(actor):
        return enter_authority(ref, evidence=evidence, actor=actor, now=now)


def enter_authority(ref: str, *, evidence: str, actor: Principal, now: datetime) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    evidence = check.reference("evidence", evidence)
    row = _found(ref)
    if row.ended_at is not None:
        raise AuthorityEnded(
            f"The authority of {ref!r} has ended.",
            remedy="Record the new authority with a ref of its own.",
            message_zh=f"编号 {ref!r} 的代理权限已终止。",
            remedy_zh="请以新的编号登记新的授权。",
            ref=ref,
        )
    if row.authority_checked_at is not None:
        return Recorded(row.pk, ref, new=False)
    row.authority_checked_at = now
    row.save(update_fields=["authority_checked_at"])
    _note(AuditEvent.REPRESENTATIVE_CHECKED, row, {"evidence": evidence}, actor=actor, now=now)
    return Recorded(row.pk, ref, new=True)


def end_representative(ref: str, *, actor: Principal, now: datetime) -> Recorded:
    """Say that somebody acts for the person no longer.

    Raises:
        NotPermitted, UnknownRef, PersonErased.
    """
    with acting(actor):
        return enter_end_of_authority(ref, actor=actor, now=now)


def enter_end_of_authority(ref: str, *, actor: Principal, now: datetime) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    row = _found(ref)
    if row.ended_at is not None:
        return Recorded(row.pk, ref, new=False)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _note(AuditEvent.REPRESENTATIVE_ENDED, row, {"kind": row.kind}, actor=actor, now=now)
    return Recorded(row.pk, ref, new=True)


def _found(ref: str) -> Representative:
    find_person(find(Representative, ref, lock=False).debtor.ref)
    return find(Representative, ref)


def _note(
    event: AuditEvent,
    row: Representative,
    body: dict[str, object],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    record(
        event,
        actor=actor,
        subject=f"representative:{row.pk}",
        debtor_id=row.debtor_id,
        body=body,
        now=now,
    )
