"""Approvals: two persons, enough authority, the right person's file, once, and in time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection

from forbear.contexts.database.transaction import acting
from forbear.contexts.people import queries
from forbear.contexts.people.actions import (
    ask_approval,
    grant,
    lapse_approvals,
    refuse,
    require_approval,
    withdraw,
)
from forbear.contexts.people.actions.approval import (
    ApprovalClosed,
    ApprovalMissing,
    BeyondAuthority,
    SecondPersonNeeded,
    UnknownApproval,
)
from forbear.contexts.people.models import Approval
from forbear.contexts.people.role import Role
from forbear.values.errors import BrokenInvariant, InvalidInput
from forbear.values.money import Currency
from forbear.values.principal import NotPermitted
from tests.support.people import NOW, SETUP, audited, new_debtor, new_principal, new_team

pytestmark = pytest.mark.usefixtures("application")
DEED = {"what": "fee.waive", "subject": "loan:42"}


@pytest.fixture
def team():
    return new_team()


@pytest.fixture
def asker(team):
    return new_principal(Role.COLLECTOR, teams=(team,))


@pytest.fixture
def decider(team):
    return new_principal(Role.SUPERVISOR, teams=(team,), authority_minor=50_000)


def _ask(asker, **given):
    facts = {**DEED, **given}
    return ask_approval(facts.pop("what"), **facts, actor=asker, now=NOW)


def _use(approval, actor, **given):
    with acting(actor):
        return require_approval(approval, **{**DEED, **given}, actor=actor, now=NOW)


class TestGrant:
    def test_lets_exactly_that_be_done_once(self, asker, decider, team):
        person = new_debtor(team)
        amount = {"debtor_id": person, "amount_minor": 50_000, "currency": Currency.CNY}
        approval = _ask(asker, **amount)

        granted = grant(approval, reason="agreed on the phone", actor=decider, now=NOW)
        used = _use(approval, asker, **amount)

        assert used == granted
        assert (granted.debtor_id, granted.amount_minor) == (person, 50_000)
        with pytest.raises(ApprovalMissing):
            _use(approval, asker, **amount)
        for event, actor in (
            ("approval.asked", asker),
            ("approval.granted", decider),
            ("approval.used", asker),
        ):
            assert audited(event) == [(str(actor), f"approval:{approval}")]

    def test_takes_somebody_else(self, decider):
        approval = _ask(decider)

        with pytest.raises(SecondPersonNeeded):
            grant(approval, actor=decider, now=NOW)

    def test_takes_somebody_else_also_in_the_database(self, decider):
        approval = _ask(decider)

        with pytest.raises(IntegrityError), acting(SETUP):
            Approval.objects.filter(pk=approval).update(
                state="GRANTED", decided_by_id=int(decider.id), decided_at=NOW
            )

    @pytest.mark.parametrize("role", [Role.COLLECTOR, Role.ANALYST])
    def test_takes_the_permission(self, asker, role):
        approval = _ask(asker)

        with pytest.raises(NotPermitted):
            grant(approval, actor=new_principal(role), now=NOW)

    def test_takes_enough_authority_in_that_currency(self, asker, decider):
        larger = _ask(asker, amount_minor=50_001, currency=Currency.CNY)
        foreign = _ask(asker, amount_minor=1, currency=Currency.USD)

        for approval in (larger, foreign):
            with pytest.raises(BeyondAuthority):
                grant(approval, actor=decider, now=NOW)
            assert queries.approval(approval, actor=decider).decided_by is None

    def test_takes_somebody_who_sees_the_person(self, asker, team):
        approval = _ask(asker, debtor_id=new_debtor(team))
        elsewhere = new_principal(Role.SUPERVISOR, teams=(new_team(),))
        everybody = new_principal(Role.COMPLIANCE)

        with pytest.raises(UnknownApproval):
            grant(approval, actor=elsewhere, now=NOW)
        assert queries.approvals_waiting(actor=elsewhere, now=NOW) == ()
        assert [a.id for a in queries.approvals_waiting(actor=everybody, now=NOW)] == [approval]
        grant(approval, actor=everybody, now=NOW)

    def test_comes_in_time_or_not_at_all(self, asker, decider):
        approval = _ask(asker, lasts=timedelta(hours=1))

        with pytest.raises(ApprovalClosed):
            grant(approval, actor=decider, now=NOW + timedelta(hours=1))

    def test_is_given_once_when_two_decide_together(self, asker, team):
        approval = _ask(asker)
        deciders = [new_principal(Role.SUPERVISOR, teams=(team,)) for _ in range(4)]

        def decide(decider):
            try:
                return grant(approval, actor=decider, now=NOW)
            except ApprovalClosed:
                return None
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as threads:
            done = list(threads.map(decide, deciders))

        assert len([each for each in done if each]) == 1
        assert len(audited("approval.granted")) == 1

    def test_did_not_happen_when_the_entry_cannot_be_written(self, own_application, asker, decider):
        approval = _ask(asker)
        with psycopg.connect(own_application.urls["owner"]) as owner:
            owner.execute("ALTER TABLE audit_entry ADD CHECK (event <> 'approval.granted')")

        with pytest.raises(DatabaseError):
            grant(approval, actor=decider, now=NOW)

        assert queries.approval(approval, actor=decider).state == "ASKED"


class TestRequireApproval:
    @pytest.mark.parametrize(
        "other",
        [
            {"what": "fee.double"},
            {"subject": "loan:43"},
            {"amount_minor": 101, "currency": Currency.CNY},
            {"amount_minor": 100, "currency": Currency.GBP},
            {"details": {"months": 3}},
        ],
    )
    def test_fits_nothing_else(self, asker, decider, other):
        amount = {"amount_minor": 100, "currency": Currency.CNY, "details": {"months": 2}}
        approval = _ask(asker, **amount)
        grant(approval, actor=decider, now=NOW)

        with pytest.raises(ApprovalMissing):
            _use(approval, asker, **{**amount, **other})
        _use(approval, asker, **amount)

    def test_is_not_fulfilled_before_it_is_granted_or_after_it_is_refused(self, asker, decider):
        waiting, refused = _ask(asker), _ask(asker)
        refuse(refused, reason="no ground", actor=decider, now=NOW)

        for approval in (None, 4711, waiting, refused):
            with pytest.raises(ApprovalMissing):
                _use(approval, asker)

    def test_lapses_also_when_granted(self, asker, decider):
        approval = _ask(asker, lasts=timedelta(hours=1))
        grant(approval, actor=decider, now=NOW)

        with pytest.raises(ApprovalMissing), acting(asker):
            require_approval(approval, **DEED, actor=asker, now=NOW + timedelta(hours=1))

    def test_is_given_back_when_the_deed_fails(self, asker, decider):
        approval = _ask(asker)
        grant(approval, actor=decider, now=NOW)

        def fail():
            with acting(asker):
                require_approval(approval, **DEED, actor=asker, now=NOW)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()

        assert _use(approval, asker).id == approval

    def test_stands_inside_the_deeds_own_transaction(self, asker):
        with pytest.raises(BrokenInvariant):
            require_approval(1, **DEED, actor=asker, now=NOW)

    def test_is_used_once_when_two_do_the_deed_together(self, asker, decider):
        approval = _ask(asker)
        grant(approval, actor=decider, now=NOW)

        def use(_):
            try:
                return _use(approval, asker)
            except ApprovalMissing:
                return None
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as threads:
            used = [each for each in threads.map(use, range(4)) if each]

        assert len(used) == 1


class TestEndings:
    def test_only_the_asker_withdraws(self, asker, decider):
        approval = _ask(asker)

        with pytest.raises(NotPermitted):
            withdraw(approval, actor=decider, now=NOW)
        withdraw(approval, actor=asker, now=NOW)
        with pytest.raises(ApprovalClosed):
            grant(approval, actor=decider, now=NOW)

    def test_a_refusal_gives_its_reason(self, asker, decider):
        approval = _ask(asker)

        with pytest.raises(InvalidInput):
            refuse(approval, reason="  ", actor=decider, now=NOW)
        refuse(approval, reason="no ground", actor=decider, now=NOW)

        assert queries.approval(approval, actor=asker).reason == "no ground"

    def test_what_nobody_decides_lapses_once(self, asker):
        _ask(asker, lasts=timedelta(hours=1))
        longer = _ask(asker, lasts=timedelta(hours=3))
        later = NOW + timedelta(hours=2)

        assert lapse_approvals(actor=SETUP, now=later) == 1
        assert lapse_approvals(actor=SETUP, now=later) == 0
        assert [a.id for a in queries.approvals_waiting(actor=SETUP, now=later)] == [longer]
        assert len(audited("approval.lapsed")) == 1

    def test_nobody_lapses_them_by_hand(self, decider):
        with pytest.raises(NotPermitted):
            lapse_approvals(actor=decider, now=NOW)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount_minor": 5},
            {"currency": Currency.CNY},
            {"amount_minor": -5, "currency": Currency.CNY},
            {"lasts": timedelta(0)},
        ],
    )
    def test_an_amount_has_a_currency_and_an_approval_lasts(self, asker, wrong):
        with pytest.raises(InvalidInput):
            _ask(asker, **wrong)

    def test_a_program_asks_for_nothing(self):
        with pytest.raises(NotPermitted):
            _ask(SETUP)
