"""Negotiation begins with what can be paid, moves by authority alone, and ends on a page."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.afford import Budget
from forbear.policy.arrange.propose import proposals
from forbear.policy.arrange.word import PlanKind
from forbear.policy.assistant.bargain import (
    TURNS_MAX,
    Move,
    Said,
    Talk,
    Where,
    go_on,
    taken_up,
    within_bounds,
)
from forbear.policy.assistant.knowledge import Way
from forbear.values.money import Currency
from tests.bench.negotiation import interval
from tests.support.counterpart import (
    assistant,
    full_demanded,
    longest_always,
    people,
    table_of,
)

PERSON = replace(
    people(1, seed=7)[0],
    adults=1,
    children=0,
    others=0,
    owed=people(1, seed=7)[0].owed._replace(payoff_minor=1_200_000, penalty_minor=100_000),
)
TABLE = table_of(PERSON)
MEANS = Budget(Currency.CNY, income_month_minor=400_000, outgoing_month_minor=300_000)
TELLS = Said(Move.TELLS, MEANS)


def after(*moves, table=TABLE):
    talk = Talk()
    for each in moves:
        talk = go_on(talk, each if isinstance(each, Said) else Said(each), table)
    return talk


def shown(talk):
    return [(each.kind, each.largest_minor, each.total_minor) for each in talk.offered]


def test_it_asks_first_and_offers_within_what_is_left():
    assert after().where is Where.ASKING
    assert after(Move.WANTS_REDUCTION).where is Where.ASKING
    talk = after(TELLS)

    assert talk.where is Where.OFFERING
    # 1,000 is left after living, of which a tenth is kept back.
    assert talk.monthly_minor == 90_000
    assert max(each.largest_minor for each in talk.offered) <= 90_000


def test_what_the_person_says_they_can_pay_counts_where_it_is_less():
    assert (
        after(Said(Move.TELLS, replace(MEANS, can_pay_month_minor=40_000))).monthly_minor == 40_000
    )
    assert (
        after(Said(Move.TELLS, replace(MEANS, can_pay_month_minor=500_000))).monthly_minor == 90_000
    )


def test_pressure_moves_nothing():
    quiet, loud = after(TELLS), after(TELLS, Move.PRESSES, Move.PRESSES, Move.PRESSES)

    assert shown(loud) == shown(quiet)
    assert (loud.granted_minor, loud.monthly_minor) == (quiet.granted_minor, quiet.monthly_minor)


def test_a_reduction_is_what_authority_grants_once_and_to_everybody_alike():
    assert after(TELLS, Move.WANTS_REDUCTION).granted_minor == 0
    table = replace(TABLE, authority=open_arrangements().authority["COLLECTOR"])

    once = after(TELLS, Move.WANTS_REDUCTION, table=table)
    often = after(TELLS, Move.PRESSES, *[Move.WANTS_REDUCTION] * 3, table=table)
    # A fifth of the penalty, beside the half that the house gives up by itself.
    assert once.granted_minor == often.granted_minor == 20_000
    assert {each.waived_minor for each in once.offered} == {70_000}


def test_less_a_month_takes_longer_and_then_a_person_goes_on():
    talk = after(TELLS, Move.WANTS_LESS_A_MONTH)

    assert max(each.largest_minor for each in talk.offered) <= 67_500
    assert after(TELLS, *[Move.WANTS_LESS_A_MONTH] * 4).where is Where.STAFF
    assert after(*[Move.PRESSES] * TURNS_MAX).where is Where.STAFF


def test_whoever_can_pay_nothing_is_led_to_help():
    poor = Budget(Currency.CNY, income_month_minor=100_000)

    assert after(Said(Move.TELLS, poor)).way is Way.HARD
    assert after(Move.CANNOT).way is Way.HARD


def test_what_is_chosen_leads_to_the_page_and_was_offered():
    talk = after(TELLS, Said(Move.CHOOSES, kind=PlanKind.EQUAL))

    assert (talk.where, talk.way) == (Where.CHOSEN, Way.TIME)
    assert talk.chosen in talk.offered
    assert go_on(talk, Said(Move.WANTS_LESS_A_MONTH), TABLE) == talk
    # Nothing was offered yet: nothing is chosen.
    assert after(Said(Move.CHOOSES, kind=PlanKind.EQUAL)).chosen is None


def test_a_talk_that_left_its_bounds_would_be_seen():
    talk = after(TELLS)

    assert within_bounds(talk, TABLE)
    assert not within_bounds(replace(talk, granted_minor=1), TABLE)
    assert not within_bounds(replace(talk, afforded=replace(talk.afforded, monthly_minor=1)), TABLE)


def held(who):
    fates = [assistant(each) for each in who]
    authority = open_arrangements().authority["SUPERVISOR"]
    fates += [assistant(each, authority=authority) for each in who]

    assert [each for each in fates if not each.bounded] == []
    assert all(each.turns <= TURNS_MAX for each in fates)
    return fates[: len(who)]


def test_with_sixty_people_nothing_leaves_its_bounds():
    who = people(60, seed=3)

    assert held(who) == [assistant(each) for each in who]


@pytest.mark.nightly
def test_with_two_thousand_people_it_recovers_more_and_breaks_less_than_fixed_ways():
    who = people(2_000, seed=1)
    fates, full, longest = held(who), [*map(full_demanded, who)], [*map(longest_always, who)]

    def gain(others):
        return interval(
            [a.recovered - b.recovered for a, b in zip(fates, others, strict=True)], seed=1
        )

    assert gain(full)[1] > 0
    assert gain(longest)[1] > 0
    agreed = [each.broken for each in fates if each.agreed]
    assert np.mean(agreed) < np.mean([each.broken for each in longest if each.agreed])
    assert np.mean([e.kept_for_needs for e in fates]) > np.mean([e.kept_for_needs for e in longest])


def some_table(by):
    person = people(1, seed=by.randrange(1_000_000))[0]
    name = by.choice(["DEBTOR", "COLLECTOR", "SUPERVISOR"])
    return table_of(person, authority=open_arrangements().authority[name])


def some_move(by):
    move = by.choice(list(Move))
    return Said(
        move,
        Budget(Currency.CNY, can_pay_month_minor=by.choice([0, 4_000, 20_000, 90_000, 400_000])),
        by.choice(list(PlanKind)),
    )


def hold_random_talk(seed):
    """Hold every turn of a random talk against means, authority, the page, and pressing."""
    by = Random(seed)
    table, talk = some_table(by), Talk()
    for _ in range(TURNS_MAX):
        talk = go_on(talk, some_move(by), table)
        assert within_bounds(talk, table), seed
        if talk.where is not Where.OFFERING:
            continue
        ask = replace(table.ask, monthly_minor=talk.monthly_minor, waive_minor=talk.granted_minor)
        assert talk.offered == proposals(table.owed, table.terms, ask).proposals, seed
        pressed = go_on(talk, Said(Move.PRESSES), table)
        assert shown(pressed) == shown(talk), seed
        again = taken_up(replace(talk, offered=()), table)
        assert (again.where, again.offered) == (talk.where, talk.offered), seed


def test_random_talks_keep_to_means_authority_and_the_page():
    for seed in range(60):
        hold_random_talk(seed)


@pytest.mark.nightly
def test_many_random_talks_do():
    for seed in range(3_000):
        hold_random_talk(seed)


def test_what_was_offered_on_another_amount_is_not_offered_on_too_little():
    talk = after(TELLS, Said(Move.TELLS, Budget(Currency.CNY, can_pay_month_minor=1_000)))

    assert (talk.where, talk.offered) == (Where.HARDSHIP, ())


def test_care_stops_a_talk_wherever_it_stands():
    assert after(Move.MUST_STOP).where is Where.STOPPED
    assert after(TELLS, Move.MUST_STOP).where is Where.STOPPED
    assert after(TELLS, Move.MUST_STOP, TELLS).where is Where.STOPPED


def test_a_talk_whose_debt_has_changed_is_offered_what_stands_or_asked_again():
    talk = replace(after(TELLS), offered=())
    less = replace(TABLE, owed=(TABLE.owed[0]._replace(payoff_minor=600_000),))
    none = replace(TABLE, owed=(TABLE.owed[0]._replace(payoff_minor=90_000_000),))

    assert {each.owed_minor for each in taken_up(talk, less).offered} == {600_000}
    assert taken_up(talk, none).where is Where.ASKING
    granted = replace(talk, granted_minor=10_000_000)
    assert taken_up(granted, TABLE).granted_minor == TABLE.grantable_minor
