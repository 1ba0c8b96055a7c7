"""Own rules: proposed by one, let count by another, asked at the gate from then on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Event

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from forbear.contexts.contact.agency.permit import _reason
from forbear.contexts.contact.gate.budget import budget
from forbear.contexts.contact.gate.explain import explain_contact
from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.database.meeting import MEET
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.house import standing
from forbear.contexts.house.actions.own_rule import (
    OwnRuleDecided,
    UnfitOwnRule,
    ask_own_rule_end,
    decide_own_rule,
    decide_own_rule_end,
    propose_own_rule,
)
from forbear.contexts.house.models import OwnRule, Verdict
from forbear.contexts.house.named import own_named
from forbear.contexts.house.queries import Stand, own_found, own_in_force, own_listed
from forbear.contexts.house.unknown import UnknownOwnRule
from forbear.contexts.people.actions.approval import SecondPersonNeeded
from forbear.contexts.people.role import Role
from forbear.contexts.rulebook.library import open_library
from forbear.policy.reading import InvalidRule
from forbear.policy.tighten import LooserThanLaw
from forbear.values.code import Channel, Jurisdiction
from forbear.values.principal import NotPermitted
from tests.support.database import Database
from tests.support.gate import NOON, Desk, person, state_of
from tests.support.own import TODAY, Two, capped, quiet
from tests.support.people import audited, new_principal
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def two():
    return Two()


@pytest.fixture
def desk():
    return Desk()


def _by(answer) -> list[str]:
    return [one.detail for one in answer.reasons]


class TestProposing:
    def test_changes_nothing_until_a_second_person_lets_it_count(self, desk, two):
        row = two.propose(quiet(), now=NOON)

        assert desk.ask(person()).allowed
        assert own_in_force(actor=SETUP).rows == ()
        assert own_listed(actor=two.one)[0].stand(TODAY) is Stand.WAITS
        two.approve(row, now=NOON)
        answer = desk.ask(person())
        assert _by(answer) == ["own.cn.quiet"]
        assert "regulator nobody is called" in answer.reasons[0].en
        assert "不得拨打" in answer.reasons[0].zh
        assert audited("own_rule.proposed") == [(f"staff:{two.one.id}", f"own_rule:{row}")]
        assert audited("own_rule.approved") == [(f"staff:{two.other.id}", f"own_rule:{row}")]

    def test_is_let_count_by_somebody_else_of_compliance_alone(self, two):
        row = two.propose(quiet(), now=NOON)

        with pytest.raises(SecondPersonNeeded):
            decide_own_rule(row, Verdict.APPROVED, today=TODAY, actor=two.one, now=NOON)
        for role in set(Role) - {Role.COMPLIANCE}:
            stranger = new_principal(role)
            with pytest.raises(NotPermitted):
                decide_own_rule(row, Verdict.APPROVED, today=TODAY, actor=stranger, now=NOON)
            with pytest.raises(NotPermitted):
                propose_own_rule(quiet(), reason="x", today=TODAY, actor=stranger, now=NOON)
            with pytest.raises(NotPermitted):
                own_listed(actor=stranger)
        with pytest.raises(NotPermitted):  # Forbear itself is no member of staff
            decide_own_rule(row, Verdict.APPROVED, today=TODAY, actor=SETUP, now=NOON)
        with pytest.raises(UnknownOwnRule):
            decide_own_rule(row + 7, Verdict.APPROVED, today=TODAY, actor=two.other, now=NOON)
        assert own_in_force(actor=SETUP).rows == ()

    def test_the_database_itself_asks_for_two_and_lets_nothing_be_rewritten(self, two):
        row = two.propose(quiet(), now=NOON)
        for change in (
            {"verdict": "APPROVED", "decided_by_id": int(two.one.id), "decided_at": NOON},
            {"verdict": "APPROVED"},
            {"text": "another"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                OwnRule.objects.filter(pk=row).update(**change)
        two.approve(row, now=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnRule.objects.filter(pk=row).update(verdict="REFUSED")

    def test_is_decided_once(self, two):
        row = two.adopt(quiet(), now=NOON)
        again = two.propose(quiet("own.cn.more"), now=NOON)

        with pytest.raises(OwnRuleDecided):
            two.approve(row, now=NOON)
        with pytest.raises(UnfitOwnRule):
            decide_own_rule(again, Verdict.REFUSED, today=TODAY, actor=two.other, now=NOON)
        decide_own_rule(again, Verdict.REFUSED, why="No.", today=TODAY, actor=two.other, now=NOON)
        third = two.propose(quiet("own.cn.more"), now=NOON)
        with pytest.raises(NotPermitted):
            decide_own_rule(third, Verdict.TAKEN_BACK, today=TODAY, actor=two.other, now=NOON)
        decide_own_rule(third, Verdict.TAKEN_BACK, today=TODAY, actor=two.one, now=NOON)
        stands = {each.id: each.stand(TODAY) for each in own_listed(actor=two.one)}
        assert stands == {row: Stand.COUNTS, again: Stand.REFUSED, third: Stand.TAKEN_BACK}
        assert len(own_in_force(actor=SETUP).rows) == 1

    def test_a_looser_rule_is_refused_with_both_values(self, two):
        text = quiet(hours='opens: "06:00", closes: "23:30"')
        with pytest.raises(LooserThanLaw) as looser:
            two.propose(f"{text}tightens: cn.hours.gbt\n", now=NOON)

        for said in (looser.value.message, looser.value.message_zh):
            assert "06:00-23:30" in said
            assert "08:00-22:00" in said

    @pytest.mark.parametrize(
        ("was", "becomes", "field"),
        [
            ("kind: contact_window", "kind: contact_windows", "kind"),
            ('    source: {title: "Letter 17 of the regulator (invented)"}\n', "", "source"),
            ("effective: 2026-11-25", "effective: 2026-11-31", None),
            ("effective: 2026-11-25", "effective: 2026-11-24", "effective"),
            ("parameters: {hours: []}", "parameters: {}", "parameters.opens"),
            ("own.cn.quiet", "house.cn.quiet", "id"),
            ("own.cn.quiet", "own.us.quiet", "id"),
            ("channels: [VOICE]", "channels: [VOICE]\neffect: ADVISE", "effect"),
            ("parameters: {hours: []}", "in_force: false", "values"),
            ("  zh:", "  zk:", "zk"),
        ],
    )
    def test_a_text_that_is_no_own_rule_is_refused_in_both_languages(
        self, two, was, becomes, field
    ):
        text = quiet()
        assert was in text

        with pytest.raises((InvalidRule, UnfitOwnRule)) as wrong:
            two.propose(text.replace(was, becomes), now=NOON)

        error = wrong.value
        assert "rule.yaml:" in error.message
        assert error.remedy
        assert error.message_zh != error.message
        assert error.remedy_zh != error.remedy
        if field:
            assert str(error.data["field"]).endswith(field)
        assert OwnRule.objects.count() == 0

    def test_answers_whether_a_contact_may_happen_and_nothing_else(self, two):
        deadline = next(r for r in open_library().rules if r.id == "house.cn.data_request")
        text = f"""\
