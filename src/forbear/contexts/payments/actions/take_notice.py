"""A payment page tells that money came, did not come, or went back: what does that change?

Each event is taken once, and each payment is booked once, in whatever order and however often it
is told. What cannot be booked is kept as it was told, and stands in a list until somebody has
looked into it: no message that was genuine is ever lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.payments.book import Booked, book
from forbear.contexts.payments.models import Notice
from forbear.contexts.payments.ways.page import page_in_use
from forbear.contexts.payments.word import NoticeKind, NoticeState, Settled, Why
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.check import invalid
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

# Whatever is told of one payment is taken one after the other, also by several processes.
_IN_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class NotThePage(NotFound):
    """No payment page of this name is in use."""

    code = "NOT_THE_PAYMENT_PAGE"


@dataclass(frozen=True, slots=True)
class NoticeSaid:
    """What a page tells. ``event_id``: the same when it tells it again.

    ``payment_ref``: the page's own name for the payment. ``intent``, ``reference``: what it was
    for; at least one. ``at``: when money moved; ``value_date``: the lender's day of that instant.
    ``return_ref``: the page's name for a return, which a return needs and nothing else has.
    """

    event_id: str
    kind: NoticeKind
    payment_ref: str
    currency: str
    amount_minor: int
    at: datetime
    value_date: date
    intent: UUID | None = None
    reference: str = ""
    return_ref: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what was told; ``new`` False: the same event was taken before."""

    new: bool
    state: NoticeState
    why: Why | None


def take_notice(
    provider: str, said: NoticeSaid, *, actor: Principal, today: date, now: datetime
) -> Taken:
    """Take in what a page tells; amounts, case, plan and arrangement follow in one transaction.

    Raises:
        NotPermitted: POSTING_RECORD is missing.
        NotThePage: that page is not in use.
        InvalidField: what is told contradicts itself; nothing was kept.
    """
    may(actor, Permission.POSTING_RECORD)
    page = page_in_use()
    if page is None or page.provider != provider:
        raise NotThePage(
            "No payment page of this name is in use.",
            remedy="Name it in the lender's payments.yaml.",
            message_zh="没有使用此名称的付款页面。",
            remedy_zh="请在放款方的 payments.yaml 中写明。",
        )
    _check(said)
    with acting(actor):
        ask(_IN_TURN, [f"payments:{provider}:{said.payment_ref}"])
        known = Notice.objects.filter(provider=provider, event_id=said.event_id).first()
        if known is not None:
            return _taken(known, new=False)
        row = _row(provider, said, now=now)
        entered(row, book(row, actor=actor, today=today, now=now), actor=actor, now=now)
        if row.state == NoticeState.BOOKED.value and row.kind == NoticeKind.SUCCEEDED.value:
            take_up(row, actor=actor, today=today, now=now)
        chaos("payments.notice.before_commit")
        return _taken(row, new=True)


def entered(row: Notice, booked: Booked, *, actor: Principal, now: datetime) -> None:
    """Write a notice down with what became of it, inside the transaction of an action."""
    required()
    row.state, row.why = booked.state.value, "" if booked.why is None else booked.why.value
    row.open = booked.why is not None
    row.debtor_id, row.received = booked.debtor_id, booked.received
    row.save()
    record(
        AuditEvent.PAYMENT_TOLD,
        actor=actor,
        subject=f"payment_notice:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={
            "kind": row.kind,
            "state": row.state,
            "why": row.why,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "payment": None if row.received is None else row.received.pk,
        },
    )


def take_up(came: Notice, *, actor: Principal, today: date, now: datetime) -> None:
    """Book returns that were told before the payment was, inside the transaction of an action."""
    required()
    waiting = Notice.objects.filter(
        provider=came.provider,
        payment_ref=came.payment_ref,
        open=True,
        why=Why.PAYMENT_NOT_KNOWN.value,
    )
    for row in waiting.order_by("id"):
        booked = book(row, actor=actor, today=today, now=now)
        if booked.state is not NoticeState.KEPT:
            row.settled_as, row.settled_at = Settled.BY_ITSELF.value, now
            row.settled_by = str(actor)
        row.version += 1
        entered(row, booked, actor=actor, now=now)


def _row(provider: str, said: NoticeSaid, *, now: datetime) -> Notice:
    return Notice(
        provider=provider,
        event_id=said.event_id,
        kind=said.kind.value,
        payment_ref=said.payment_ref,
        return_ref=said.return_ref,
        reference=said.reference,
        intent_ref=said.intent,
        currency=said.currency,
        amount_minor=said.amount_minor,
        at=said.at,
        value_date=said.value_date,
        taken_at=now,
    )


def _taken(row: Notice, *, new: bool) -> Taken:
    return Taken(new, NoticeState(row.state), Why(row.why) if row.why else None)


def _check(said: NoticeSaid) -> None:
    if (said.kind is NoticeKind.RETURNED) != bool(said.return_ref):
        raise invalid(
            "return_ref",
            "belongs to a return, and a return has one",
            "仅退回通知需要填写，且必须填写",
            remedy="Give the page's own name for the return, and for nothing else.",
            remedy_zh="请填写付款页面对该次退回的编号；其他通知不填。",
        )
    if said.intent is None and not said.reference:
        raise invalid(
            "reference",
            "is missing, and so is intent",
            "与 intent 至少填写一项",
            remedy="Say what the payment was for.",
            remedy_zh="请说明付款对应的编号。",
        )
