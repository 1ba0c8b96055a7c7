"""One approved message to a chosen set: tried, started by a second person, stopped at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from forbear.contexts.cases.models import Case
from forbear.contexts.cases.outing import prepare as preparing
from forbear.contexts.cases.outing import search
from forbear.contexts.cases.outing.act import OutingClosed, OutingGrown, start_outing, stop_outing
from forbear.contexts.cases.outing.ask import ask_outings
from forbear.contexts.cases.outing.figures import outing, refused
from forbear.contexts.cases.outing.models import Outing, OutingRow
from forbear.contexts.cases.outing.prepare import UnfitOuting, prepare_outing
from forbear.contexts.cases.outing.set import Chosen
from forbear.contexts.cases.outing.word import OutingState
from forbear.contexts.contact.gate.worker import SENDER
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions.approval import SecondPersonNeeded
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.hold import place_hold
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import HoldKind
from forbear.values.principal import NotPermitted
from tests.support.campaign import DAY, MACHINES, OWED, TEN, stands
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.gate import person
from tests.support.people import audited, new_principal, new_team
from tests.support.portfolio import SETUP

GENTLE = "cn.sms.overdue_gentle"


@pytest.fixture
def team(campaign):
    return new_team("north")


def new_code(code):
    """Another team's code."""
    new_team(code)
    return code


def late(team, *, days=12):
    """Somebody with an open case of a team, some days late."""
    who = person(name="林小满", time_zones=("Asia/Shanghai",), team="north")
    with acting(SETUP):
        stands(who, **{**OWED, "days_past_due": days})
        Case.objects.create(
            debtor_id=who.debtor_id,
            state="NEW",
            team_id=team,
            opened_at=TEN,
            moved_at=TEN,
            bucket="M1",
            days_past_due=days,
            currency="CNY",
            overdue_minor=123_456,
        )
    return who


def prepared(actor, *, now=TEN, persons_max=None, **chosen):
    told = {"persons_max": persons_max, "today": DAY, "actor": actor, "now": now}
    return prepare_outing(GENTLE, Chosen(**chosen), **told)


def ask_all(campaign, **given):
    told = {"limit": 50, **given}
    return ask_outings("simulated", MACHINES, actor=SENDER, clock=campaign.desk.hand, **told)


def dispatches():
    with reading(SETUP):
        return list(Dispatch.objects.order_by("pk").values_list("way", "state"))


def test_a_trial_says_who_would_be_written_to_and_who_not_and_sends_nothing(campaign, team):
    maker = new_principal(Role.SUPERVISOR, teams=(team,))
    free, held, afar = late(team), late(team), late(team, days=70)
    place_hold(
        HoldSaid("held", held.ref, HoldKind.DISPUTE, start_date=DAY),
        source=Source.STAFF,
        actor=SETUP,
        now=TEN,
    )

    found = prepared(maker, late_days_max=60)

    shown = outing(found, actor=maker)
    assert (shown.state, shown.counts.persons, shown.counts.would) == (OutingState.PREPARED, 2, 1)
    (why,), asked = refused(found, actor=maker)
    assert (why.persons, why.examples, asked) == (1, (held.debtor_id,), ())
    assert why.rules == ("house.cn.holds",)
    with reading(SETUP):
        rows = OutingRow.objects.filter(outing_id=found)
        assert {row.debtor_id for row in rows} == {free.debtor_id, held.debtor_id}
    assert afar.debtor_id not in {row.debtor_id for row in rows}
    assert ask_all(campaign).allowed == 0
    assert dispatches() == []
    assert audited("outing.prepared") == [(f"staff:{maker.id}", f"outing:{found}")]


def test_a_second_person_starts_it_and_each_person_is_asked_for_once(campaign, team):
    maker, second = (new_principal(Role.SUPERVISOR, teams=(team,)) for _ in range(2))
    late(team), late(team)
    found = prepared(maker)

    with pytest.raises(SecondPersonNeeded):
        start_outing(found, actor=maker, now=TEN)
    with pytest.raises(NotPermitted):
        start_outing(found, actor=new_principal(Role.COLLECTOR, teams=(team,)), now=TEN)
    start_outing(found, actor=second, now=TEN)
    with pytest.raises(OutingClosed):
        start_outing(found, actor=second, now=TEN)
    assert ask_all(campaign).allowed == 2
    assert ask_all(campaign).allowed == 0
    campaign.carry()
    ask_all(campaign)

    assert dispatches() == [("CAMPAIGN", "ACCEPTED")] * 2
    shown = outing(found, actor=maker)
    assert (shown.state, shown.counts.left) == (OutingState.DONE, 2)
    assert audited("outing.started") == [(f"staff:{second.id}", f"outing:{found}")]