id: own.cn.requests
kind: deadline
jurisdiction: CN
sentence: {{en: "{deadline.text_en}", zh: "{deadline.text_zh}"}}
values:
  - effective: 2026-11-25
    verified: 2026-11-25
    basis: unverified
    parameters: {{matter: DATA_REQUEST, from: received, steps: [{{name: ordinary, days: 5}}]}}
    source: {{title: "x"}}
"""
        with pytest.raises(InvalidRule, match="deadline is not asked"):
            two.propose(text, now=NOON)

    def test_takes_a_reason(self, two):
        with pytest.raises(UnfitOwnRule):
            propose_own_rule(quiet(), reason=" ", today=TODAY, actor=two.one, now=NOON)
        with pytest.raises(UnfitOwnRule):
            propose_own_rule(quiet(), reason="x" * 401, today=TODAY, actor=two.one, now=NOON)


class TestCounting:
    def test_from_the_first_minute_of_its_day_where_the_person_is(self, desk, two):
        two.adopt(quiet(channels="SMS", effective=TOMORROW), now=NOON)
        two.adopt(quiet("own.cn.calls", effective=TOMORROW), now=NOON)
        midnight = datetime(2026, 11, 25, 16, tzinfo=UTC)  # of the 26th, in Shanghai

        said = {}
        for at in (midnight - timedelta(milliseconds=1), midnight):
            desk.hand.at = at
            said[at] = "own.cn.calls" in _by(desk.ask(person()))
        assert list(said.values()) == [False, True]
        desk.hand.at = midnight
        elsewhere = desk.ask(person(time_zones=("Asia/Urumqi",)))
        assert "own.cn.calls" not in _by(elsewhere), "it is still yesterday there"

    def test_until_its_last_day_is_over_and_says_when_that_is(self, desk, two):
        two.adopt(quiet(ends=TODAY + timedelta(days=3)), now=NOON)
        over = datetime(2026, 11, 27, 16, tzinfo=UTC)

        answer = desk.ask(person())

        assert _by(answer) == ["own.cn.quiet"]
        assert answer.turns_at == datetime(2026, 11, 28, 0, 30, tzinfo=UTC)  # the house's morning
        assert b'"until":"2026-11-27T16:00:00+00:00"' in answer.verdict.body
        desk.hand.at = over
        assert "own.cn.quiet" not in _by(desk.ask(person()))

    def test_only_where_it_says(self, desk, two):
        two.adopt(quiet(regions="44"), now=NOON)

        answers = {
            region: desk.ask(person(region=region)).allowed for region in ("440100", "31", None)
        }

        assert answers == {"440100": False, "31": True, None: False}
        assert desk.ask(person(region="44"), Channel.SMS).allowed

    def test_a_cap_counts_what_was_made_before_it(self, desk, two):
        who = person()
        assert desk.ask(who).allowed

        two.adopt(capped(1), now=NOON)

        assert "own.cn.daily" in _by(desk.ask(who))
        left = budget(who.wish(), actor=SETUP, clock=desk.hand)
        assert "own.cn.daily" in [one.detail for one in left.reasons]

    def test_what_waits_is_refused_at_its_second_look(self, desk, two):
        answer = desk.ask(person())
        assert answer.allowed

        two.adopt(quiet(), now=NOON)
        desk.sender().carry()

        assert state_of(answer)[0] is DispatchState.WITHDRAWN
        assert desk.provider.ledger == []

    def test_a_later_version_takes_the_place_of_the_former(self, desk, two):
        first = two.adopt(capped(1), now=NOON)
        second = two.adopt(capped(2, effective=TOMORROW), now=NOON)
        with pytest.raises(UnfitOwnRule):
            two.propose(capped(3, effective=TOMORROW), now=NOON)
        waits = two.propose(capped(3, effective=TODAY + timedelta(days=9)), now=NOON)
        with pytest.raises(OwnRuleDecided):
            two.propose(capped(4, effective=TODAY + timedelta(days=10)), now=NOON)

        who = person()
        said = []
        for at in (NOON, NOON + timedelta(days=1)):
            desk.hand.at = at
            said.append([desk.ask(who).allowed for _ in range(3)])

        assert said == [[True, False, False], [True, True, False]]
        found = {each.id: each for each in own_listed(actor=two.one)}
        assert found[first].stand(TOMORROW) is Stand.OVER
        assert found[second].stand(TODAY) is Stand.COMES
        assert found[waits].version == 3

    def test_a_stored_rule_that_cannot_be_read_any_more_refuses_everything(
        self, desk, two, monkeypatch
    ):
        two.adopt(quiet(), now=NOON)

        def unread(*_):
            raise InvalidRule("own.cn.quiet: gone wrong.")

        monkeypatch.setattr("forbear.contexts.house.own.with_own", unread)
        monkeypatch.setattr(standing, "_known", None)

        assert [one.cause for one in desk.ask(person()).reasons] == [Cause.NO_PACK]


class TestWithdrawing:
    def test_takes_two_and_loosens_with_the_second(self, desk, two):
        row = two.adopt(quiet(), now=NOON)
        end = ask_own_rule_end(row, reason="Answered.", actor=two.other, now=NOON)

        assert not desk.ask(person()).allowed
        with pytest.raises(SecondPersonNeeded):
            decide_own_rule_end(end, Verdict.APPROVED, actor=two.other, now=NOON)
        with pytest.raises(OwnRuleDecided):
            ask_own_rule_end(row, reason="Again.", actor=two.one, now=NOON)
        decide_own_rule_end(end, Verdict.REFUSED, why="Not yet.", actor=two.one, now=NOON)
        assert not desk.ask(person()).allowed

        desk.hand.on(minutes=5)
        two.withdraw(row, now=desk.hand.at)

        assert desk.ask(person()).allowed
        assert own_found(row, actor=two.one).stand(TODAY) is Stand.WITHDRAWN
        assert len(audited("own_rule.end_refused")) == len(audited("own_rule.ended")) == 1
        with pytest.raises(OwnRuleDecided):
            ask_own_rule_end(row, reason="Again.", actor=two.one, now=NOON)

    def test_what_does_not_count_cannot_be_withdrawn(self, two):
        row = two.propose(quiet(), now=NOON)

        with pytest.raises(OwnRuleDecided):
            ask_own_rule_end(row, reason="x", actor=two.other, now=NOON)
        with pytest.raises(UnknownOwnRule):
            ask_own_rule_end(row + 9, reason="x", actor=two.other, now=NOON)

    def test_the_former_version_does_not_come_back(self, desk, two):
        two.adopt(capped(1), now=NOON)
        second = two.adopt(capped(2, effective=TOMORROW), now=NOON)
        desk.hand.at = NOON + timedelta(days=1)
        two.withdraw(second, now=desk.hand.at)

        who = person()

        assert [desk.ask(who).allowed for _ in range(3)] == [True, True, True]

    def test_a_past_contact_is_explained_by_the_version_that_judged_it(self, desk, two):
        first = two.adopt(capped(1), now=NOON)
        who = person()
        desk.ask(who)
        refused = desk.ask(who)
        two.withdraw(first, now=NOON)
        two.adopt(capped(2, effective=TOMORROW), now=NOON)

        told = explain_contact(refused.id, actor=SETUP).decisions[0]
        finding = next(f for f in told.answer["findings"] if f["rule"] == "own.cn.daily")

        with reading(SETUP):
            rule = own_named("own.cn.daily", date.fromisoformat(finding["effective"]))
            assert rule.text_en == "At most 1 a day."
            assert own_named("own.cn.daily").text_en == "At most 2 a day."
            assert own_named("own.cn.never") is None
            agency = _reason(
                {"cause": "RULE", "detail": "own.cn.daily", "en": "", "zh": ""}, finding
            )
        assert agency.source == "House rule (invented)"
        assert told.pack_sha256 != desk.ask(who).verdict.pack_sha256

    def test_what_was_known_at_an_instant_can_be_asked_again(self, two):
        row = two.adopt(quiet(), now=NOON)
        later = NOON + timedelta(hours=3)
        two.withdraw(row, now=later)
        own = own_in_force(actor=SETUP)

        def there(at):
            known = own.known_at(at)
            rules = known.pack(Jurisdiction.CN, TODAY).rules
            return "own.cn.quiet" in {rule.id for rule in rules}

        before, after = NOON - timedelta(minutes=1), later + timedelta(minutes=1)
        assert [there(at) for at in (before, NOON, after)] == [False, True, False]


class TestAtOnce:
    def test_every_process_takes_up_a_change_at_its_next_decision(
        self, desk, two, application: Database, monkeypatch
    ):
        """Another process is whoever read the set before; its next decision reads the stamp."""
        who = person()
        row = two.propose(quiet(), now=NOON)
        assert desk.ask(who).allowed
        kept = standing._known
        two.approve(row, now=NOON)
        monkeypatch.setattr(standing, "_known", kept)

        assert not desk.ask(who).allowed

    def test_a_decision_under_way_is_waited_for_and_a_later_one_sees_the_rule(
        self, desk, two, application: Database
    ):
        """Whoever decides holds the lock that letting a rule count waits for."""
        row = two.propose(quiet(), now=NOON)
        let_go, done = Event(), Event()

        def approve():
            try:
                two.approve(row, now=NOON)
                done.set()
            finally:
                connection.close()

        def decide():
            try:
                with acting(SETUP):
                    ask(*MEET)
                    begun.set()
                    let_go.wait(20)
            finally:
                connection.close()

        begun = Event()
        with ThreadPoolExecutor(2) as pool:
            deciding = pool.submit(decide)
            assert begun.wait(20)
            approving = pool.submit(approve)
            with psycopg.connect(application.urls["superuser"], autocommit=True) as watching:
                waiting = (
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                )
                while not watching.execute(waiting).fetchone()[0]:
                    assert not done.is_set()
            assert own_in_force(actor=two.one).rows == ()
            let_go.set()
            deciding.result(20)
            approving.result(20)

        assert not desk.ask(person()).allowed

    def test_two_who_decide_at_once_decide_once(self, two):
        row = two.propose(quiet(), now=NOON)
        third = Two()

        def decide(actor):
            try:
                decide_own_rule(row, Verdict.APPROVED, today=TODAY, actor=actor, now=NOON)
            except OwnRuleDecided:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(decide, (two.other, third.other)))

        assert sorted(said) == [False, True]
        assert len(audited("own_rule.approved")) == 1
