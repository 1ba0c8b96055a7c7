"""Somebody who owes, and a payment page that tells of money; everything is invented."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from forbear.contexts.database.transaction import reading
from forbear.contexts.exchange.actions.source import add_source
from forbear.contexts.exchange.signature import secret_bytes, signed
from forbear.contexts.ledger.models import Posting, Standing
from forbear.contexts.payments.actions.begin import begin_payment, give_reference
from forbear.contexts.payments.actions.take_notice import NoticeSaid, Taken, take_notice
from forbear.contexts.payments.models import Notice
from forbear.contexts.payments.queries import get_payable
from forbear.contexts.payments.word import NoticeKind
from forbear.contexts.portfolio.actions.schedule import record_schedule
from forbear.contexts.portfolio.models import Debtor, Loan
from forbear.contexts.portfolio.said import InstalmentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.day import add_months
from forbear.values.principal import Principal, PrincipalKind, Sight, system
from tests.support.portfolio import NOW, SETUP, new_loan, new_person

PROVIDER = "simulated"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
TODAY = date(2026, 11, 25)
PAGE = system("receipts")
_EVENTS = itertools.count(1)


@pytest.fixture
def in_use() -> Iterator[None]:
    """Let Forbear's own page be the one on which people pay."""
    before = settings.FORBEAR_DEMO
    settings.FORBEAR_DEMO = True
    yield
    settings.FORBEAR_DEMO = before


@dataclass(frozen=True)
class Owing:
    """Somebody who owes three instalments of 410.00, two of them late."""

    ref: str
    debtor_id: int
    loan: str
    loan_id: int
    today: date = TODAY
    now: datetime = NOW

    @property
    def principal(self) -> Principal:
        """The person, acting for themself."""
        may = frozenset({"PERSON_SEE", "PAYMENT_ASK", "EVIDENCE_MAKE"})
        who = str(self.debtor_id)
        return Principal(
            PrincipalKind.DEBTOR, who, Sight.PERSON, person=self.debtor_id, permissions=may
        )

    @property
    def reference(self) -> str:
        return give_reference(self.loan, actor=SETUP, now=self.now)

    def begun(self, amount_minor: int = 41_000, **given: Any) -> UUID:
        """Begin a payment, and return its number."""
        given = {"actor": self.principal, "today": self.today, "now": self.now, **given}
        return begin_payment(uuid4(), self.loan, amount_minor, **given).ref

    def told(self, kind: NoticeKind = NoticeKind.SUCCEEDED, **given: Any) -> Taken:
        """Let the page tell of a payment."""
        return told(said(kind, value_date=self.today, at=self.now, **given), now=self.now)

    @property
    def postings(self) -> list[tuple[str, int, str | None]]:
        """The loan's postings in order: ref, amount, what they reverse."""
        with reading(SETUP):
            rows = Posting.objects.filter(loan_id=self.loan_id).select_related("reverses")
            return [
                (row.ref, row.amount_minor, row.reverses.ref if row.reverses else None)
                for row in rows.order_by("id")
            ]

    @property
    def payoff_minor(self) -> int:
        """All that is owed, as the person sees it."""
        (row,) = get_payable(self.debtor_id, actor=self.principal, today=self.today)
        return row.payoff_minor

    @property
    def overdue_minor(self) -> int:
        with reading(SETUP):
            return Standing.objects.get(loan_id=self.loan_id).overdue_minor


def owing(
    *, today: date = TODAY, now: datetime = NOW, national_id: str | None = None, **given: Any
) -> Owing:
    """Record somebody whose first two instalments are late and whose third is to come."""
    person = new_person(name="欧阳虚构", time_zones=("Asia/Shanghai",), national_id=national_id)
    first = add_months(today, -2) + timedelta(days=10)
    lent = add_months(first, -1)
    loan = new_loan(person, **{"contract_date": lent, "disbursed_date": lent, **given})
    rows = [InstalmentSaid(n + 1, add_months(first, n), 40_000, 1_000) for n in range(3)]
    record_schedule(loan, rows, source=Source.API, actor=SETUP, now=NOW)
    with reading(SETUP):
        found = Debtor.objects.get(ref=person).pk, Loan.objects.get(ref=loan).pk
    return Owing(person, found[0], loan, found[1], today, now)


def said(kind: NoticeKind = NoticeKind.SUCCEEDED, **given: Any) -> NoticeSaid:
    """Return what a page may tell, each time as a new event."""
    return NoticeSaid(
        **{
            "event_id": f"event-{next(_EVENTS)}",
            "kind": kind,
            "payment_ref": "pay-1",
            "currency": "CNY",
            "amount_minor": 41_000,
            "at": NOW,
            "value_date": TODAY,
            **given,
        }
    )


def told(notice: NoticeSaid, *, now: datetime = NOW, today: date = TODAY) -> Taken:
    """Take in what a page tells."""
    return take_notice(PROVIDER, notice, actor=PAGE, today=today, now=now)


def open_notices() -> list[tuple[str, str]]:
    """Return what waits for somebody to look: payment and reason."""
    with reading(SETUP):
        rows = Notice.objects.filter(open=True).order_by("id")
        return [(row.payment_ref, row.why) for row in rows]


def trust(provider: str = PROVIDER) -> None:
    """Believe what a provider signs."""
    add_source(provider, secret=SECRET, actor=SETUP, now=timezone.now())


def message(kind: str = "payment.succeeded", **data: Any) -> bytes:
    """Return what a page sends."""
    now = timezone.now().isoformat()
    body = {"payment_ref": "pay-1", "amount_minor": 41_000, "currency": "CNY", "at": now, **data}
    return json.dumps({"type": kind, "timestamp": now, "data": body}).encode()


def send(body: bytes, *, event: str = "e-1", provider: str = PROVIDER, secret: str = SECRET):
    """Send it, signed, to the API."""
    at_s = int(timezone.now().timestamp())
    headers = signed(secret_bytes(secret), event, at_s=at_s, body=body)
    path = f"/api/v1/receipts/{provider}/payments"
    return Client().post(path, body, content_type="application/json", headers=headers)
