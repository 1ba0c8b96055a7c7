"""Persons, contact points and contracts for tests; every name and number is invented."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.actions.debtor import record_debtor
from forbear.contexts.portfolio.actions.loan import record_loan
from forbear.contexts.portfolio.actions.point import record_contact_point
from forbear.contexts.portfolio.said import CreditorSaid, DebtorSaid, LoanSaid, PointSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.keyring import new_ring
from forbear.contexts.protection.ringfile import RingFile
from forbear.contexts.protection.store import forget_vault
from forbear.values.code import Jurisdiction, Origin, PointKind, Relation
from forbear.values.principal import Principal, PrincipalKind, Sight, system
from tests.support.database import Database

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
SETUP = system("setup")
CREDITOR = "example-lender"
_NUMBERS = itertools.count(1)


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[RingFile]:
    """A fresh key ring that this process uses while the test runs."""
    with ring_in(tmp_path) as file:
        yield file


@contextmanager
def ring_in(folder: Path) -> Iterator[RingFile]:
    """Put a fresh ring into a folder and let this process use it while the block runs."""
    file = RingFile(folder / "keyring.json")
    file.create(new_ring(now=NOW))
    before = settings.FORBEAR_KEYRING
    settings.FORBEAR_KEYRING = file.path
    forget_vault()
    try:
        yield file
    finally:
        settings.FORBEAR_KEYRING = before
        forget_vault()


@pytest.fixture
def portfolio(application: Database, ring: RingFile) -> Database:
    """A migrated database with one creditor in it."""
    record_creditor(
        CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）"),
        actor=SETUP,
        now=NOW,
    )
    return application


def clerk(
    *permissions: str, teams: tuple[int, ...] = (), sight: Sight = Sight.ALL, who: str = "9001"
) -> Principal:
    """Return somebody who works here and holds some permissions."""
    sight = Sight.TEAMS if teams else sight
    held = frozenset(permissions)
    return Principal(PrincipalKind.STAFF, who, sight, teams=teams, permissions=held)


def new_person(**given: object) -> str:
    """Record a person; return the ref."""
    facts = {"ref": f"person-{next(_NUMBERS)}", "jurisdiction": Jurisdiction.CN, **given}
    said = DebtorSaid(**facts)
    return record_debtor(said, source=Source.API, actor=SETUP, now=NOW).ref


def new_point(person: str, **given: object) -> str:
    """Record a mobile number of a person's own; return the ref."""
    number = next(_NUMBERS)
    facts = {
        "ref": f"point-{number}",
        "debtor_ref": person,
        "kind": PointKind.MOBILE,
        "relation": Relation.OWN,
        "origin": Origin.CONTRACT,
        "address": f"1990000{number:04d}",
        **given,
    }
    said = PointSaid(**facts)
    return record_contact_point(said, source=Source.API, actor=SETUP, now=NOW).ref


def new_loan(person: str, **given: object) -> str:
    """Record a loan of 1,200.00 yuan; return the ref."""
    facts = {
        "ref": f"loan-{next(_NUMBERS)}",
        "debtor_ref": person,
        "creditor": CREDITOR,
        "product": "instalment_loan",
        "currency": "CNY",
        "contract_date": date(2026, 1, 5),
        "disbursed_date": date(2026, 1, 6),
        "principal_minor": 120_000,
        "annual_rate_bp": 1_200,
        **given,
    }
    return record_loan(LoanSaid(**facts), source=Source.API, actor=SETUP, now=NOW).ref
