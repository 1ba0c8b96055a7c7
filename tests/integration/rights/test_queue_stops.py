"""While contacts wait in the queue somebody files: after the commit nothing leaves for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from forbear.contexts.contact import ask
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.complaint import ComplaintSaid, file_complaint
from forbear.contexts.rights.actions.data_request import file_data_request
from forbear.contexts.rights.actions.dispute import file_dispute
from forbear.contexts.rights.actions.hardship import signal_distress
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import DataRight, DisputeReason, Intake
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy.kind import FrequencyCap
from tests.support.gate import NOON, Desk, Person, people
from tests.support.portfolio import SETUP

WAITING, WAITING_AT_NIGHT = 12, 1_000
ASKED_FOR = 6
SENDERS = 4
pytestmark = pytest.mark.usefixtures("portfolio")
LEFT = ["INTENT", "ACCEPTED", "REJECTED", "UNKNOWN"]


@pytest.fixture
def uncapped(monkeypatch):
    """Let the shipped rules bind as they do, but for how often: so many may wait for one person."""

    def wide(law, day):
        pack = pack_in_force(law, day)
        rules = tuple(
            replace(rule, parameters=replace(rule.parameters, at_most=10_000))
            if isinstance(rule.parameters, FrequencyCap)
            else rule
            for rule in pack.rules
        )
        return replace(pack, rules=rules, sha256="wide")

    monkeypatch.setattr(ask, "pack_in_force", wide)
    monkeypatch.delitem(condition._CONDITIONS, "night")


def _said(who: Person, reason: str) -> FilingSaid:
    return FilingSaid(f"F-{uuid4().hex[:8]}", who.ref, reason, Intake.PORTAL, NOON.date())


def dispute(who: Person, now) -> None:
    file_dispute(_said(who, DisputeReason.PAID), **_by(now))


def complain(who: Person, now) -> None:
    file_complaint(ComplaintSaid(_said(who, "FREQUENT")), **_by(now))


def distress(who: Person, now) -> None:
    signal_distress(_said(who, ""), **_by(now))


def restrict(who: Person, now) -> None:
    file_data_request(_said(who, DataRight.RESTRICT), **_by(now))


def _by(now):
    return {"source": Source.PORTAL, "actor": SETUP, "today": NOON.date(), "now": now}


FILINGS = [dispute, complain, distress, restrict]


def _left(who: Person) -> int:
    with reading(SETUP):
        return Dispatch.objects.filter(debtor_id=who.debtor_id, state__in=LEFT).count()


def _copied(attempt_id: int, times: int) -> None:
    """Queue more contacts just like one that the gate allowed; asking for each takes too long."""
    with acting(SETUP):
        attempt = Attempt.objects.get(pk=attempt_id)
        row = Dispatch.objects.get(pk=attempt_id)
        for _ in range(times):
            permit = uuid4()
            attempt.pk, attempt.ref = None, str(permit)
            attempt.save(force_insert=True)
            row.pk, row.attempt_id, row.permit_id = attempt.pk, attempt.pk, permit
            row.save(force_insert=True)


def _stops(file, count: int) -> None:
    desk = Desk()
    mine, other = people(2)
    answers = [desk.ask(mine) for _ in range(ASKED_FOR)]
    assert all(answer.allowed for answer in answers)
    _copied(answers[0].attempt_id, count - ASKED_FOR)
    assert desk.ask(other).allowed
    ready, at_commit = Barrier(SENDERS + 1), []

    def carry() -> None:
        sender = desk.sender()
        try:
            ready.wait(60)
            for _ in range(3):
                sender.carry(limit=max(2, count // 20))
        finally:
            connection.close()

    def say() -> None:
        try:
            ready.wait(60)
            file(mine, desk.hand())
            at_commit.append(_left(mine))
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS + 1) as pool:
        works = [pool.submit(carry) for _ in range(SENDERS)] + [pool.submit(say)]
        for work in works:
            work.result()
    desk.hand.on(minutes=1)
    for _ in range(count // 20 + 2):
        desk.sender().carry(limit=40)

    assert _left(mine) <= at_commit[0]
    assert _left(other) == 1
    with reading(SETUP):
        states = Dispatch.objects.filter(debtor_id=mine.debtor_id).values_list("state", flat=True)
        assert set(states) <= {"WITHDRAWN", *LEFT}
    assert not desk.ask(mine).allowed


@pytest.mark.parametrize("file", FILINGS, ids=lambda each: each.__name__)
def test_nothing_leaves_after_the_commit(uncapped, file):
    _stops(file, WAITING)


@pytest.mark.nightly
@pytest.mark.parametrize("file", [dispute, complain], ids=lambda each: each.__name__)
def test_nothing_leaves_after_the_commit_of_a_thousand(uncapped, file):
    _stops(file, WAITING_AT_NIGHT)


def test_only_what_is_disputed_stops(uncapped):
    """A dispute of one loan lets contacts about another go on."""
    from tests.support.portfolio import new_loan

    desk = Desk()
    (who,) = people(1)
    second = new_loan(who.ref)
    said = FilingSaid("F-one", who.ref, DisputeReason.PAID, Intake.PHONE, NOON.date(), second)

    file_dispute(said, **_by(desk.hand()))

    assert desk.ask(who).allowed
