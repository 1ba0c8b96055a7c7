"""How is a person erased, on request or because the time has come, so that nothing is left to read?

Erasure destroys the person's key and empties every sealed column and index of the portfolio. What
other contexts sealed with the key stays as bytes that nobody opens again. Amounts, days, codes and
the audit stay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import (
    ContactPoint,
    Debtor,
    Loan,
    Representative,
    Vulnerability,
)
from forbear.contexts.portfolio.retention import Verdict, verdicts
from forbear.contexts.portfolio.row import find
from forbear.contexts.portfolio.said import Recorded
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.store import destroy_key
from forbear.values.code import LoanState
from forbear.values.errors import Denied
from forbear.values.principal import Principal

PERSONS_AT_ONCE = 200


class MustStay(Denied):
    """The person's data must stay for now."""

    code = "MUST_STAY"


@dataclass
class RetentionRun:
    """What one run of the schedule did. ``stay`` counts persons by the rule that keeps their data.

    ``undecided`` are persons whose data may go although no rule says that they must: they go when
    somebody asks.
    """

    looked_at: int = 0
    erased: int = 0
    undecided: int = 0
    stay: Counter[str] = field(default_factory=Counter)


def erase_person(ref: str, *, actor: Principal, now: datetime) -> Recorded:
    """Erase a person for good; ``new`` False: they were erased before.

    Raises:
        NotPermitted: RETENTION_MANAGE is missing.
        UnknownRef.
        MustStay: a rule, an unsettled loan or an open matter keeps the data; every reason is told.
    """
    with acting(actor):
        return enter_erasure(ref, actor=actor, now=now)


def enter_erasure(ref: str, *, actor: Principal, now: datetime) -> Recorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.RETENTION_MANAGE)
    person = find(Debtor, ref)
    if person.erased_at is not None:
        return Recorded(person.pk, ref, new=False)
    verdict = verdicts([person], on=now.astimezone(UTC).date())[person.pk]
    if verdict.reasons:
        raise _must_stay(verdict)
    _erase(person, why="ASKED", actor=actor, now=now)
    return Recorded(person.pk, ref, new=True)


def apply_retention(
    *, actor: Principal, now: datetime, at_once: int = PERSONS_AT_ONCE
) -> RetentionRun:
    """Erase everybody whose data must go, some persons in each transaction.

    A run that was killed is simply run again: who is erased is passed over. One audit entry tells
    of the whole run, one of each person.

    Raises:
        NotPermitted: RETENTION_MANAGE is missing.
    """
    may(actor, Permission.RETENTION_MANAGE)
    run, after = RetentionRun(), 0
    while True:
        with acting(actor):
            persons = _candidates(after, at_once)
            for verdict in verdicts(persons, on=now.astimezone(UTC).date()).values():
                _apply(run, verdict, persons, actor=actor, now=now)
        if not persons:
            break
        after = persons[-1].pk
    with acting(actor):
        record(
            AuditEvent.RETENTION_APPLIED,
            actor=actor,
            subject="retention",
            body={
                "looked_at": run.looked_at,
                "erased": run.erased,
                "undecided": run.undecided,
                "stay": dict(run.stay),
            },
            now=now,
        )
    return run


def _must_stay(verdict: Verdict) -> MustStay:
    """Return the refusal that tells every reason, in both languages."""
    en = " ".join(reason.en for reason in verdict.reasons)
    zh = "".join(reason.zh for reason in verdict.reasons)
    return MustStay(
        f"The data of {verdict.ref!r} must stay for now. {en}",
        remedy="Answer the person with these reasons; try again when they no longer hold.",
        message_zh=f"编号 {verdict.ref!r} 的数据目前必须保留。{zh}",
        remedy_zh="请将上述理由告知本人；理由不再成立时再试。",
        reasons=[{"en": each.en, "zh": each.zh, "rule": each.rule_id} for each in verdict.reasons],
    )


def _candidates(after: int, at_once: int) -> list[Debtor]:
    """Return the next persons all of whose loans are settled; nobody else's data can go."""
    unsettled = Loan.objects.filter(debtor=OuterRef("pk")).exclude(state=LoanState.SETTLED)
    rows = Debtor.objects.filter(~Exists(unsettled), erased_at__isnull=True, pk__gt=after)
    return list(rows.order_by("pk").select_for_update(no_key=True, of=("self",))[:at_once])


def _apply(
    run: RetentionRun,
    verdict: Verdict,
    persons: list[Debtor],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    run.looked_at += 1
    if verdict.reasons:
        run.stay[verdict.reasons[0].rule_id or "OPEN"] += 1
    elif verdict.must_go:
        person = next(each for each in persons if each.pk == verdict.debtor_id)
        _erase(person, why="SCHEDULE", actor=actor, now=now)
        run.erased += 1
    else:
        run.undecided += 1


def _erase(person: Debtor, *, why: str, actor: Principal, now: datetime) -> None:
    required()
    own = {"debtor": person}
    # From now on the rows are nobody's extract's: the next one must not bring the values back.
    points = ContactPoint.objects.filter(**own).update(
        address=None,
        address_index=None,
        personal_print=None,
        number_type=None,
        number_region=None,
        number_confidence_percent=None,
        number_read_at=None,
        source=Source.SYSTEM,
    )
    ContactPoint.objects.filter(**own, retired_at__isnull=True).update(retired_at=now)
    notes = Vulnerability.objects.filter(**own, note__isnull=False).update(note=None)
    Representative.objects.filter(**own).update(name=None, address=None)
    Debtor.objects.filter(pk=person.pk).update(
        name=None,
        national_id=None,
        national_id_index=None,
        personal_print=None,
        source=Source.SYSTEM,
        erased_at=now,
    )
    destroy_key(person.key_id, now=now)
    record(
        AuditEvent.DEBTOR_ERASED,
        actor=actor,
        subject=f"debtor:{person.pk}",
        debtor_id=person.pk,
        body={"why": why, "contact_points": points, "notes": notes},
        now=now,
    )
