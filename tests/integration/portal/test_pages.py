"""Every page of the portal, whoever wrote it: neutral outside, honest inside, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import override_settings
from django.urls import get_resolver

from forbear.interfaces.web.access import Audience
from forbear.interfaces.web.address import addresses
from tests.support.evidence import somebody
from tests.support.portal import inside, outside
from tests.support.portal_pages import tricks
from tests.support.portal_sections import PAGES as LOOKED_AT
from tests.support.portal_sections import STEPS
from tests.support.portfolio import portfolio, ring  # noqa: F401

ROOT = Path(__file__).resolve().parents[3]
PORTAL = ROOT / "src" / "forbear" / "interfaces" / "portal"
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
PAGES = [each for each in addresses(get_resolver().url_patterns) if each.route.startswith("/p/")]
TITLES = {"zh-hans": "账户服务", "en": "Account service"}
TELLING = re.compile(r"debt|loan|owe|overdue|collect|arrear|late\b|欠|债|催|逾期", re.IGNORECASE)


def _route(page, who):
    return re.sub(
        r"<(\w+):(\w+)>",
        lambda found: str(who.at_gate.loan_id) if found[1] == "int" else "nothing",
        page.route,
    )


@pytest.mark.parametrize(("language", "large"), [("zh-hans", False), ("en", True)])
def test_every_page_is_neutral_outside_and_honest_inside(portfolio, language, large):  # noqa: F811
    who = somebody()
    seen = []
    for page in PAGES:
        for client in (
            outside(language=language, large=large),
            inside(who.at_gate.debtor_id, language=language, large=large),
        ):
            answer = client.get(_route(page, who))
            assert answer.status_code in {200, 302, 404, 405}, page.route
            assert "Location" not in answer.headers or answer.headers["Location"].startswith("/p/")
            if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
                continue
            html = answer.content.decode()
            assert re.findall(r"<title>(.*?)</title>", html, re.DOTALL) == [TITLES[language]]
            assert tricks(html) == [], page.route
            # Nothing is asked of anybody else, and nothing runs.
            assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", html), page.route
            assert "<script" not in html
            assert answer.headers["Cache-Control"] == "no-store"
            csp = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in csp
            assert "unsafe" not in csp
            assert ('lang="en"' in html[:200]) is (language == "en")
            assert ('class="large"' in html[:200]) is large
            seen.append(page.name)
    assert len(set(seen)) >= 12


def test_every_address_stands_on_the_list_of_what_a_browser_looks_at():
    # What only a demonstration has is not there in earnest.
    assert {each.name for each in PAGES} - {"demo"} == LOOKED_AT | STEPS


def test_what_is_no_page_shows_none(portfolio):  # noqa: F811
    who = somebody()
    client = inside(who.at_gate.debtor_id)
    for page in (each for each in PAGES if each.name in STEPS):
        assert client.get(_route(page, who)).status_code in {302, 404, 405}, page.route


def test_no_address_tells_what_a_page_is_about():
    for page in PAGES:
        assert not TELLING.search(re.sub("<[^>]*>", "", page.route)), page.route


def test_every_page_is_for_everybody_or_for_whoever_is_in():
    assert {each.whom for each in PAGES} == {Audience.PUBLIC, Audience.INSIDE}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_no_template_plays_a_trick(template):
    assert tricks(template.read_text(encoding="utf-8")) == []


PRE_TICK, COUNTDOWN, SHAME, HARDER_NO = "a pre-tick", "a countdown", "shame", "a harder no"
PLANTS = (
    (PRE_TICK, '<input type="checkbox" name="agree" checked>', "chosen beforehand"),
    (PRE_TICK, '<input type="radio" name="plan" value="dear" checked>', "chosen beforehand"),
    (PRE_TICK, '<input type="checkbox" name="share" hidden checked>', "a hidden choice"),
    (COUNTDOWN, '<p data-countdown="300">05:00</p>', "a clock"),
    (COUNTDOWN, '<time datetime="2026-12-01">2 h</time>', "a clock"),
    (COUNTDOWN, '<progress max="10" value="3"></progress>', "<progress>"),
    (COUNTDOWN, '<meta http-equiv="refresh" content="5">', "moves on by itself"),
    (COUNTDOWN, "<p>Last chance: only 2 hours left</p>", "haste"),
    (COUNTDOWN, "<p>限时优惠，抓紧办理</p>", "haste"),
    (SHAME, '<p class="text-danger">You are late</p>', "a colour of alarm"),
    (SHAME, '<a class="weui-btn weui-btn_warn">Pay</a>', "a colour of alarm"),
    (SHAME, "<p>不守信用的人才不还</p>", "shame"),
    (HARDER_NO, "<a>No, I do not want to be helped</a>", "guilt"),
    (HARDER_NO, "<dialog open>Wait!</dialog>", "<dialog>"),
    (
        HARDER_NO,
        '<form><button class="a">Yes</button><button class="weui-btn_mini">No</button></form>',
        "a smaller choice",
    ),
)


@pytest.mark.parametrize(("kind", "planted", "named"), PLANTS)
def test_a_planted_trick_is_found(kind, planted, named):
    assert kind in {PRE_TICK, COUNTDOWN, SHAME, HARDER_NO}
    found = tricks(f"<html><body>{planted}</body></html>")

    assert any(each.startswith(named) or named in each for each in found), found


def test_each_trick_planted_into_a_real_page_is_found_beside_nothing_else(portfolio):  # noqa: F811
    who = somebody()
    client = inside(who.at_gate.debtor_id)
    for path in ("/p/home/", "/p/do/2/", f"/p/do/1/{who.at_gate.loan_id}/", "/p/set/"):
        html = client.get(path).content.decode()
        assert html.count("</main>") == 1, path
        assert tricks(html) == [], path
        for kind, planted, named in PLANTS:
            found = tricks(html.replace("</main>", f"{planted}</main>"))
            assert found, (path, kind, planted)
            assert any(named in each for each in found), (path, kind, found)


def test_no_style_shames_or_moves():
    for sheet in (PORTAL / "static" / "portal").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"animation|transition|@keyframes|blink", text), sheet
        for red in re.findall(r"#([0-9a-f]{6})\b", text):
            r, g, b = (int(red[at : at + 2], 16) for at in (0, 2, 4))
            assert not (r > 150 and g < 90 and b < 90), f"{sheet.name}: #{red}"
        assert not re.search(r":\s*red\b", text)


def test_leaving_ends_the_visit_at_once_and_nothing_is_shown_on_the_way_back(portfolio):  # noqa: F811
    who = somebody()
    client = inside(who.at_gate.debtor_id)
    assert client.get("/p/home/").status_code == 200

    left = client.get("/p/leave/")

    assert who.at_gate.ref not in left.content.decode()
    back = client.get("/p/home/")
    assert back.headers["Location"] == "/p/enter/?next=%2Fp%2Fhome%2F"


@override_settings(PORTAL_LEAVE_TO="https://news.example/")
def test_a_lender_may_choose_where_whoever_leaves_goes(portfolio):  # noqa: F811
    assert outside().get("/p/leave/").headers["Location"] == "https://news.example/"


def test_nobody_is_sent_elsewhere_by_an_address(portfolio):  # noqa: F811
    for wanted in ("https://evil.example/p/", "//evil.example/p/", "/sign-in/", "javascript:1"):
        answer = outside().post("/p/reading/", {"language": "en", "next": wanted})

        assert answer.headers["Location"] == "/p/"


def test_a_member_of_staff_is_nobody_here(portfolio):  # noqa: F811
    from forbear.contexts.people.role import Role
    from tests.support.console import at_work, new_colleague, new_secret

    client = at_work(new_colleague(Role.COMPLIANCE, secret=new_secret("portal")))

    assert client.get("/p/home/").headers["Location"].startswith("/p/enter/")
    assert client.get("/p/").status_code == 200
