"""What a person said is read at a desk: a suggestion, care first, with the links of the page."""

from __future__ import annotations

import re

import pytest

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Hold
from forbear.values.principal import system
from tests.support.asked import questions
from tests.support.desk import new_shop, zone_where

pytestmark = pytest.mark.usefixtures("portfolio")
EVERYBODY = system("tests")
AMOUNT = re.compile(r"[¥$£]\s?\d")


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def late(shop):
    return shop.late()


def asked(client, late, said="", *, part=True, **more):
    headers = {"HX-Request": "true"} if part else {}
    answer = client.post(f"{late.page}heard/", {"said": said, **more}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def suggested(page):
    return page.partition('<div id="suggested"')[2].partition("</section>")[0]


def test_a_meaning_is_shown_with_how_sure_and_the_approved_words_with_their_version(shop, late):
    part = asked(shop.client(), late, "下周五发工资了还五百")

    assert "Promising a day" in part
    assert re.search("quite sure|likely|certain", part)
    assert "assistant.promise@2" in part
    assert 'href="#arranged"' in part
    assert "<html" not in part
    assert not AMOUNT.search(part)


def test_without_scripts_the_whole_page_comes_with_it_and_its_targets_are_there(shop, late):
    page = asked(shop.client(), late, "这笔不是我借的", part=False)

    assert "Take in a dispute" in suggested(page)
    for anchor in re.findall(r'href="#([a-z]+)"', suggested(page)):
        assert f'id="{anchor}"' in page


def test_distress_comes_first_and_money_is_not_spoken_of(shop, late):
    client = shop.client()
    for said, care in (
        ("我不想活了", "A life may be in danger"),
        ("我快撑不下去了", "Signs of distress"),
        ("我才16岁", "under age"),
    ):
        part = asked(client, late, f"{said}，我欠多少钱")
        assert part.strip().startswith('<div class="care')
        assert care in part
        assert "Take a promise" not in part
        assert "Work out an arrangement" not in part
        assert "assistant.owed" not in part


def test_what_is_refused_says_why(shop):
    late = shop.late(time_zones=(zone_where(23),))
    part = asked(shop.client(), late, "怎么还款")

    assert "refused" in part
    assert "GB/T 45251" in part
    looks = asked(shop.client(Role.COMPLIANCE, teams=()), late, "我要投诉")
    assert "Take in a complaint" in looks
    assert ('href="#filed"' in looks) is ("Your role does not do this." not in looks)


def test_what_is_not_clear_is_to_be_asked_and_a_meaning_may_be_chosen(shop, late):
    client = shop.client()
    assert "Not clear" in asked(client, late, "zzqx vvk")
    part = asked(client, late, chosen="COMPLAIN")
    assert "assistant.complain@2" in part
    assert "certain" in part


def test_before_it_is_certain_who_speaks_nothing_of_a_debt_is_suggested(shop, late):
    client = shop.client()
    client.post(f"/cases/{late.case_id}/take/")
    page = client.get(late.page).content.decode()
    form = dict(re.findall(r'name="(point|loan|request)" value="([^"]*)"', page))
    client.post(f"{late.page}call/", form)
    assert 'id="talk"' in client.get(late.page).content.decode()

    part = asked(client, late, "我欠多少钱")
    assert "First make sure who speaks" in part
    assert "assistant.owed" not in part
    assert "assistant.genuine@2" in asked(client, late, "你们是不是真的")


def test_nothing_is_kept_or_done(shop, late):
    client = shop.client()
    client.get(late.page)
    with reading(EVERYBODY):
        before = Entry.objects.count(), Hold.objects.count()
    for said in ("我不想活了", "我要投诉", "不要再给我打电话"):
        asked(client, late, said)
    with reading(EVERYBODY):
        assert (Entry.objects.count(), Hold.objects.count()) == before


@pytest.mark.parametrize("said", ["", "  ", "x" * 1_001])
def test_a_slip_of_the_pen_is_told(shop, late, said):
    client = shop.client()
    assert "Write what was said" in asked(client, late, said)
    assert "There is no message" in asked(client, late, latest="1")


def test_another_team_s_person_is_not_there(shop):
    other = new_shop("south").late()
    answer = shop.client().post(f"{other.page}heard/", {"said": "你好"})
    assert answer.status_code == 404


def test_it_costs_no_more_questions_than_the_page_itself(shop, late):
    client = shop.client()
    client.get(late.page)
    with questions() as page:
        client.get(late.page)
    with questions() as part:
        asked(client, late, "怎么还款")

    assert len(part) <= len(page)
