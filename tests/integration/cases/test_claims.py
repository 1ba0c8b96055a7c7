"""A case is had by one person at a time, for as long as something is done about it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from forbear.contexts.cases.actions.claim_case import (
    CaseHeld,
    release_case,
    take_case,
    take_over_case,
)
from forbear.contexts.cases.actions.move_case import move_case
from forbear.contexts.cases.desk.claim import CaseNotTaken, held_now, refuse_unless_had, stay
from forbear.contexts.cases.models import Case, Claim
from forbear.contexts.cases.move import MayNotFollow, NoSuchCase, held_case
from forbear.contexts.cases.transition import CaseEnd, CaseState
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.role import Role
from forbear.contexts.rulebook.library import open_desks
from forbear.values.principal import NotPermitted
from tests.support.people import audited, new_principal, new_team
from tests.support.portfolio import NOW, SETUP

LASTS = open_desks().claim_lasts


@pytest.fixture
def other(late):
    """Another collector of the same team."""
    return new_principal(Role.COLLECTOR, teams=(late.team_id,))


def who_has(late, now=NOW):
    with reading(SETUP):
        found = held_now([late.case_id], now=now).get(late.case_id)
    return None if found is None else str(found.staff_id)


class TestTaking:
    def test_gives_it_to_the_first_and_tells_the_second_who_has_it_and_until_when(
        self, late, other
    ):
        held = take_case(late.case_id, actor=late.collector, now=NOW)

        with pytest.raises(CaseHeld) as refused:
            take_case(late.case_id, actor=other, now=NOW + timedelta(minutes=1))

        assert held.until_at == NOW + LASTS == NOW + timedelta(minutes=10)
        assert held.name in refused.value.message
        assert "9 分钟" in refused.value.message_zh
        assert audited("case.taken") == [(str(late.collector), f"case:{late.case_id}")]

    def test_ends_by_silence(self, late, other):
        take_case(late.case_id, actor=late.collector, now=NOW)

        take_case(late.case_id, actor=other, now=NOW + LASTS)

        assert who_has(late, NOW + LASTS) == other.id

    def test_lasts_while_something_is_done(self, late, other):
        take_case(late.case_id, actor=late.collector, now=NOW)
        later = NOW + LASTS - timedelta(seconds=1)
        stay(late.case_id, actor=late.collector, now=later)
        stay(late.case_id, actor=other, now=later + LASTS - timedelta(seconds=1))

        with pytest.raises(CaseHeld):
            take_case(late.case_id, actor=other, now=later + LASTS - timedelta(seconds=1))

    def test_again_by_the_same_keeps_it_longer_without_a_new_entry(self, late):
        for minute in (0, 5):
            now = NOW + timedelta(minutes=minute)
            held = take_case(late.case_id, actor=late.collector, now=now)

        assert held.until_at == NOW + timedelta(minutes=5) + LASTS
        assert len(audited("case.taken")) == 1

    def test_of_a_closed_case_is_refused(self, late):
        with reading(SETUP):
            version = Case.objects.get(pk=late.case_id).version
        end = {"ended_as": CaseEnd.SETTLED, "because": "x", "version": version}
        move_case(late.case_id, CaseState.CLOSED, actor=late.supervisor, now=NOW, **end)

        with pytest.raises(MayNotFollow):
            take_case(late.case_id, actor=late.collector, now=NOW)

    def test_is_for_those_alone_who_see_the_person_and_work(self, late):
        stranger = new_principal(Role.COLLECTOR, teams=(new_team(),))
        with pytest.raises(NoSuchCase):
            take_case(late.case_id, actor=stranger, now=NOW)
        with pytest.raises(NotPermitted):
            take_case(late.case_id, actor=new_principal(Role.COMPLIANCE), now=NOW)

    @pytest.mark.parametrize("round_", range(3))
    def test_of_eight_at_once_one_gets_it(self, late, round_):
        eight = [new_principal(Role.COLLECTOR, teams=(late.team_id,)) for _ in range(8)]
        ready = Barrier(8)

        def take(actor):
            try:
                ready.wait(30)
                return take_case(late.case_id, actor=actor, now=NOW)
            except CaseHeld as held:
                return held
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(take, eight))

        won = [each for each in found if not isinstance(each, CaseHeld)]
        assert len(won) == 1
        assert who_has(late) == str(won[0].staff_id)
        assert {each.data["name"] for each in found if isinstance(each, CaseHeld)} == {won[0].name}
        assert len(audited("case.taken")) == 1


class TestGivingBack:
    def test_frees_it_for_others(self, late, other):
        take_case(late.case_id, actor=late.collector, now=NOW)
        release_case(late.case_id, actor=late.collector, now=NOW)

        take_case(late.case_id, actor=other, now=NOW)

        assert who_has(late) == other.id
        assert audited("case.released") == [(str(late.collector), f"case:{late.case_id}")]

    def test_of_what_somebody_else_has_changes_nothing(self, late, other):
        take_case(late.case_id, actor=late.collector, now=NOW)

        release_case(late.case_id, actor=other, now=NOW)

        assert who_has(late) == late.collector.id
        assert audited("case.released") == []


class TestTakingOver:
    def test_is_for_supervisors_and_written_down(self, late, other):
        take_case(late.case_id, actor=late.collector, now=NOW)
        with pytest.raises(NotPermitted):
            take_over_case(late.case_id, actor=other, now=NOW)

        take_over_case(late.case_id, actor=late.supervisor, now=NOW)

        assert who_has(late) == late.supervisor.id
        assert audited("case.taken_over") == [(str(late.supervisor), f"case:{late.case_id}")]
        with pytest.raises(CaseHeld), acting(late.collector):
            refuse_unless_had(held_case(late.case_id), actor=late.collector, now=NOW)


def test_who_has_nothing_is_told_to_take_it(late):
    with pytest.raises(CaseNotTaken), acting(late.collector):
        refuse_unless_had(held_case(late.case_id), actor=late.collector, now=NOW)
    with reading(SETUP):
        assert Claim.objects.count() == 0