def test_the_database_lets_nobody_start_what_they_prepared(campaign, team):
    late(team)
    maker = new_principal(Role.SUPERVISOR, teams=(team,))
    found = prepared(maker)

    with pytest.raises(IntegrityError), acting(SETUP):
        Outing.objects.filter(pk=found).update(
            state="RUNNING", started_by=int(maker.id), started_at=TEN, until_at=TEN
        )


def test_a_stop_takes_back_what_waits_and_nothing_more_is_asked_for(campaign, team):
    maker, second = (new_principal(Role.SUPERVISOR, teams=(team,)) for _ in range(2))
    late(team), late(team), late(team)
    found = prepared(maker)
    start_outing(found, actor=second, now=TEN)
    assert ask_all(campaign, limit=2).allowed == 2

    assert stop_outing(found, actor=second, now=TEN) == 2
    assert ask_all(campaign).allowed == 0
    campaign.carry()

    assert dispatches() == [("CAMPAIGN", "WITHDRAWN")] * 2
    assert outing(found, actor=maker).state is OutingState.STOPPED
    with pytest.raises(OutingClosed):
        stop_outing(found, actor=second, now=TEN)


def test_what_the_gate_refuses_for_the_hour_is_asked_for_again_then(campaign, team):
    maker, second = (new_principal(Role.SUPERVISOR, teams=(team,)) for _ in range(2))
    late(team)
    night = TEN + timedelta(hours=13)
    campaign.desk.hand.at = night
    found = prepared(maker, now=night)
    assert outing(found, actor=maker).counts.would == 1
    start_outing(found, actor=second, now=night)

    assert ask_all(campaign).refused == 1
    with reading(SETUP):
        row = OutingRow.objects.get(outing_id=found)
    assert row.turns_at is not None
    campaign.desk.hand.at = row.turns_at
    assert ask_all(campaign).allowed == 1


def test_a_set_without_anybody_and_an_unknown_message_are_refused(campaign, team):
    maker = new_principal(Role.SUPERVISOR, teams=(team,))

    with pytest.raises(UnfitOuting):
        prepared(maker)
    with pytest.raises(UnfitOuting):
        prepare_outing("cn.sms.free_text", Chosen(), today=DAY, actor=maker, now=TEN)
    with pytest.raises(NotPermitted):
        prepared(new_principal(Role.COMPLIANCE))


def test_another_team_s_persons_are_never_in_the_set(campaign, team):
    other = new_team("south")
    late(team)

    with pytest.raises(UnfitOuting):
        prepared(new_principal(Role.SUPERVISOR, teams=(other,)))


def test_the_pages_try_start_and_stop_it(campaign, team):
    clients = [
        at_work(
            new_colleague(
                Role.SUPERVISOR, teams=(team,), secret=new_secret(f"outing {n}"), language="en"
            )
        )
        for n in range(2)
    ]
    late(team)

    answer = clients[0].post("/messages-out/", {"message": GENTLE, "team": team, "late_max": "60"})
    assert answer.status_code == 302, answer.content
    page = answer.headers["Location"]
    assert "somebody else starts it" in clients[0].get(page).content.decode()
    assert clients[0].post(page, {"deed": "start"}).status_code == 403
    assert clients[1].post(page, {"deed": "start"}).status_code == 302
    assert "How far it has come" in clients[1].get(page).content.decode()
    assert clients[0].post(page, {"deed": "stop"}).status_code == 302
    assert "stopped" in clients[0].get("/messages-out/").content.decode()
    assert clients[0].get("/messages-out/999/").status_code == 404
    wrong = clients[0].post("/messages-out/", {"message": GENTLE, "late_min": "9999"})
    assert wrong.status_code == 422


def test_never_writes_to_more_than_whoever_prepared_it_named(campaign, team):
    maker = new_principal(Role.SUPERVISOR, teams=(team,))
    for _n in range(2):
        late(team)

    with pytest.raises(UnfitOuting, match="more than the 1 named"):
        prepared(maker, persons_max=1)
    assert outing(prepared(maker, persons_max=2), actor=maker).counts.tried == 2


