"""Own rules on pages: a form or a text, the difference, a second person, the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import yaml

from forbear.contexts.house.models import OwnRule
from forbear.contexts.people.role import Role
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.gate import Desk, person
from tests.support.own import capped, quiet
from tests.support.portfolio import portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
NEW = "/rules/own/new/"


@pytest.fixture
def two():
    """Two who watch, in English and in Chinese."""
    return [
        at_work(new_colleague(Role.COMPLIANCE, secret=new_secret(lang), language=lang))
        for lang in ("en", "zh-hans")
    ]


def _today():
    return (datetime.now(UTC) + timedelta(hours=8)).date()


def _words(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return unescape(answer.content.decode())


def _written(page: str) -> str:
    return page.partition('<textarea id="text"')[2].partition(">")[2].partition("</textarea>")[0]


def _filled(**more):
    return {
        "law": "cn", "kind": "closed", "deed": "write", "channels": ["VOICE"], "regions": ["44"],
        "first": _today().isoformat(), "last": (_today() + timedelta(days=2)).isoformat(),
        "source": "Letter 17", **more,
    }  # fmt: skip


class TestTheForm:
    def test_writes_a_rule_that_the_gate_then_asks(self, two):
        page = _words(two[0].post(NEW, _filled()))
        text = _written(page)
        rule = yaml.safe_load(text)
        assert rule["sentence"]["en"].startswith("House rule: no calls to people in Guangdong")
        assert rule["sentence"]["zh"].endswith("不得拨打电话。")
        assert rule["values"][0]["ends"] == _today() + timedelta(days=3)
        assert "What would be different" in page

        told = {"law": "cn", "kind": "text", "text": text, "reason": "Letter 17."}
        answer = two[0].post(NEW, {**told, "deed": "propose"})
        place = answer["Location"]
        assert "You proposed it" in _words(two[0].get(place))
        assert two[0].post(place, {"deed": "approve"}).status_code == 403
        assert "等待第二人决定" in _words(two[1].get("/rules/own/"))
        assert two[1].post(place, {"deed": "approve"}).status_code == 302

        desk = Desk()
        desk.hand.at = datetime.now(UTC)
        refused = desk.ask(person(region="44"))
        assert rule["id"] in [one.detail for one in refused.reasons]
        assert "No longer" not in _words(two[0].get("/rules/?law=cn"))
        assert rule["sentence"]["en"] in _words(two[0].get("/rules/?law=cn"))
        found = _words(two[0].get(f"/contacts/{refused.id}/"))
        assert rule["sentence"]["en"] in found
        assert "Letter 17" in found

    @pytest.mark.parametrize(
        ("given", "kind", "said"),
        [
            ({"kind": "window", "opens": "09:00", "closes": "19:00"}, "contact_window", "09:00"),
            ({"kind": "cap", "at_most": "1", "days": "1"}, "frequency_cap", "on one day"),
            ({"regions": [], "last": "", "channels": ["SMS", "BOT"]}, "contact_window", "SMS"),
        ],
    )
    def test_writes_each_kind(self, two, given, kind, said):
        text = _written(_words(two[0].post(NEW, _filled(**given))))

        assert yaml.safe_load(text)["kind"] == kind
        assert said in text
        answer = two[0].post(NEW, {"text": text, "reason": "x", "deed": "propose"})
        assert answer.status_code == 302

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"channels": []}, "Choose at least one channel."),
            ({"source": " "}, "Say what it rests on"),
            ({"first": "soon"}, "A day is written as 2026-01-30."),
            ({"last": "2020-01-01"}, "The last day lies before the first."),
            ({"kind": "cap", "at_most": "0", "days": "1"}, "Write a whole number"),
            ({"kind": "window", "opens": "9", "closes": "19:00"}, "'9' is not a time of day"),
            (
                {"kind": "window", "opens": "06:00", "closes": "23:00"},
                "the house says [hours 06:00-23:00 every day], the law [hours 08:00-22:00",
            ),
        ],
    )
    def test_says_what_is_missing_and_keeps_what_was_given(self, two, given, said):
        page = _words(two[0].post(NEW, _filled(**given)), status=422)

        assert said in page
        assert 'role="alert"' in page
        assert OwnRule.objects.count() == 0

    def test_shows_a_cap_in_words_of_the_readers_language(self, two):
        text = capped(2, effective=_today())
        told = {"law": "cn", "kind": "text", "text": text, "reason": "x", "deed": "propose"}
        place = two[0].post(NEW, told)["Location"]

        english, chinese = (_words(each.get(place)) for each in two)
        assert "2 on one day" in english
        assert "all contacts with a person" in english
        assert "一日内 2 次" in chinese
        assert "outbound" not in chinese


class TestTheText:
    def test_names_the_line_that_is_wrong_in_the_reader_s_language(self, two):
        text = quiet(effective=_today()).replace("kind: contact_window", "kind: contact_windw")

        english, chinese = (
            _words(each.post(NEW, {"kind": "text", "text": text, "deed": "show"}), status=422)
            for each in two
        )

        assert "Line 2: <code>kind: contact_windw</code>" in english
        assert "Did you mean contact_window?" in english
        assert "第 2 行" in chinese
        assert "不认识“contact_windw”" in chinese
        assert "contact_windw" in _written(english)

    def test_is_kept_as_it_was_given_and_shown_to_nobody_as_markup(self, two):
        text = quiet(effective=_today()).replace("Letter 17", "<b>Letter</b>")
        answer = two[0].post(NEW, {"text": text, "reason": "<i>x</i>", "deed": "propose"})

        page = two[1].get(answer["Location"]).content.decode()

        assert "<b>Letter" not in page
        assert "<i>x" not in page
        assert OwnRule.objects.get().text == text

    def test_without_a_book_says_that_it_cannot_be_tried(self, two):
        text = quiet(effective=_today())
        page = _words(two[0].post(NEW, {"text": text, "deed": "try"}))
        assert 'role="alert"' in page


class TestItsEnd:
    def test_takes_the_other_one_too(self, two):
        text = quiet(effective=_today())
        place = two[0].post(NEW, {"text": text, "reason": "x", "deed": "propose"})["Location"]
        two[1].post(place, {"deed": "approve"})

        assert two[1].post(place, {"deed": "ask_end", "reason": ""}).status_code == 422
        two[1].post(place, {"deed": "ask_end", "reason": "Answered."})
        assert two[1].post(place, {"deed": "approve"}).status_code == 403
        assert "its end waits for a second person" in _words(two[0].get("/rules/own/"))
        assert "Answered." in _words(two[0].get(place))
        two[0].post(place, {"deed": "approve"})

        page = _words(two[0].get(place))
        assert "withdrawn" in page
        assert page.count("<li>") >= 4
        assert two[0].post(place, {"deed": "fly"}).status_code == 422


def test_a_refusal_is_read_with_its_reason(two):
    told = {"text": quiet(effective=_today()), "reason": "x", "deed": "propose"}
    place = two[0].post(NEW, told)["Location"]

    two[1].post(place, {"deed": "refuse", "reason": "Too wide."})

    assert "Too wide." in _words(two[0].get(place))
    assert "refused" in _words(two[0].get("/rules/own/"))
    assert two[0].get("/rules/own/999999/").status_code == 404
