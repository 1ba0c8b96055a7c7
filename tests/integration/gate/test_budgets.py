"""What is shown of many persons at once is what the gate would answer about each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.cases.actions.hold import place_hold_and_refresh
from forbear.contexts.contact.gate.ask import judge, judge_all
from forbear.contexts.contact.gate.budget import budget, budgets
from forbear.contexts.contact.gate.stop import place_stop
from forbear.contexts.contact.gate.word import Cause, StopScope
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, HoldKind
from forbear.values.principal import NotPermitted
from tests.support.asked import questions
from tests.support.gate import NOON, Desk, person, settle_loan
from tests.support.portfolio import SETUP, clerk

pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def several():
    """Persons of whom each stands otherwise: free, called, held, stopped, settled, far away."""
    desk = Desk()
    persons = [person() for _ in range(6)]
    persons.append(person(time_zones=("America/Los_Angeles",)))
    for _ in range(2):
        assert desk.ask(persons[1]).allowed
    said = HoldSaid("hold-1", persons[2].ref, HoldKind.DISPUTE, NOON.date() - timedelta(days=2))
    place_hold_and_refresh(said, source=Source.API, actor=SETUP, today=NOON.date(), now=NOON)
    place_stop(StopScope.PERSON, str(persons[3].debtor_id), reason="x", actor=SETUP, now=NOON)
    settle_loan(persons[4])
    return persons


@pytest.mark.parametrize("hours", [0, 10, 20])
def test_many_at_once_are_answered_as_one_by_one(several, hours):
    at = NOON + timedelta(hours=hours)
    wishes = [who.wish(channel) for who in several for channel in (Channel.VOICE, Channel.SMS)]

    with reading(SETUP):
        together = judge_all(wishes, now=at)
    for wish in wishes:
        with acting(SETUP):
            alone = judge(wish, now=at)
        assert together[wish].reasons == alone.reasons
        assert together[wish].turns_at == alone.turns_at
        assert together[wish].decision == alone.decision
        assert together[wish].sha256 == alone.sha256
    causes = {reason.cause for each in together.values() for reason in each.reasons}
    assert causes >= {Cause.RULE, Cause.STOPPED, Cause.NOT_OF_PERSON}


def test_what_is_left_is_what_the_gate_enforces(several):
    desk, who = Desk(), several[1]
    found = budgets([who.wish()], actor=SETUP, clock=desk.hand)[who.wish()]

    assert found == budget(who.wish(), actor=SETUP, clock=desk.hand)
    allowed = sum(desk.ask(who).allowed for _ in range(found.left + 2))

    assert allowed == found.left


def test_questions_do_not_grow_with_the_number_of_persons(several):
    def asked(persons):
        with questions() as found:
            budgets([who.wish() for who in persons], actor=SETUP, clock=Desk().hand)
        return len(found)

    asked(several)
    assert asked(several) == asked(several[:1]) <= 8


def test_nobody_is_told_of_persons_in_other_care(several):
    stranger = clerk("PERSON_SEE", teams=(987,))

    found = budgets([several[0].wish()], actor=stranger, clock=Desk().hand)

    assert [each.cause for each in found[several[0].wish()].reasons] == [Cause.ERASED]
    with pytest.raises(NotPermitted):
        budgets([several[0].wish()], actor=clerk(teams=(987,)))
