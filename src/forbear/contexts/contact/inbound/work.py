"""What follows from a message that came in?

First, in one transaction: whose it is, what it forbids, and what waits for that address is taken
back. Then, in another, who else must know. Each step is tried again until it is done, and no
message is ever answered with whether we know the number.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.channels.registry import Receipt
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.quality import doubt_beside
from forbear.contexts.contact.gate.receipt import take_within
from forbear.contexts.contact.inbound.confirm import confirm
from forbear.contexts.contact.inbound.listen import Heard, tell_listeners
from forbear.contexts.contact.inbound.table import InboundMessage, InboundState
from forbear.contexts.contact.inbound.whose import Whose, whose
from forbear.contexts.contact.models import Attempt, AttemptSource
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.consent import enter_consent
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.find import PointAt, key_of, points_at
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.store import destroy_key, open_values, seal_values
from forbear.contexts.rulebook.library import open_inbound
from forbear.policy.inbound import Meaning
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.principal import Principal

PARTS_WITHIN = timedelta(minutes=10)
"""So long the missing parts of a long message are waited for."""
_AGAIN_AFTER = timedelta(minutes=1)
_BATCH = 50
_log = logging.getLogger(__name__)


def work(*, actor: Principal, now: datetime, clock: Clock = database_clock) -> int:
    """Work on what has come, the oldest first; return how many messages moved on.

    One's fault holds up no other; it is tried again after a minute.
    """
    with reading(actor):
        rows = InboundMessage.objects.filter(
            Q(state__in=[InboundState.KEPT.value, InboundState.HEARD.value]) | Q(confirm_due=True),
            Q(tried_at=None) | Q(tried_at__lt=now - _AGAIN_AFTER),
        )
        ids = list(rows.order_by("id").values_list("pk", flat=True)[:_BATCH])
    moved = 0
    for ident in ids:
        try:
            moved += _work(ident, actor=actor, now=now, clock=clock)
        except Exception as error:  # noqa: BLE001  # one message must not hold up the others
            connection.close()
            _log.error("a message could not be worked on", extra={"code": type(error).__name__})
            _put_off(ident, actor=actor, now=now)
    return moved


def _work(ident: int, *, actor: Principal, now: datetime, clock: Clock) -> bool:
    moved = _hear(ident, actor=actor, now=now)
    moved = _tell(ident, actor=actor, now=now) or moved
    return confirm(ident, actor=actor, clock=clock) or moved


def _put_off(ident: int, *, actor: Principal, now: datetime) -> None:
    with acting(actor):
        InboundMessage.objects.filter(pk=ident).update(tried_at=now)


def _held(ident: int, state: InboundState) -> InboundMessage | None:
    rows = InboundMessage.objects.select_for_update(skip_locked=True)
    return rows.filter(pk=ident, state=state.value).first()


def _hear(ident: int, *, actor: Principal, now: datetime) -> bool:
    """Let a message have its effect; False: it is being worked on, or parts of it are missing."""
    with acting(actor):
        row = _held(ident, InboundState.KEPT)
        if row is None:
            return False
        said = open_values(row, "sender", "body", now=now)
        sender, text = said["sender"] or "", said["body"] or ""
        if row.group:
            joined = _joined(row, text, now=now)
            if joined is None:
                InboundMessage.objects.filter(pk=ident).update(tried_at=now)
                return False
            text = joined
        points = points_at(sender, now=now, channel=Channel(row.channel))
        for debtor_id in sorted({point.debtor_id for point in points}):
            hold_person(debtor_id)
        found = whose(points, Channel(row.channel), now=now)
        meanings = open_inbound().meanings_of(text)
        for point in points:
            _bind(row, point, meanings, actor=actor, now=now)
        if found is not None and found.point.relation is Relation.OWN:
            _answered(row, found, meanings, actor=actor, now=now)
        row.meanings = " ".join(sorted(each.value for each in meanings))
        row.state = InboundState.HEARD.value
        row.confirm_due = bool(meanings and found is not None)
        _belong(row, found, {"sender": sender, "body": text}, now=now)
        row.save()
        record(
            AuditEvent.MESSAGE_CAME,
            actor=actor,
            subject=f"inbound:{row.pk}",
            now=now,
            debtor_id=row.debtor_id,
            body={
                "channel": row.channel,
                "provider": row.provider,
                "contact_point_id": row.contact_point_id,
                "meanings": sorted(each.value for each in meanings),
            },
        )
        chaos("inbound.hear.before_commit")
    return True


def _joined(row: InboundMessage, text: str, *, now: datetime) -> str | None:
    """Return the words of a long message's parts, in order; None: some are still missing."""
    rows = InboundMessage.objects.select_for_update().filter(
        provider=row.provider,
        sender_mark=row.sender_mark,
        group=row.group,
        state=InboundState.KEPT.value,
        kept_at__gte=row.kept_at - PARTS_WITHIN,
    )
    parts = {each.part: each for each in rows.order_by("id")}
    if len(parts) < row.parts and now < row.kept_at + PARTS_WITHIN:
        return None
    words = []
    for number in sorted(parts):
        each = parts[number]
        if each.pk == row.pk:
            words.append(text)
            continue
        words.append(open_values(each, "body", now=now)["body"] or "")
        each.state = InboundState.MERGED.value
        each.save(update_fields=["state"])
    return "".join(words)