class TestLargeSets:
    """Of more persons than are tried one by one, a sample is, and the search is saved."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch):
        monkeypatch.setattr(preparing, "TRIED_MAX", 2)
        monkeypatch.setattr(search, "AT_ONCE", 2)

    def _pair(self, team):
        return (new_principal(Role.SUPERVISOR, teams=(team,)) for _ in range(2))

    def test_are_tried_by_a_sample_and_take_a_bound(self, campaign, team):
        maker, _ = self._pair(team)
        for _n in range(5):
            late(team)

        for bound in (None, 4):
            with pytest.raises(UnfitOuting, match="5 persons"):
                prepared(maker, persons_max=bound)
        with pytest.raises(UnfitOuting):
            prepared(maker, persons_max=preparing.PERSONS_MAX + 1)
        found = prepared(maker, persons_max=6)

        shown = outing(found, actor=maker)
        assert (shown.persons_found, shown.persons_max) == (5, 6)
        assert (shown.counts.tried, shown.counts.would) == (2, 2)
        assert ask_all(campaign).allowed == 0

    def test_are_looked_up_when_they_start_in_pieces_and_asked_for_once(self, campaign, team):
        maker, second = self._pair(team)
        gone, *_stay = (late(team) for _n in range(5))
        found = prepared(maker, persons_max=6)
        with acting(SETUP):
            Case.objects.filter(debtor_id=gone.debtor_id).update(
                state="CLOSED", closed_at=TEN, ended_as="CURED"
            )
        come = late(team)
        start_outing(found, actor=second, now=TEN)

        rounds = [ask_all(campaign).allowed for _n in range(4)]

        assert rounds == [2, 2, 1, 0]
        with reading(SETUP):
            asked = {row.debtor_id for row in OutingRow.objects.filter(attempt_id__isnull=False)}
        assert come.debtor_id in asked
        assert gone.debtor_id not in asked
        campaign.carry()
        ask_all(campaign)
        shown = outing(found, actor=maker)
        assert (shown.state, shown.counts.left) == (OutingState.DONE, 5)
        assert audited("outing.searched") == [("system:sender", f"outing:{found}")]

    def test_ask_nobody_again_whose_case_was_opened_anew_meanwhile(self, campaign, team):
        maker, second = self._pair(team)
        again, *_others = (late(team) for _n in range(4))
        found = prepared(maker, persons_max=6)
        start_outing(found, actor=second, now=TEN)
        rounds = [ask_all(campaign).allowed]
        with acting(SETUP):
            former = Case.objects.get(debtor_id=again.debtor_id)
            Case.objects.filter(pk=former.pk).update(
                state="CLOSED", closed_at=TEN, ended_as="CURED"
            )
            former.pk = None
            former.save(force_insert=True)

        rounds += [ask_all(campaign).allowed for _n in range(4)]

        assert sum(rounds) == 4
        with reading(SETUP):
            row = OutingRow.objects.get(debtor_id=again.debtor_id)
            assert (row.ask_at, row.attempt_id is None) == (None, False)
            assert Outing.objects.get(pk=found).search_after is None

    def test_that_grew_beyond_their_bound_do_not_start(self, campaign, team):
        maker, second = self._pair(team)
        for _n in range(3):
            late(team)
        found = prepared(maker, persons_max=3)
        late(team)

        with pytest.raises(OutingGrown):
            start_outing(found, actor=second, now=TEN)
        assert ask_all(campaign).allowed == 0

    def test_that_grow_meanwhile_stop_at_their_bound(self, campaign, team):
        maker, second = self._pair(team)
        for _n in range(3):
            late(team)
        found = prepared(maker, persons_max=3)
        start_outing(found, actor=second, now=TEN)
        for _n in range(3):
            late(team)

        assert sum(ask_all(campaign).allowed for _n in range(5)) == 3

    def test_go_on_where_a_kill_left_them(self, campaign, team, monkeypatch):
        maker, second = self._pair(team)
        for _n in range(5):
            late(team)
        found = prepared(maker, persons_max=5)
        start_outing(found, actor=second, now=TEN)
        assert ask_all(campaign).allowed == 2

        def killed(*_given, **_named):
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(Outing, "save", killed)
            with pytest.raises(KeyboardInterrupt):
                ask_all(campaign)

        assert sum(ask_all(campaign).allowed for _n in range(4)) == 3
        with reading(SETUP):
            assert OutingRow.objects.filter(outing_id=found).count() == 5

    def test_hold_nobody_whom_their_maker_may_not_see(self, campaign, team):
        maker, second = self._pair(team)
        for _n in range(3):
            late(team)
        found = prepared(maker, persons_max=9)
        stranger = person(name="林小满", time_zones=("Asia/Shanghai",), team=new_code("south"))
        with acting(SETUP):
            stands(stranger, **{**OWED, "days_past_due": 12})
            Case.objects.create(
                debtor_id=stranger.debtor_id,
                state="NEW",
                opened_at=TEN,
                moved_at=TEN,
                bucket="M1",
                days_past_due=12,
                currency="CNY",
                overdue_minor=123_456,
            )
        start_outing(found, actor=second, now=TEN)

        assert sum(ask_all(campaign).allowed for _n in range(5)) == 3

    def test_are_stopped_at_once(self, campaign, team):
        maker, second = self._pair(team)
        for _n in range(5):
            late(team)
        found = prepared(maker, persons_max=9)
        start_outing(found, actor=second, now=TEN)
        ask_all(campaign)

        stop_outing(found, actor=second, now=TEN)

        assert ask_all(campaign).allowed == 0
        with reading(SETUP):
            assert OutingRow.objects.filter(outing_id=found, ask_at__isnull=False).count() == 0
