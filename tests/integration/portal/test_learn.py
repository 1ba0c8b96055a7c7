"""Lessons, situations and the calculator: for everybody, without scripts, and nothing is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forbear.contexts.access.actions.representative import let_act
from forbear.contexts.access.principal import person
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.queries import account_now
from forbear.contexts.portfolio.models import Representative
from forbear.contexts.portfolio.queries.agreed import agreed
from forbear.contexts.portfolio.word import RepresentativeKind
from forbear.contexts.rulebook.library import open_education, open_lessons, open_situations
from forbear.policy.education.terms import Arm
from forbear.values.code import ConsentKind
from tests.support.evidence import somebody
from tests.support.paying import owing
from tests.support.portal import inside, outside
from tests.support.portfolio import SETUP, portfolio, ring  # noqa: F401
from tests.support.today import lenders_day

DEBT = {"left_0": "10000", "rate_0": "18", "minimum_0": "300"}
ROWS = {"rows": "2"}


def _page(client, route, data=None, *, status=200):
    answer = client.get(route) if data is None else client.post(route, ROWS | data)
    assert answer.status_code == status, route
    return answer.content.decode()


def _plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


class TestLessons:
    @pytest.mark.parametrize(("language", "at"), [("zh-hans", "zh"), ("en", "en")])
    def test_stand_each_on_its_page_in_both_languages(self, portfolio, language, at):  # noqa: F811
        client = outside(language=language)
        listed = _page(client, "/p/lessons/")
        for code, lesson in open_lessons().items():
            text = lesson.on(settings.FORBEAR_MORNING.day(timezone.now()))
            shown = _plain(_page(client, f"/p/lessons/{code}/"))

            assert f"/p/lessons/{code}/" in listed
            for said in (text.title, *text.parts):
                assert getattr(said, at) in shown

    def test_lead_to_pages_that_are_there(self, portfolio):  # noqa: F811
        client = outside()
        pages = [_page(client, f"/p/lessons/{code}/") for code in open_lessons()]
        found = {each for page in pages for each in re.findall(r'href="(/p/[^"#]*)', page)}

        assert len(found) > 8
        for address in found - {"/p/leave/"}:
            assert client.get(address).status_code in {200, 302}, address

    def test_that_are_not_there_are_not_found(self, portfolio):  # noqa: F811
        for route in ("/p/lessons/none/", "/p/practice/none/"):
            assert outside().get(route).status_code == 404


class TestSituations:
    def test_explain_every_answer_and_all_others(self, portfolio):  # noqa: F811
        client = outside(language="en")
        for code, found in open_situations().items():
            text = found.on(settings.FORBEAR_MORNING.day(timezone.now()))
            asked = _page(client, f"/p/practice/{code}/")
            assert all(answer.says.en.split(".")[0] not in asked for answer in text.answers)
            for answer in text.answers:
                told = _plain(_page(client, f"/p/practice/{code}/?answer={answer.code}"))
                first = "A safe choice" if answer.sound else "Worth a second look"
                assert first in told
                for other in text.answers:
                    assert other.says.en.split('"')[0] in told

    def test_ask_again_where_the_answer_is_none(self, portfolio):  # noqa: F811
        asked = _page(outside(language="en"), "/p/practice/code_please/?answer=z")

        assert asked.count('name="answer"') == 3

    def test_of_a_kind_follow_each_other_to_the_last(self, portfolio):  # noqa: F811
        client, seen = outside(language="en"), []
        code = next(iter(open_situations()))
        while code:
            seen.append(code)
            page = _page(client, f"/p/practice/{code}/?answer=a")
            ahead = re.search(r'href="/p/practice/(\w+)/"', page)
            code = ahead and ahead[1]

        kinds = {open_situations()[each].kind for each in seen}
        assert len(kinds) == 1
        assert len(seen) == sum(each.kind in kinds for each in open_situations().values())


class TestCalculator:
    def test_says_what_is_left_and_when_a_debt_ends(self, portfolio):  # noqa: F811
        told = {"income": "6,000", "needs": "3500", "spending": "600.50", **DEBT}

        page = _plain(_page(outside(language="en"), "/p/budget/", told))

        assert "¥1,899.50" in page
        assert "¥1,599.50" in page
        assert "47 months" in page
        assert "¥3,967.21" in page

    def test_sets_the_two_orders_side_by_side_with_a_drawing(self, portfolio):  # noqa: F811
        second = {"left_1": "3000", "rate_1": "6", "minimum_1": "100", "extra": "200"}

        page = _page(outside(language="zh-hans"), "/p/budget/", DEBT | second)

        assert page.count("<polyline") == 2
        costs = [
            int(re.sub(r"\D", "", re.search(rf'id="interest-{slot}">([^<]*)', page)[1]))
            for slot in (1, 2)
        ]
        assert costs[0] < costs[1]
        assert f"{(costs[1] - costs[0]) / 100:,.2f}" in page

    @pytest.mark.parametrize(
        ("told", "says"),
        [
            ({"income": "3000", "needs": "3500"}, "more than what comes in"),
            ({"income": "3000", "needs": "2900", **DEBT}, "does not cover every minimum"),
            ({**DEBT, "minimum_0": "150"}, "does not cover its interest"),
        ],
    )
    def test_leads_to_help_where_it_does_not_work_out_and_never_to_a_loan(
        self,
        portfolio,  # noqa: F811
        told,
        says,
    ):
        page = _page(outside(language="en"), "/p/budget/", told)

        assert says in page
        assert "/p/help/" in page
        assert "/p/lessons/early/" in page
        assert not re.search(
            r"take out|borrow|new loan offer|refinanc", _plain(page), re.IGNORECASE
        )

    @pytest.mark.parametrize(
        ("told", "field", "en", "zh"),
        [
            ({"income": "a lot"}, "income", "type an amount", "请填写金额"),
            ({**DEBT, "rate_0": "18.255"}, "rate_0", "a rate in per cent", "百分比利率"),
            ({**DEBT, "rate_0": "9999"}, "rate_0", "too high to reckon", "无法计算"),
            ({"left_0": "10000"}, "minimum_0", "fill this in too", "也填上"),
            ({}, "income", "what comes in", "每月收入"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, portfolio, told, field, en, zh):  # noqa: F811
        for language, words in (("en", en), ("zh-hans", zh)):
            page = _page(outside(language=language), "/p/budget/", told, status=422)
            fault = re.search(rf'id="id_{field}_error"[^>]*>([^<]*)', page)

            assert fault, page
            assert words in fault[1]

    def test_makes_room_for_more_debts_and_forgets_nothing_typed(self, portfolio):  # noqa: F811
        page = _page(outside(), "/p/budget/", DEBT | {"more": "1"})

        assert 'name="left_3"' in page
        assert re.search(r'name="left_0"[^>]*value="10000"', page)
        assert (
            "8"
            in re.search(
                r'name="rows" value="(\d+)"',
                _page(outside(), "/p/budget/", {"rows": "99", "more": "1"}),
            )[1]
        )

    def test_keeps_nothing(self, portfolio):  # noqa: F811
        with CaptureQueriesContext(connection) as asked:
            _page(outside(), "/p/budget/", {"income": "6000", "needs": "1000", **DEBT})

        assert [each["sql"] for each in asked if not each["sql"].startswith("SELECT")] == []

    def test_is_filled_with_ones_own_account_and_hands_the_month_over(self, portfolio):  # noqa: F811
        who = somebody()
        client = inside(who.at_gate.debtor_id, language="en")
        (own,) = account_now(
            who.at_gate.debtor_id,
            actor=SETUP,
            today=settings.FORBEAR_MORNING.day(timezone.now()),
        ).loans
        page = _page(client, "/p/budget/")
        told = {
            name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]
            for name in ("left_0", "rate_0", "minimum_0")
        }

        assert round(float(told["left_0"]) * 100) == own.told["owed"]["payoff_minor"]
        assert float(told["rate_0"]) * 100 == own.told["annual_rate_bp"]
        page = _page(client, "/p/budget/", told | {"income": "6000", "needs": "3500"})
        assert re.search(r'name="suggest" value="2500"', page)
        asked = client.post("/p/do/2/", {"suggest": "2500"}).content.decode()
        assert re.search(r'name="month"[^>]*value="2500"', asked)
        assert 'role="alert"' not in asked

    def test_tells_an_outsider_of_nobody(self, portfolio):  # noqa: F811
        somebody()

        assert re.findall(r'name="left_\d"[^>]*value=', _page(outside(), "/p/budget/")) == []


class TestTheFirstPage:
    def test_offers_one_lesson_below_what_one_can_do_and_lets_it_go(self, portfolio):  # noqa: F811
        client = inside(_just_late(Arm.OFFERED).debtor_id, language="en")

        page = _page(client, "/p/home/")
        assert page.count('id="lesson"') == 1
        assert page.index("/p/do/3/") < page.index('id="lesson"')
        code = re.search(r'name="lesson" value="(\w+)"', page)[1]
        assert f"/p/lessons/{code}/" in page

        assert client.post("/p/home/not-now/", {"lesson": code}).status_code == 302
        assert 'id="lesson"' not in _page(client, "/p/home/")

    def test_offers_none_where_the_lot_says_so(self, portfolio):  # noqa: F811
        client = inside(_just_late(Arm.HELD_OUT).debtor_id, language="en")

        assert 'id="lesson"' not in _page(client, "/p/home/")

    def test_offers_none_to_whoever_acts_for_somebody(self, portfolio):  # noqa: F811
        who, now = _just_late(Arm.OFFERED), timezone.now()
        own = {"actor": person(who.debtor_id), "today": lenders_day(now), "now": now}
        let_act("赵虚构", RepresentativeKind.HELPER, days=7, **own)
        with reading(SETUP):
            acting = Representative.objects.get(debtor_id=who.debtor_id).pk

        page = _page(inside(who.debtor_id, representative=acting), "/p/home/")

        assert 'id="lesson"' not in page


def _just_late(arm):
    """Record somebody of an arm who has been late for some two weeks."""
    now = timezone.now()
    while True:
        who = owing(today=lenders_day(now) + timedelta(days=35), now=now)
        if open_education().arm(who.ref) is arm:
            return who


def test_who_wants_lessons_sent_says_so_and_takes_it_back(portfolio):  # noqa: F811
    who = somebody()
    client = inside(who.at_gate.debtor_id, language="en")
    assert "Send me short lessons" in _page(client, "/p/set/")

    assert client.post("/p/set/", {"do": "lessons", "wanted": "1"}).status_code == 302
    assert "at most one message a month" in _page(client, "/p/set/")
    with reading(SETUP):
        assert who.at_gate.debtor_id in agreed(ConsentKind.LESSONS, after=0, limit=10_000)

    client.post("/p/set/", {"do": "lessons", "wanted": "0"})
    assert "Send me short lessons" in _page(client, "/p/set/")
    with reading(SETUP):
        assert who.at_gate.debtor_id not in agreed(ConsentKind.LESSONS, after=0, limit=10_000)