def _bind(
    row: InboundMessage,
    point: PointAt,
    meanings: frozenset[Meaning],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Write down what a message forbids at one contact point; what waits for it is taken back."""
    if Meaning.STOP in meanings:
        third = point.relation is Relation.CONTACT_PERSON
        said = ConsentSaid(
            ref=f"inbound-{row.pk}-{point.id}",
            debtor_ref=point.debtor_ref,
            # A contact person who does not want to be asked is never asked again.
            kind=ConsentKind.APPROACH if third else ConsentKind.CHANNEL,
            state=ConsentState.WITHDRAWN,
            contact_point_ref=point.ref,
            channel=None if third else Channel(row.channel),
        )
        enter_consent(said, source=Source.SYSTEM, actor=actor, now=now)
    if Meaning.WRONG_PERSON in meanings:
        enter_quality(point.ref, PointQuality.WRONG_PERSON, actor=actor, now=now)
        doubt_beside(point.id, actor=actor, now=now)


def _answered(
    row: InboundMessage,
    found: Whose,
    meanings: frozenset[Meaning],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Let the message stand among the person's contacts, and beside the one that it answers."""
    wrong = Meaning.WRONG_PERSON in meanings
    Attempt.objects.create(
        ref=f"inbound-{row.ref.hex}",
        debtor_id=found.point.debtor_id,
        contact_point_id=found.point.id,
        loan_id=found.loan_id,
        channel=row.channel,
        direction=Direction.INBOUND.value,
        started_at=row.at,
        outcome=(Outcome.WRONG_PERSON if wrong else Outcome.REPLIED).value,
        source=AttemptSource.API.value,
        recorded_at=now,
    )
    if found.permit_id is not None and not wrong:
        told = Receipt(f"reply:{row.ref.hex}", found.permit_id, Outcome.REPLIED, row.at)
        take_within(found.provider, told, actor=actor, now=now)


def _belong(
    row: InboundMessage, found: Whose | None, said: dict[str, str | None], *, now: datetime
) -> None:
    """Seal a message anew under the key of whose it is, so that it is erased together with them."""
    key = None if found is None else key_of(found.point.debtor_id)
    if found is None or key is None:
        if row.group:
            seal_values(row, said, now=now)
        return
    own = row.key_id
    row.debtor_id, row.contact_point_id = found.point.debtor_id, found.point.id
    row.sender = row.body = None
    row.key_id = key
    seal_values(row, said, now=now)
    destroy_key(own, now=now)


def _tell(ident: int, *, actor: Principal, now: datetime) -> bool:
    """Let whoever stands above know."""
    with acting(actor):
        row = _held(ident, InboundState.HEARD)
        if row is None:
            return False
        found: tuple[str, ...] = ()
        if row.debtor_id is not None:
            hold_person(row.debtor_id)
            text = open_values(row, "body", now=now)["body"] or ""
            heard = Heard(
                row.pk,
                row.ref,
                row.debtor_id,
                Channel(row.channel),
                text,
                row.at,
                row.contact_point_id,
                row.provider,
            )
            found = tell_listeners(heard, actor=actor, now=now)
        row.meanings = " ".join(sorted({*row.meanings.split(), *found}))[:120]
        row.state = InboundState.DONE.value
        row.save(update_fields=["meanings", "state"])
        chaos("inbound.tell.before_commit")
    return True
