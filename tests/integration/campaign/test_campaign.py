"""Each planned contact is asked for once, in its time, and leaves in words that are true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forbear.contexts.cases.actions.hold import place_hold_and_refresh
from forbear.contexts.cases.campaign import ask
from forbear.contexts.cases.campaign.done import mark_done
from forbear.contexts.cases.campaign.figures import Stand, live
from forbear.contexts.cases.models import Asking, Plan
from forbear.contexts.cases.refresh import cancel_plan
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.simulated.adapter import SimulatedAdapter
from forbear.contexts.contact.gate.stop import place_stop, release_stop
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.contact.models import Dispatch, GateDecision
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.hold import place_hold
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, HoldKind
from forbear.values.principal import NotPermitted
from tests.support.campaign import DAY, TEN, Campaign, planned, row_of, stands
from tests.support.gate import attempts
from tests.support.portfolio import SETUP, clerk

S = Stand


def decisions():
    with reading(SETUP):
        return list(
            GateDecision.objects.filter(stage="AUTHORISE")
            .order_by("id")
            .values_list("cause", flat=True)
        )


class TestTurn:
    def test_comes_with_the_part_of_the_day(self, campaign):
        who = planned(slot="afternoon")
        campaign.lay_out()

        campaign.round()
        assert campaign.stands() == {S.WAITING: 1}
        (opening,) = campaign.live().openings
        assert (opening.opens_at, opening.zone) == (TEN + timedelta(hours=3), "Asia/Shanghai")

        campaign.desk.hand.on(hours=3)
        campaign.round()
        assert campaign.stands() == {S.SENT: 1}
        assert attempts(who) == ["SENT"]

    def test_comes_once_however_often_is_asked_and_laid_out(self, campaign):
        who = planned()
        for _ in range(3):
            campaign.lay_out()
            campaign.round()
            campaign.desk.hand.on(minutes=3)

        assert attempts(who) == ["SENT"]
        assert len(campaign.desk.provider.ledger) == 1
        assert decisions() == [None]

    def test_is_no_second_contact_when_whoever_asked_died_before_noting_it(
        self, campaign, monkeypatch
    ):
        who = planned()
        campaign.lay_out()
        with monkeypatch.context() as dying:
            dying.setattr(ask, "_keep", _dies)
            with pytest.raises(_Died):
                campaign.ask()
        campaign.carry()

        assert campaign.ask().allowed == 0  # the lease still runs
        campaign.desk.hand.at += ask.LEASE
        campaign.round()

        assert attempts(who) == ["SENT"]
        assert len(campaign.desk.provider.ledger) == 1
        assert campaign.stands() == {S.SENT: 1}

    def test_goes_by_when_nobody_asked(self, campaign):
        who = planned()
        campaign.lay_out()
        campaign.desk.hand.on(hours=2)  # noon: the part of the day is over

        campaign.round()

        assert attempts(who) == []
        assert campaign.stands() == {S.LAPSED: 1}

    def test_is_held_by_no_other_clock_of_the_persons(self, campaign):
        planned(zone="America/New_York")
        campaign.lay_out()
        campaign.round()

        (opening,) = campaign.live().openings
        assert opening.opens_at == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)

    def test_of_a_call_is_a_colleagues(self, campaign):
        planned("VOICE")

        assert campaign.lay_out() == 0
        assert campaign.stands() == {S.COLLEAGUE: 1}

    def test_may_come_before_the_part_of_the_day_but_never_against_a_rule(
        self, portfolio, campaign
    ):
        del portfolio
        early = Campaign(campaign.desk, early=True)
        planned(slot="evening")
        early.lay_out()

        early.round()
        assert early.stands() == {S.SENT: 1}

        late = planned(slot="evening")
        early.lay_out()
        early.desk.hand.on(hours=13)  # 23:00
        early.round()
        row = row_of(late)
        assert (row.cause, row.ask_at) == ("RULE", None)  # it turns tomorrow, which is too late
        assert "cn.hours.gbt" in row.rules
        assert attempts(late) == []


class TestRefused:
    def test_is_asked_again_when_it_opens(self, campaign):
        """In a house whose day begins before the rules let it."""
        who = planned()
        campaign.lay_out()
        seven, opens = TEN - timedelta(hours=3), TEN - timedelta(hours=1, minutes=30)
        with acting(SETUP):
            Asking.objects.update(opens_at=seven, ask_at=seven)
        campaign.desk.hand.at = seven
        campaign.round()
        row = row_of(who)
        assert row.cause == "RULE"
        assert row.ask_at == row.turns_at == opens
        assert campaign.ask().refused == 0

        campaign.desk.hand.at = opens
        campaign.round()

        assert attempts(who) == ["SENT"]
        assert decisions() == ["RULE", None]

    def test_by_a_hold_is_final(self, campaign):
        who = planned()
        _hold(who)
        campaign.lay_out()
        campaign.round()

        assert row_of(who).ask_at is None
        (refused,) = {each.rule for each in campaign.live().refused}
        assert refused == "house.cn.holds"
        assert campaign.stands() == {S.REFUSED: 1}

    def test_by_a_hold_that_came_while_it_waited(self, campaign):
        who = planned()
        campaign.lay_out()
        campaign.ask()
        place_hold_and_refresh(_dispute(who), source=Source.API, actor=SETUP, today=DAY, now=TEN)
        campaign.carry()

        assert campaign.desk.provider.ledger == []
        assert attempts(who) == ["FAILED"]
        assert campaign.stands() == {S.WITHDRAWN: 1}

    def test_is_nobody_while_everything_is_stopped(self, campaign):
        who = planned()
        campaign.lay_out()
        stop = place_stop(StopScope.GLOBAL, "", reason="a test", actor=SETUP, now=TEN)
        campaign.round()
        assert decisions() == []

        release_stop(stop, actor=SETUP, now=TEN)
        campaign.round()
        assert attempts(who) == ["SENT"]

    def test_is_nobody_on_the_word_of_no_night(self, portfolio):
        del portfolio
        campaign = Campaign()
        planned()
        campaign.lay_out()
        campaign.round()

        assert decisions() == []
        assert campaign.stands() == {S.WAITING: 1}

    def test_is_not_asked_for_when_the_plan_was_cancelled(self, campaign):
        who = planned()
        campaign.lay_out()
        with acting(SETUP):
            cancel_plan(who.debtor_id, because="payment", actor=SETUP, today=DAY, now=TEN)
        campaign.round()

        assert decisions() == []
        assert campaign.stands() == {S.CANCELLED: 1}


class TestWords:
    def test_are_the_approved_ones_with_the_amounts_of_the_books(self, campaign):
        planned()
        campaign.lay_out()
        hearing = _Hearing(campaign.desk.provider)
        campaign.desk.providers = Providers([hearing])

        campaign.round()

        text = hearing.heard
        assert text.startswith(
            "【示例金融】林小满您好，您在示例放款方（虚构）有一笔1,234.56元的款项于"
        )
        assert "2026年11月13日到期" in text
        with reading(SETUP):
            assert Dispatch.objects.get().message_id == "cn.sms.overdue_gentle"

    def test_that_are_not_true_any_more_are_not_said(self, campaign):
        who = planned()
        campaign.lay_out()
        campaign.ask()
        with acting(SETUP):
            stands(who, days_past_due=0, oldest_unpaid_date=None)
        campaign.carry()

        assert campaign.desk.provider.ledger == []
        (refused,) = campaign.live().refused
        assert (refused.cause, refused.taken_back) == ("WORDING", "cn.sms.overdue_gentle")

    @pytest.mark.parametrize(
        ("channel", "late"), [("SMS", 0), ("BOT", 12), ("EMAIL", 0), ("LETTER", 12)]
    )
    def test_that_nobody_approved_are_not_asked_for(self, campaign, channel, late):
        """Within days of grace, and for what no message is chosen."""
        who = planned(channel)
        with acting(SETUP):
            stands(who, days_past_due=late, overdue_principal_minor=100_000)
        campaign.lay_out()
        campaign.round()

        assert row_of(who).cause == "NO_MESSAGE"
        assert decisions() == []


class TestFigures:
    def test_count_every_planned_row_once(self, campaign):
        for channel in ("SMS", "SMS", "WECHAT", "EMAIL", "BOT", "VOICE"):
            planned(channel)
        gone = planned()
        planned(slot="evening")
        campaign.lay_out()
        with acting(SETUP):
            cancel_plan(gone.debtor_id, because="payment", actor=SETUP, today=DAY, now=TEN)
        campaign.ask(limit=3)
        campaign.carry()

        with reading(SETUP):
            assert campaign.stands().total() == Plan.objects.filter(day=DAY).count() == 8

    def test_tell_of_caps_that_are_used_up(self, campaign):
        for _ in range(2):
            who = planned()
            campaign.desk.ask(who, Channel.SMS)
        campaign.lay_out()
        campaign.round()

        assert campaign.live().spent == {"house.cn.messages_daily": 2}

    def test_take_a_permission(self, portfolio):
        del portfolio
        with pytest.raises(NotPermitted):
            live(DAY, actor=clerk("PERSON_SEE"), now=TEN)

    def test_let_a_plan_be_done_whose_contact_was_made(self, campaign):
        made, refused = planned(), planned()
        _hold(refused)
        campaign.lay_out()
        campaign.round()

        assert mark_done([DAY], actor=SETUP) == 1
        with reading(SETUP):
            assert Plan.objects.get(debtor_id=made.debtor_id).state == "DONE"
        assert campaign.stands() == {S.SENT: 1, S.REFUSED: 1}


class _Died(Exception):
    pass


def _dies(*_args, **_named):
    raise _Died


def _dispute(who):
    return HoldSaid(f"hold-{who.ref}", who.ref, HoldKind.DISPUTE, start_date=DAY)


def _hold(who):
    place_hold(_dispute(who), source=Source.API, actor=SETUP, now=TEN)


class _Hearing(SimulatedAdapter):
    """Keeps what is said."""

    heard = ""

    def hand_over(self, permit, envelope):
        self.heard = envelope.text
        return super().hand_over(permit, envelope)
