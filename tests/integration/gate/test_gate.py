"""A contact passes the gate, or is refused, and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connections

from forbear.contexts.contact.channels.port import NotAccepted, Receipt
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.simulated.adapter import TRAITS, SimulatedAdapter
from forbear.contexts.contact.channels.simulated.provider import Behaviour
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.authorise import OtherWish
from forbear.contexts.contact.gate.budget import budget
from forbear.contexts.contact.gate.claim import claim
from forbear.contexts.contact.gate.condition import Unfit
from forbear.contexts.contact.gate.explain import UnknownContact, explain_contact
from forbear.contexts.contact.gate.intent import intend
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.send import hand_over, keep
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.stop import (
    AlreadyStopped,
    NotStopped,
    place_stop,
    release_stop,
    stops_on,
)
from forbear.contexts.contact.gate.word import Cause, DispatchState, StopScope
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.contact.models import GateDecision
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.queries.policy import facts_for_policy
from forbear.values.code import Channel, ContactPurpose, Outcome
from forbear.values.errors import BrokenInvariant
from forbear.values.principal import NotPermitted
from tests.support.gate import NOON, Desk, attempts, compose, person, settle_loan, state_of
from tests.support.people import audited
from tests.support.portfolio import SETUP, clerk, new_loan

S, O = DispatchState, Outcome
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def who():
    return person()


class TestAuthorise:
    def test_an_allowed_contact_is_debited_and_queued_at_once(self, desk, who):
        answer = desk.ask(who)

        assert answer.allowed
        assert state_of(answer) == (S.AUTHORISED, O.UNKNOWN)
        assert audited("contact.authorised") == [("system:dialler", f"attempt:{answer.attempt_id}")]
        assert desk.provider.ledger == []

    def test_a_refused_one_leaves_its_whole_decision_and_nothing_to_send(self, desk, who):
        desk.hand.at = NOON + timedelta(hours=11)  # 23:00 there

        answer = desk.ask(who)

        assert not answer.allowed
        assert {one.detail for one in answer.reasons} >= {"cn.hours.gbt", "cn.hours.cba"}
        assert answer.turns_at == datetime(2026, 11, 26, 0, 30, tzinfo=UTC)  # a house rule
        assert attempts(who) == []
        with reading(SETUP):
            kept = GateDecision.objects.get()
        assert (kept.allowed, kept.cause) == (False, "RULE")
        assert b"cn.calls.effective_daily" in bytes(kept.body)
        assert audited("contact.refused") == [("system:dialler", f"permit:{answer.id}")]

    def test_every_debit_counts_until_it_is_known_that_nothing_was_sent(self, desk, who):
        answers = [desk.ask(who) for _ in range(5)]

        assert [one.allowed for one in answers] == [True, True, True, False, False]
        assert answers[3].reasons[0].detail == "cn.calls.effective_daily"

    def test_the_same_request_is_one_contact(self, desk, who):
        asked = uuid4()

        first, again = desk.ask(who, id=asked), desk.ask(who, id=asked)

        assert again.attempt_id == first.attempt_id
        assert len(attempts(who)) == 1
        with pytest.raises(OtherWish):
            desk.ask(who, Channel.SMS, id=asked)

    def test_takes_somebody_who_may_contact_persons(self, desk, who):
        with pytest.raises(NotPermitted):
            desk.ask(who, actor=clerk("PERSON_SEE"))

        assert desk.ask(who, actor=clerk("CONTACT_MAKE")).allowed

    @pytest.mark.parametrize(
        ("change", "cause"),
        [
            ({"point_id": 987_654}, Cause.NOT_OF_PERSON),
            ({"loan_id": 987_654}, Cause.NOT_OF_PERSON),
            ({"debtor_id": 987_654}, Cause.NOT_OF_PERSON),
        ],
    )
    def test_what_is_not_known_is_refused(self, desk, who, change, cause):
        answer = desk.ask(replace(who, **change))

        assert [one.cause for one in answer.reasons] == [cause]

    def test_what_is_settled_is_not_collected(self, desk, who):
        settle_loan(who)

        refused = desk.ask(who)
        unnamed = desk.ask(replace(who, loan_id=None))
        notice = desk.ask(who, purpose=ContactPurpose.REQUIRED_NOTICE)

        for answer in (refused, unnamed):
            assert [(one.cause, one.detail) for one in answer.reasons] == [
                (Cause.NOT_OF_PERSON, "settled")
            ]
            assert answer.turns_at is None
        assert "settled" not in {one.detail for one in notice.reasons}

    def test_one_settled_loan_does_not_hide_another(self, desk, who):
        settle_loan(who)
        new_loan(who.ref)

        assert desk.ask(replace(who, loan_id=None)).allowed

    def test_an_unknown_zone_is_refused(self, desk):
        answer = desk.ask(person(time_zones=()))

        assert {one.cause for one in answer.reasons} == {Cause.RULE}
        assert "cn.hours.gbt" in {one.detail for one in answer.reasons}


class TestInDoubt:
    def test_no_record_no_contact(self, desk, who, application):
        with psycopg.connect(application.urls["owner"]) as owner:
            owner.execute("ALTER TABLE audit_entry ADD CONSTRAINT never CHECK (false) NOT VALID")
        try:
            answer = desk.ask(who)
        finally:
            with psycopg.connect(application.urls["owner"]) as owner:
                owner.execute("ALTER TABLE audit_entry DROP CONSTRAINT never")

        assert [one.cause for one in answer.reasons] == [Cause.NOT_RECORDED]
        assert attempts(who) == []

    def test_no_record_at_the_last_moment_no_contact_either(self, desk, who, application):
        answer = desk.ask(who)
        with psycopg.connect(application.urls["owner"]) as owner:
            owner.execute("ALTER TABLE audit_entry ADD CONSTRAINT never CHECK (false) NOT VALID")
        try:
            done = desk.sender().carry()
        finally:
            with psycopg.connect(application.urls["owner"]) as owner:
                owner.execute("ALTER TABLE audit_entry DROP CONSTRAINT never")

        assert (done.failed, done.handed) == (1, 0)
        assert desk.provider.ledger == []
        assert state_of(answer)[0] is S.CLAIMED

    def test_a_database_that_is_away_refuses(self, desk, who):
        settings = connections.settings["default"]
        port, settings["PORT"] = settings["PORT"], "1"
        connections.close_all()
        try:
            answer = desk.ask(who)
        finally:
            connections.close_all()
            settings["PORT"] = port

        assert [one.cause for one in answer.reasons] == [Cause.NOT_RECORDED]

    def test_rules_that_cannot_be_read_refuse(self, desk, who, monkeypatch):
        from forbear.contexts.contact import ask
        from forbear.policy.reading import InvalidRule

        def unreadable(*_args):
            raise InvalidRule("hours.yaml:3: opens is not a time.", remedy="Mend it.")

        monkeypatch.setattr(ask, "pack_in_force", unreadable)

        answer = desk.ask(who)

        assert [one.cause for one in answer.reasons] == [Cause.NO_PACK]

    def test_an_exception_inside_a_rule_refuses(self, desk, who, monkeypatch):
        from forbear.policy.ask import contact

        def broken(*_args, **_named):
            raise ZeroDivisionError

        monkeypatch.setattr(contact, "Moment", broken)

        answer = desk.ask(who)

        assert {one.cause for one in answer.reasons} == {Cause.RULE}
        assert b"ZeroDivisionError" in answer.verdict.body

    def test_a_system_that_is_not_fit_refuses(self, desk, who, monkeypatch):
        monkeypatch.setitem(
            condition._CONDITIONS,
            "night",
            (lambda _now: Unfit("STALE", "The book is old.", "过期"), frozenset()),
        )

        answer = desk.ask(who)

        assert [(one.cause, one.detail) for one in answer.reasons] == [(Cause.CONDITION, "STALE")]

    def test_a_question_of_fitness_that_fails_is_a_reason(self, desk, who, monkeypatch):
        monkeypatch.setitem(condition._CONDITIONS, "night", (lambda _now: 1 // 0, frozenset()))

        assert [one.detail for one in desk.ask(who).reasons] == ["UNSURE"]


class TestCarrying:
    def test_an_authorised_contact_leaves_once(self, desk, who):
        answer = desk.ask(who, Channel.VOICE)

        first, second = desk.sender().carry(), desk.sender().carry()

        assert (first.handed, second.claimed) == (1, 0)
        assert [entry.contact_id for entry in desk.provider.ledger] == [answer.id]
        assert state_of(answer) == (S.ACCEPTED, O.UNKNOWN)

    def test_a_queue_that_crossed_the_evening_sends_nothing(self, desk, who):
        answer = desk.ask(who)
        desk.hand.at = NOON + timedelta(hours=10)  # 22:00 there

        done = desk.sender().carry()

        assert (done.handed, done.withdrawn) == (0, 1)
        assert desk.provider.ledger == []
        assert state_of(answer) == (S.WITHDRAWN, O.FAILED)

    def test_what_waited_too_long_lapses(self, desk, who):
        answer = desk.ask(who, lasts=timedelta(minutes=1))
        desk.hand.on(minutes=2)

        desk.sender().carry()

        assert state_of(answer)[0] is S.WITHDRAWN
        assert desk.provider.ledger == []

    def test_what_is_withdrawn_gives_its_debit_back(self, desk, who):
        for _ in range(3):
            desk.ask(who, lasts=timedelta(minutes=1))
        assert not desk.ask(who).allowed
        desk.hand.on(minutes=2)

        desk.sender().carry()

        assert desk.ask(who).allowed

    def test_a_claim_whose_lease_ended_belongs_to_the_next(self, desk, who):
        answer = desk.ask(who)
        (old,) = claim(uuid4(), providers=("simulated",), limit=5, actor=SENDER, clock=desk.hand)
        desk.hand.on(seconds=31)
        (new,) = claim(uuid4(), providers=("simulated",), limit=5, actor=SENDER, clock=desk.hand)

        assert intend(old, compose=compose, actor=SENDER, clock=desk.hand) is None
        leave = intend(new, compose=compose, actor=SENDER, clock=desk.hand)
        assert leave is not None
        assert leave.permit.id == answer.id
        assert intend(new, compose=compose, actor=SENDER, clock=desk.hand) is None

    def test_a_worker_that_slept_after_its_intent_sends_nothing(self, desk, who):
        answer = desk.ask(who)
        (one,) = claim(uuid4(), providers=("simulated",), limit=5, actor=SENDER, clock=desk.hand)
        leave = intend(one, compose=compose, actor=SENDER, clock=desk.hand)
        for pause in ({"seconds": 61}, {"minutes": 10}):
            desk.hand.on(**pause)
            settle(desk.providers, actor=SENDER, clock=desk.hand)
        # By now the caps have it back: to send it still would pass them.
        assert state_of(answer) == (S.REJECTED, O.FAILED)

        handed = hand_over(leave, desk.providers.named("simulated"), clock=desk.hand)

        assert handed == NotAccepted("PERMIT_LAPSED")
        assert desk.provider.ledger == []
        assert not keep(leave.permit, handed, actor=SENDER, clock=desk.hand)

    @pytest.mark.parametrize(("back_s", "handed"), [(1, 1), (2, 0), (1860, 0)])
    def test_where_the_clock_was_set_back_since_the_intent_nothing_leaves(
        self, desk, who, back_s, handed
    ):
        desk.ask(who)
        (one,) = claim(uuid4(), providers=("simulated",), limit=5, actor=SENDER, clock=desk.hand)
        leave = intend(one, compose=compose, actor=SENDER, clock=desk.hand)
        desk.hand.at -= timedelta(seconds=back_s)

        hand_over(leave, desk.providers.named("simulated"), clock=desk.hand)

        assert len(desk.provider.ledger) == handed

    def test_an_absence_is_not_final_while_a_permit_may_still_be_used(self, who):
        desk = Desk(behaviour=Behaviour(refused_ppt=0, vanished_ppt=1000))
        hasty = replace(TRAITS, absent_final_after=timedelta(0))
        providers = Providers([SimulatedAdapter(desk.provider, traits=hasty)])
        answer = desk.ask(who)
        desk.sender().carry()
        desk.hand.on(seconds=20)

        settle(providers, actor=SENDER, clock=desk.hand)
        assert state_of(answer)[0] is S.UNKNOWN
        desk.hand.on(seconds=41)
        settle(providers, actor=SENDER, clock=desk.hand)
        assert state_of(answer)[0] is S.REJECTED

    def test_no_provider_may_answer_after_its_contact_is_taken_for_lost(self, desk):
        slow = replace(TRAITS, timeout=timedelta(seconds=31))

        with pytest.raises(BrokenInvariant):
            Providers([SimulatedAdapter(desk.provider, traits=slow)])

    def test_one_contact_s_fault_holds_up_no_other(self, desk, who):
        answers = [desk.ask(who, message=("m", number)) for number in (1, 2, 3)]

        def says(asked):
            if asked.message == ("m", 1):
                raise ZeroDivisionError
            return compose(asked)

        done = Sender(desk.providers, says, clock=desk.hand).carry()

        assert (done.failed, done.handed) == (1, 2)
        assert [state_of(one)[0] for one in answers] == [S.CLAIMED, S.ACCEPTED, S.ACCEPTED]

    def test_a_worker_that_wakes_after_its_lease_does_nothing(self, desk, who):
        answer = desk.ask(who)
        (sleeper,) = claim(
            uuid4(), providers=("simulated",), limit=5, actor=SENDER, clock=desk.hand
        )
        desk.hand.on(minutes=5)

        assert intend(sleeper, compose=compose, actor=SENDER, clock=desk.hand) is None
        assert state_of(answer)[0] is S.CLAIMED


class TestStops:
    @pytest.mark.parametrize("scope", list(StopScope))
    def test_a_switch_refuses_and_takes_back_until_it_is_released(self, desk, who, scope):
        creditor = str(facts_for_policy(who.ref, actor=SETUP).loans[0].creditor_id)
        subject = {
            StopScope.GLOBAL: "",
            StopScope.CHANNEL: "VOICE",
            StopScope.PERSON: str(who.debtor_id),
            StopScope.CREDITOR: creditor,
        }[scope]
        waiting = desk.ask(who)

        stop = place_stop(scope, subject, reason="drill", actor=SETUP, now=NOON)

        assert [one.id for one in stops_on(actor=SETUP)] == [stop]
        assert [one.cause for one in desk.ask(who).reasons] == [Cause.STOPPED]
        desk.sender().carry()
        assert state_of(waiting)[0] is S.WITHDRAWN
        assert desk.provider.ledger == []
        with pytest.raises(AlreadyStopped):
            place_stop(scope, subject, reason="drill", actor=SETUP, now=NOON)
        release_stop(stop, actor=SETUP, now=NOON)
        assert desk.ask(who).allowed
        with pytest.raises(NotStopped):
            release_stop(stop, actor=SETUP, now=NOON)

    def test_binds_only_what_it_names(self, desk, who):
        place_stop(StopScope.CHANNEL, "SMS", reason="drill", actor=SETUP, now=NOON)
        place_stop(StopScope.PERSON, "987654", reason="drill", actor=SETUP, now=NOON)

        assert desk.ask(who, Channel.VOICE).allowed


class TestExplain:
    def test_tells_a_contact_from_the_first_decision_to_the_last_receipt(self, desk, who):
        answer = desk.ask(who)
        desk.sender().carry()
        take_receipt(
            "simulated", Receipt("e-1", answer.id, O.CONVERSATION, NOON), actor=SENDER, now=NOON
        )

        told = explain_contact(answer.id, actor=SETUP)

        assert (told.state, told.outcome) == ("ACCEPTED", "CONVERSATION")
        assert [(one.stage, one.allowed) for one in told.decisions] == [
            ("AUTHORISE", True),
            ("INTENT", True),
        ]
        assert all(one.answer["findings"] for one in told.decisions)
        assert [one.event.value for one in told.entries] == [
            "contact.authorised",
            "contact.intended",
            "contact.answered",
            "contact.outcome",
        ]
        assert told.as_dict()["receipts"][0]["outcome"] == "CONVERSATION"

    def test_tells_a_refused_one_as_well(self, desk, who):
        desk.hand.at = NOON + timedelta(hours=11)
        answer = desk.ask(who)

        told = explain_contact(answer.id, actor=SETUP)

        assert told.state is None
        assert told.decisions[0].answer["reasons"][0]["cause"] == "RULE"
        assert [one.event.value for one in told.entries] == ["contact.refused"]

    def test_knows_nothing_of_other_contacts(self):
        with pytest.raises(UnknownContact):
            explain_contact(uuid4(), actor=SETUP)


class TestBudget:
    def test_shows_the_figures_that_the_gate_enforces(self, desk, who):
        def left():
            found = budget(who.wish(), actor=SETUP, clock=desk.hand)
            return {cap.about.rule_id: cap.left for cap in found.caps}, found.left

        assert left()[1] == 3
        desk.ask(who)
        caps, least = left()
        assert caps["cn.calls.effective_daily"] == 2
        assert caps["cn.calls.attempts_daily"] == 5
        assert least == 2
        desk.ask(who)
        desk.ask(who)
        assert left()[1] == 0
        assert not desk.ask(who).allowed
