"""How are typed reasons to stand still placed and released?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.keeper import refuse_kept
from forbear.contexts.portfolio.models import Hold, Loan
from forbear.contexts.portfolio.row import add_once, find, find_person, known, part_of
from forbear.contexts.portfolio.said import HoldSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, HoldKind
from forbear.values.errors import Conflict
from forbear.values.principal import Principal


class AlreadyReleased(Conflict):
    """The hold was released before, on other evidence."""

    code = "HOLD_ALREADY_RELEASED"


def place_hold(said: HoldSaid, *, source: Source, actor: Principal, now: datetime) -> Recorded:
    """Place a hold on a person, one loan or one channel; it binds at once.

    Raises:
        NotPermitted, InvalidField, UnknownRef, OtherPerson, PersonErased, OtherContent.
    """
    with acting(actor):
        return enter_hold(said, source=source, actor=actor, now=now)


def enter_hold(said: HoldSaid, *, source: Source, actor: Principal, now: datetime) -> Recorded:
    """Do the same inside another action, which sees to what follows from the hold."""
    required()
    may(actor, Permission.PERSON_CHANGE)
    ref = check.ref("ref", said.ref)
    person = find_person(said.debtor_ref)
    loan = part_of(Loan, said.loan_ref, person)
    content: dict[str, Any] = {
        "debtor_id": person.pk,
        "loan_id": None if loan is None else loan.pk,
        "channel": check.word_or_none("channel", said.channel, Channel),
        "kind": check.word("kind", said.kind, HoldKind),
        "start_date": check.day("start_date", said.start_date),
        "end_date": None if said.end_date is None else check.day("end_date", said.end_date),
        "owner_id": said.owner,
    }
    check.span("end_date", content["start_date"], content["end_date"])
    found, new = known(Hold, ref, _compared(ref, content), now=now), False
    if found is None:
        hold = Hold(ref=ref, source=source, recorded_at=now, **content)
        found, new = add_once(hold, content, now=now)
    if new:
        record(
            AuditEvent.HOLD_PLACED,
            actor=actor,
            subject=f"hold:{found.pk}",
            debtor_id=person.pk,
            body={"source": source, **content},
            now=now,
        )
    return Recorded(found.pk, ref, new)


def _compared(ref: str, content: dict[str, Any]) -> dict[str, Any]:
    """Leave the end out where a release has moved it since."""
    released = Hold.objects.filter(ref=ref, released_at__isnull=False).exists()
    return {name: v for name, v in content.items() if not (released and name == "end_date")}


def release_hold(ref: str, *, evidence: str, actor: Principal, now: datetime) -> Recorded:
    """Release a hold on evidence, such as a document's number; it no longer binds from today on.

    ``end_date`` becomes the UTC day of the release, so that no clock of the person's sees it end
    before it happened; the day planned before stands in the audit entry.

    Raises:
        NotPermitted: HOLD_RELEASE is missing.
        InvalidField: there is no evidence, or not the reference of one.
        UnknownRef, PersonErased.
        AlreadyReleased: on other evidence.
        ForbearError: the hold ends with another matter alone, whose keeper says what to do.
    """
    with acting(actor):
        return end_hold(ref, evidence=evidence, actor=actor, now=now)


def end_hold(
    ref: str, *, evidence: str, actor: Principal, now: datetime, keeper: str = ""
) -> Recorded:
    """Do the same inside another action, which sees to what follows from the release.

    ``keeper``: the context whose own matter ends, and with it the hold.
    """
    required()
    may(actor, Permission.HOLD_RELEASE)
    evidence = check.reference("evidence", evidence)
    find_person(find(Hold, ref, lock=False).debtor.ref)
    hold = find(Hold, ref)
    if hold.released_at is not None:
        if hold.release_evidence != evidence:
            raise _already(hold)
        return Recorded(hold.pk, ref, new=False)
    refuse_kept(hold.pk, but=keeper)
    planned, today = hold.end_date, now.astimezone(UTC).date()
    if planned is None or today < planned:
        hold.end_date = max(hold.start_date, today)
    hold.released_at, hold.release_evidence = now, evidence
    hold.save(update_fields=["end_date", "released_at", "release_evidence"])
    record(
        AuditEvent.HOLD_RELEASED,
        actor=actor,
        subject=f"hold:{hold.pk}",
        debtor_id=hold.debtor_id,
        body={
            "kind": hold.kind,
            "evidence": evidence,
            "end_date": hold.end_date,
            "end_date_before": planned,
        },
        now=now,
    )
    return Recorded(hold.pk, ref, new=True)


def _already(hold: Hold) -> AlreadyReleased:
    return AlreadyReleased(
        f"The hold {hold.ref!r} was released before, on {hold.release_evidence}.",
        remedy="Nothing is left to do; add the further evidence to the case.",
        message_zh=f"编号 {hold.ref!r} 的暂停已解除，依据为 {hold.release_evidence}。",
        remedy_zh="无需再操作；如有新依据，请添加到案件中。",
        ref=hold.ref,
    )
