"""A conversation goes on as its state says: it asks, shows, leads, protects and hands over."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_knowledge
from forbear.policy.assistant.detail import Detail
from forbear.policy.assistant.dialogue import Deed, Line, Reply, Stage, Standing, answer
from forbear.policy.assistant.intent import GUARDED, Intent
from forbear.policy.assistant.knowledge import PUBLIC, Show, Way
from forbear.policy.assistant.understand import Understood
from forbear.values.code import Language


def heard(*meant, near=(), care=False):
    return Understood(Language.EN, meant, near, 1.0, care, Detail())


FRESH = Standing()


def go(*meant, before=FRESH, inside=True, near=(), care=False, text="x") -> tuple:
    return answer(
        before,
        heard(*meant, near=near, care=care),
        text,
        inside=inside,
        knowledge=open_knowledge(),
    )


@pytest.mark.parametrize("intent", sorted(Intent))
@pytest.mark.parametrize("inside", [True, False])
def test_every_meaning_has_a_reply_and_outsiders_are_shown_nothing(intent, inside):
    _, reply = go(intent, inside=inside)

    assert reply.articles or reply.deed
    if not inside:
        assert reply.show == ()
        assert reply.deed is None
        assert set(reply.ways) <= PUBLIC


def test_the_debt_is_shown_to_whoever_is_in_alone():
    assert go(Intent.OWED)[1].show == (Show.ACCOUNT,)
    _, reply = go(Intent.OWED, inside=False)
    assert reply.lines == (Line.ENTER_FIRST,)
    assert reply.ways == (Way.ENTER,)


@pytest.mark.parametrize("intent", sorted(GUARDED))
def test_what_is_guarded_swallows_everything_else_in_the_message(intent):
    _, reply = go(intent, Intent.OWED)

    assert reply.show == ()
    assert [each.id for each in reply.articles] == ["guarded"]


def test_danger_comes_before_everything_and_money_does_not_come_back():
    standing, reply = go(Intent.SELF_HARM, Intent.OTHER_PERSON, Intent.OWED)

    assert (standing.stage, reply.deed, reply.listeners) == (Stage.CARE, Deed.SIGNAL, True)
    assert reply.show == ()
    after, reply = go(Intent.OWED, Intent.PAY_HOW, before=standing)
    assert after.stage is Stage.CARE
    assert reply.listeners
    assert (reply.show, reply.ways, reply.deed) == ((), (Way.HUMAN,), None)
    _, reply = go(Intent.HUMAN, before=standing)
    assert reply.deed is Deed.HAND_OVER


def test_somebody_under_age_is_handed_over_and_asked_nothing():
    standing, reply = go(Intent.MINOR, Intent.PAY_HOW)

    assert (standing.stage, reply.deed) == (Stage.HANDED, Deed.HAND_OVER)
    assert (reply.show, reply.ways) == ((), ())


def test_it_asks_before_it_guesses_and_calls_somebody_after_two_times():
    standing, reply = go(near=(Intent.PAUSE, Intent.INSTALMENTS))
    assert reply.choices == (Intent.PAUSE, Intent.INSTALMENTS)
    assert (standing.stage, standing.unclear) == (Stage.ASKED, 1)
    standing, _ = go(before=standing, text="🙂")
    assert standing.unclear == 2
    standing, reply = go(before=standing)
    assert (standing.stage, reply.deed) == (Stage.HANDED, Deed.HAND_OVER)
    # Outside nobody knows who is writing: the telephone is named.
    _, reply = go(before=Standing(Stage.ASKED, 2), inside=False)
    assert (reply.lines, reply.deed) == ((Line.TELEPHONE,), None)


def test_what_is_understood_ends_the_asking():
    standing, _ = go(Intent.PAUSE, before=Standing(Stage.ASKED, 2))

    assert standing == Standing()


def test_listeners_stand_beside_the_answer_where_care_may_be_needed():
    _, reply = go(Intent.PAUSE, care=True)

    assert reply.listeners
    assert reply.ways == (Way.TIME, Way.PROMISE, Way.HARD)


@pytest.mark.parametrize(
    ("intent", "way"),
    [(Intent.INTEREST, Way.LEARN), (Intent.BUREAU, Way.LEARN), (Intent.CANNOT_PAY, Way.BUDGET)],
)
@pytest.mark.parametrize("inside", [True, False])
def test_what_can_be_learned_and_reckoned_is_open_to_everybody(intent, way, inside):
    assert way in go(intent, inside=inside)[1].ways


def test_two_wishes_get_two_answers():
    _, reply = go(Intent.PROMISE, Intent.WORKPLACE)

    assert [each.id for each in reply.articles] == ["promise", "workplace"]
    assert len(reply.ways) == 4


def test_a_conversation_that_was_handed_over_stays_so():
    standing, reply = go(Intent.OWED, before=Standing(Stage.HANDED))

    assert standing.stage is Stage.HANDED
    assert isinstance(reply, Reply)


def test_three_matters_are_answered_at_once_and_the_rest_is_offered():
    meant = (Intent.JOB_LOSS, Intent.WORKPLACE, Intent.OWED, Intent.BUREAU)
    _, reply = go(*meant)

    assert [each.id for each in reply.articles] == ["job_loss", "workplace", "owed"]
    assert reply.choices == (Intent.BUREAU,)
    assert Line.ALSO in reply.lines
    assert go(*meant, inside=False)[1].choices == (Intent.BUREAU,)


def test_whoever_asks_for_a_person_still_learns_what_can_be_done():
    standing, reply = go(Intent.JOB_LOSS, Intent.HUMAN)

    assert (standing.stage, reply.deed) == (Stage.HANDED, Deed.HAND_OVER)
    assert [each.id for each in reply.articles] == ["job_loss"]
    _, reply = go(Intent.OWED, Intent.HUMAN, inside=False)
    assert (reply.deed, reply.show) == (None, ())
    assert {Line.TELEPHONE, Line.ENTER_FIRST} <= set(reply.lines)
