"""An answer is kept with the next contact's intent, and neither's fault reaches the other."""

from __future__ import annotations

import pytest

from forbear.contexts.contact.gate.word import DispatchState as S
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.values.code import Channel
from tests.support.gate import Desk, compose, people, state_of
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")


def transactions(*answers) -> list[tuple[str, str]]:
    """Return which transaction last wrote a contact, and where it stands, by contact."""
    ids = [answer.attempt_id for answer in answers]
    with reading(SETUP):
        rows = Dispatch.objects.filter(pk__in=ids).extra(select={"by": "xmin::text"})
        found = {row.pk: (row.by, row.state) for row in rows}
    return [found[each] for each in ids]


def waiting(count: int):
    """Return a desk, and what the gate let as many persons wait for."""
    desk = Desk()
    return desk, [desk.ask(who, message=("test.words", 1)) for who in people(count)]


def test_answers_are_kept_with_the_next_intent_and_the_last_by_itself():
    desk, answers = waiting(3)
    seen = []

    class Watching(type(desk.heard)):
        def hand_over(self, permit, envelope):
            seen.append(transactions(*answers))
            return super().hand_over(permit, envelope)

    desk.heard.__class__ = Watching
    done = desk.sender().carry()

    assert (done.handed, done.late, done.failed) == (3, 0, 0)
    assert [state for _, state in transactions(*answers)] == [S.ACCEPTED] * 3
    for place in (1, 2):
        (kept_by, kept), (intended_by, intended) = seen[place][place - 1 : place + 1]
        assert (kept, intended) == (S.ACCEPTED, S.INTENT)
        assert kept_by == intended_by
    on_their_way = [[state for _, state in each].count(S.INTENT) for each in seen]
    assert on_their_way == [1, 1, 1]


def test_a_contact_that_fails_leaves_the_answer_before_it_kept():
    desk, answers = waiting(3)
    asked = []

    def broken(composing):
        asked.append(composing.attempt_id)
        if composing.attempt_id == answers[1].attempt_id:
            raise RuntimeError("no words")
        return compose(composing)

    done = Sender(desk.providers, broken, clock=desk.hand).carry()

    assert (done.handed, done.failed) == (2, 1)
    assert [state_of(each)[0] for each in answers] == [S.ACCEPTED, S.CLAIMED, S.ACCEPTED]
    assert len(desk.provider.ledger) == 2


def test_whoever_stops_after_one_has_kept_its_answer():
    desk, answers = waiting(2)
    turns = iter([True, False])

    done = desk.sender().carry(going=lambda: next(turns))

    assert done.handed == 1
    assert [state_of(each)[0] for each in answers] == [S.ACCEPTED, S.CLAIMED]


def test_the_same_persons_next_contact_is_decided_after_the_answer_before_it():
    desk, (who,) = Desk(), people(1)
    answers = [desk.ask(who), desk.ask(who, Channel.BOT)]
    seen = []

    class Watching(type(desk.heard)):
        def hand_over(self, permit, envelope):
            seen.append(transactions(*answers))
            return super().hand_over(permit, envelope)

    desk.heard.__class__ = Watching
    desk.sender().carry()

    (kept_by, kept), (intended_by, intended) = seen[1]
    assert (kept, intended) == (S.ACCEPTED, S.INTENT)
    assert kept_by != intended_by
