"""Somebody with a loan, payments and contacts, and a record that is signed; all invented."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from forbear.contexts.audit.checkpoint import sign_if_due
from forbear.contexts.audit.sequencer import Sequencer
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.contact.models import Attempt, AttemptSource
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.evidence.verifier import verifier_text
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.portfolio.actions.schedule import record_schedule
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan
from forbear.contexts.portfolio.said import InstalmentSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.signing import signer_now
from forbear.values.code import Channel, Direction, Outcome, Purpose
from forbear.values.day import add_months
from tests.support.gate import Desk, Person
from tests.support.portfolio import NOW, SETUP, new_loan, new_person, new_point
from tests.support.record import led

TODAY = date(2026, 11, 25)


def lent(person: str, *, instalments: int, lent_on: date = date(2024, 1, 6), **given: Any) -> str:
    """Record a loan with so many monthly instalments of 400.00, 10.00 and 1.00; return its ref."""
    facts = {
        "principal_minor": 40_000 * (instalments or 3),
        "contract_date": lent_on,
        "disbursed_date": lent_on,
        "annual_rate_bp": 1_800,
    }
    loan = new_loan(person, **{**facts, **given})
    if instalments:
        schedule = [
            InstalmentSaid(number, add_months(lent_on, number), 40_000, 1_000, 100)
            for number in range(1, instalments + 1)
        ]
        record_schedule(loan, schedule, source=Source.API, actor=SETUP, now=NOW)
    return loan


def paid(loan: str, ref: str, on: date, amount_minor: int, **given: Any) -> None:
    """Record a payment, or what ``given`` makes of it."""
    record_posting(
        Payment(ref, loan, on, amount_minor, **given),
        source=PostingSource.API,
        actor=SETUP,
        today=TODAY,
        now=NOW,
    )


@dataclass(frozen=True)
class Somebody:
    """A person with a loan, and how the gate knows them."""

    ref: str
    loan: str
    at_gate: Person


def somebody(name: str = "欧阳虚构", *, instalments: int = 8, payments: int = 2) -> Somebody:
    """Record somebody with a loan, paid for a while, one payment late and one reversed."""
    person = new_person(name=name, time_zones=("Asia/Shanghai",), national_id="11010519491231002X")
    point = new_point(person)
    first = add_months(TODAY, -max(0, min(instalments - 3, 5))) - timedelta(days=10)
    loan = lent(person, instalments=instalments, lent_on=first)
    for number in range(1, payments + 1):
        late = timedelta(days=10 if number == payments else 0)
        paid(loan, f"{loan}-pay-{number}", add_months(first, number) + late, 41_100)
    if payments:
        bounced = f"{loan}-pay-bounced"
        paid(loan, bounced, TODAY - timedelta(days=5), 41_100)
        paid(loan, f"{bounced}-void", TODAY - timedelta(days=5), 41_100, reverses=bounced)
        paid(loan, f"{loan}-penalty", TODAY - timedelta(days=3), 500, purpose=Purpose.PENALTY)
    with reading(SETUP):
        at_gate = Person(
            Debtor.objects.get(ref=person).pk,
            ContactPoint.objects.get(ref=point).pk,
            Loan.objects.get(ref=loan).pk,
            person,
        )
    return Somebody(person, loan, at_gate)


def contacted(who: Somebody, *, times: int = 4) -> None:
    """Ask the gate for contacts, some hours apart: some are carried, some are refused."""
    desk = Desk()
    for number in range(times):
        desk.ask(who.at_gate, Channel.SMS if number % 2 else Channel.VOICE)
        desk.sender().carry()
        desk.hand.on(hours=5)


def told_of(who: Somebody, count: int) -> None:
    """Lay down many contacts that another system reported, in one statement."""
    begin = NOW - timedelta(days=count)
    outcomes = [Outcome.RANG, Outcome.CONVERSATION, Outcome.DELIVERED]
    with acting(SETUP):
        Attempt.objects.bulk_create(
            Attempt(
                ref=f"{who.ref}-told-{number}",
                debtor_id=who.at_gate.debtor_id,
                contact_point_id=who.at_gate.point_id,
                loan_id=who.at_gate.loan_id,
                channel=Channel.VOICE,
                direction=Direction.OUTBOUND,
                started_at=begin + timedelta(days=number),
                outcome=outcomes[number % len(outcomes)],
                source=AttemptSource.API,
                recorded_at=NOW,
            )
            for number in range(count)
        )


def sign_record(now: datetime = NOW) -> None:
    """Let everything that was entered by now get its place, and sign the tree."""
    sequencer = Sequencer()
    for _ in range(2):
        led(sequencer)
    sign_if_due(signer_now(), settled=sequencer.settled, now=now, every=timedelta(0))


def verified(content: bytes, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Check a document as a stranger would: with the one file that is handed out."""
    program, document = folder / "verify_pack.py", folder / "document"
    program.write_text(verifier_text(), encoding="utf-8")
    document.write_bytes(content)
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(document), *more],
        capture_output=True,
        text=True,
        check=False,
    )


def unzipped(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(content: bytes) -> dict[str, Any]:
    """Return a document's data."""
    return json.loads(content)
