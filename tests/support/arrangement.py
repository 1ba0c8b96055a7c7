"""Somebody late who arranges, all through the public API; everything is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from forbear.contexts.arrangements.actions.sweep import sweep_arrangements
from forbear.contexts.arrangements.port import CodeToSend, register_code_sender
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.values.day import add_months
from forbear.values.principal import system
from tests.support.api import Caller
from tests.support.portfolio import CREDITOR

NAME = "林虚构"


@dataclass
class Inbox:
    """Where codes arrive that are sent to persons."""

    codes: list[CodeToSend] = field(default_factory=list)

    def __call__(self, code: CodeToSend) -> None:
        """Take a code in."""
        self.codes.append(code)

    @property
    def latest(self) -> str:
        """The digits that came last."""
        return self.codes[-1].code


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """The way by which codes reach persons, while a test runs."""
    found = Inbox()
    before = register_code_sender(found)
    yield found
    register_code_sender(before)


def today() -> date:
    """Return the lender's day."""
    return settings.FORBEAR_MORNING.day(timezone.now())


def answered(response: Any, status: int = 200) -> Any:
    """Return what an answer holds; it has this status."""
    assert response.status_code == status, response.content.decode()
    return response.json()


def refused(response: Any, status: int) -> str:
    """Return the code of a problem; it has this status, and words and remedy in both languages."""
    told = answered(response, status)
    assert told["detail"]
    assert told["detail_zh"] != told["detail"]
    return told["code"]


@dataclass(frozen=True)
class Late:
    """A person with loans of 1,200.00 yuan, each of two instalments; the first is 40 days late."""

    api: Caller
    ref: str
    loans: tuple[str, ...]

    def wanted(self, **given: Any) -> dict[str, Any]:
        """Return a question about the loans: all of them, in full, out of 120.00 a month."""
        return {
            "debtor_ref": self.ref,
            "loan_refs": list(self.loans),
            "target": "PAYOFF",
            "budget": {"currency": "CNY", "can_pay_month_minor": 12_000},
            **given,
        }

    def propose(self, ref: str, **given: Any) -> Any:
        """Propose an arrangement of equal instalments; return the answer."""
        return self.api.post("/arrangements", self.wanted(ref=ref, kind="EQUAL") | given)

    def shown(self, ref: str) -> Any:
        """Return how an arrangement stands."""
        return answered(self.api.get(f"/arrangements/{ref}"))

    def signed(self, ref: str, inbox: Inbox, **given: Any) -> Any:
        """Go all the way from proposal to signature; return the arrangement."""
        answered(self.propose(ref, **given), 201)
        return self.sign(ref, inbox)

    def sign(self, ref: str, inbox: Inbox) -> Any:
        """Show, send a code and sign; return the arrangement."""
        text = answered(self.api.post(f"/arrangements/{ref}/agreement"))
        answered(self.api.post(f"/arrangements/{ref}/code"))
        return answered(self.put_name(ref, inbox.latest, text["sha256"]))

    def put_name(self, ref: str, code: str, sha256: str, name: str = NAME) -> Any:
        """Sign with a code; return the answer."""
        said = {"typed_name": name, "code": code, "text_sha256": sha256, "language": "ZH"}
        return self.api.post(f"/arrangements/{ref}/signature", said)

    def pay(self, ref: str, amount: int, *, on: date | None = None, loan: str = "") -> Any:
        """Record a payment; return the answer."""
        said = {
            "ref": ref,
            "loan_ref": loan or self.loans[0],
            "value_date": str(on or today()),
            "amount_minor": amount,
        }
        return self.api.post("/payments", said)

    def undo(self, ref: str, amount: int, *, on: date | None = None) -> Any:
        """Record that a payment never was; return the answer."""
        said = {
            "ref": f"{ref}-undone",
            "loan_ref": self.loans[0],
            "value_date": str(on or today()),
            "amount_minor": amount,
            "reverses": ref,
        }
        return self.api.post("/payments", said)

    @property
    def case(self) -> str | None:
        """The state of the newest case; None: there is none."""
        rows = answered(self.api.get("/cases", debtor_ref=self.ref))["items"]
        return rows[-1]["state"] if rows else None

    @property
    def holds(self) -> list[str]:
        """The kinds of the holds in force, in order."""
        return sorted(
            each["kind"] for each in answered(self.api.get(f"/debtors/{self.ref}"))["holds"]
        )


def new_late(
    api: Caller, ref: str = "P-1", *, loans: int = 1, jurisdiction: str = "CN", **terms: Any
) -> Late:
    """Record somebody late; each loan's posting makes a case of it. ``terms``: of its loans."""
    law = {"ref": ref, "jurisdiction": jurisdiction, "time_zones": ["Asia/Shanghai"]}
    debtor = {**law, "name": NAME}
    answered(api.post("/debtors", debtor), 201)
    point = {
        "ref": f"{ref}-C",
        "debtor_ref": ref,
        "kind": "MOBILE",
        "relation": "OWN",
        "origin": "CONTRACT",
        "address": "19900001234",
    }
    answered(api.post("/contact-points", point), 201)
    first = today() - timedelta(days=40)
    names = tuple(f"{ref}-L{number}" for number in range(loans))
    for name in names:
        loan = {
            "ref": name,
            "debtor_ref": ref,
            "creditor": CREDITOR,
            "product": "instalment_loan",
            "currency": "CNY",
            "contract_date": str(add_months(first, -1)),
            "disbursed_date": str(add_months(first, -1)),
            "principal_minor": 120_000,
            "annual_rate_bp": 1_200,
            "schedule": [
                {
                    "number": 1,
                    "due_date": str(first),
                    "principal_minor": 60_000,
                    "interest_minor": 1_200,
                },
                {
                    "number": 2,
                    "due_date": str(add_months(first, 3)),
                    "principal_minor": 60_000,
                    "interest_minor": 600,
                },
            ],
        }
        answered(api.post("/loans", loan | terms), 201)
        paid = {"ref": f"{name}-Y", "loan_ref": name, "value_date": str(first), "amount_minor": 1}
        answered(api.post("/payments", paid), 201)
    return Late(api, ref, names)


def later(days: int) -> dict[str, Any]:
    """Return the lender's day and the instant, so many days from now, for an action."""
    return {"today": today() + timedelta(days=days), "now": timezone.now() + timedelta(days=days)}


def sweep(days: int) -> None:
    """Let the morning of a later day follow arrangements and promises."""
    at = later(days)
    sweep_arrangements(as_of=at["today"], actor=system("clock"), now=at["now"])


def paid_later(
    late: Late, ref: str, amount: int, *, known: int, counts: int, reverses: str | None = None
) -> None:
    """Record a payment that becomes known, and counts, so many days from now."""
    payment = Payment(
        ref=ref,
        loan=late.loans[0],
        value_date=today() + timedelta(days=counts),
        amount_minor=amount,
        reverses=reverses,
    )
    record_posting(payment, source=PostingSource.API, actor=system("setup"), **later(known))
