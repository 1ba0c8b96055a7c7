"""Arranging by talking, through the pages: offers are the page's own; pressing moves nothing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from forbear.contexts.arrangements.models import Arrangement, CoveredLoan
from forbear.contexts.assistant.models import Bargain, Message, Talk
from forbear.contexts.audit.models import Entry
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.representative import (
    check_authority,
    record_representative,
)
from forbear.contexts.portfolio.models import Hold
from forbear.contexts.portfolio.said import RepresentativeSaid
from forbear.contexts.portfolio.word import RepresentativeKind, Source
from forbear.contexts.rulebook.library import open_documents
from forbear.values.code import HoldKind
from forbear.values.principal import system
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.portal import inside, outside
from tests.support.portal_walk import new_owing
from tests.support.portfolio import SETUP, portfolio, ring  # noqa: F401

EVERYBODY = system("tests")
FIGURE = re.compile(r"\d[\d,]*\.\d{2}")
ROWS = re.compile(r'<dl class="rows">.*?</dl>', re.DOTALL)
TALKS = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "data/assistant/talks.yaml").read_text("utf-8")
)
BY_DAY = 3
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def main_of(html):
    return html.partition('<main id="main"')[2].partition("</main>")[0]


def said(client, text):
    answer = client.post("/p/ask/", {"said": text}, follow=True)
    assert answer.status_code == 200
    return main_of(answer.content.decode()).partition('<section id="last">')[2]


def pressed(client, move, *, follow=True, **given):
    """Press a button of the page as it stands, or as it stood where ``given`` says so."""
    row = bargain()
    data = {"ref": str(row.ref), "turn": row.turns, "move": move} | given
    return client.post("/p/ask/plan/", data, follow=follow)


def last_of(answer):
    return main_of(answer.content.decode()).partition('<section id="last">')[2]


def bargain():
    with reading(EVERYBODY):
        return Bargain.objects.order_by("-id").first()


def stood():
    """Return where the newest reply shows the talk; None: it shows none."""
    with reading(EVERYBODY):
        return Message.objects.order_by("-id").values_list("stood", flat=True)[0]


def approved(name, language):
    """Return the longest piece of an approved sentence that holds no place."""
    told = getattr(open_documents().newest("document.portal").says[f"ask_{name}"], language)
    return max(re.split(r"\{\w+\}", told), key=len).strip(" 。.，,")


@pytest.fixture
def who(portfolio):  # noqa: F811
    return new_owing()


def hold(talk, who, language):
    """Let one talk be had, and hold every reply against what it must be."""
    client = inside(who.debtor_id, language=LANGUAGES[language])
    for line in talk:
        text, where, names = (part.strip() for part in line.split("|"))
        html = said(client, text)
        found = stood()
        assert (found["where"] if found else "-") == where, line
        missing = [each for each in names.split() if approved(each, language) not in html]
        assert not missing, (line, missing)
        if where == "-":
            assert not FIGURE.search(html), line
        # Nothing is shown but what was written down, and that is within what was said.
        if where == "OFFERING":
            row = bargain()
            assert html.count('name="kind"') == len(found["offers"]) > 0
            assert max(e["largest_minor"] for e in found["offers"]) <= row.said_minor


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_are_talks_in_both_languages(language):
    assert len(TALKS[language]) >= 10
    assert len(TALKS["zh"]) + len(TALKS["en"]) >= 20


@pytest.mark.parametrize("language", ["zh", "en"])
def test_talks_go_as_they_must(portfolio, language):  # noqa: F811
    for talk in TALKS[language][:BY_DAY]:
        hold(talk, new_owing(), language)


@pytest.mark.nightly
@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_talks_go_as_they_must(portfolio, language):  # noqa: F811
    for talk in TALKS[language][BY_DAY:]:
        hold(talk, new_owing(), language)


@pytest.mark.parametrize("month", [300, 87])
def test_what_is_offered_is_what_the_page_offers_to_the_last_sign(who, month):
    client = inside(who.debtor_id, language="en")

    talked = ROWS.findall(said(client, f"i can pay {month} a month"))
    asked = {"loans": who.loan, "target": "PAYOFF", "month": str(month), "adults": 1}
    page = client.post("/p/do/2/", asked | {"children": 0}).content.decode()

    assert talked
    assert talked == ROWS.findall(page)


def test_what_is_chosen_is_read_and_signed_on_its_page_and_kept_once(who):
    client = inside(who.debtor_id, language="en")
    said(client, "i can pay 300 a month")
    row = bargain()
    shown = next(each for each in stood()["offers"] if each["kind"] == "STEPPED")
    given = {"turn": row.turns, "kind": "STEPPED"}

    page = pressed(client, "CHOOSES", **given)
    again = pressed(client, "CHOOSES", **given, follow=False)
    read = pressed(client, "READ", follow=False)

    assert page.redirect_chain[-1][0] == f"/p/do/2/talk-{row.ref.hex}/"
    assert 'name="do" value="code"' in page.content.decode()
    assert again.url == read.url == page.redirect_chain[-1][0]
    with reading(EVERYBODY):
        made = Arrangement.objects.get()
        days = list(made.instalments.order_by("number").values_list("amount_minor", flat=True))
        assert not Hold.objects.filter(kind=HoldKind.ARRANGEMENT).exists(), "nothing is signed"
    assert (made.state, made.kind) == ("OFFERED", "STEPPED")
    assert made.total_minor == shown["total_minor"] == sum(days)
    assert (len(days), max(days)) == (shown["count"], shown["largest_minor"])


def test_pressing_moves_nothing_and_a_second_window_does_no_harm(who):
    client = inside(who.debtor_id)
    said(client, "我每月能还300")
    row, offers = bargain(), stood()["offers"]

    for text in ("求求你们了", "你们必须答应我", "我再说一遍，不行"):
        said(client, text)
    assert stood()["offers"] == offers
    stale = pressed(client, "WANTS_LESS_A_MONTH", turn=row.turns)
    assert approved("plan_changed", "zh") in last_of(stale)
    assert stood()["offers"] == offers
    assert bargain().monthly_minor == row.monthly_minor
    assert "每月再少一点" in last_of(pressed(client, "WANTS_LESS_A_MONTH")).partition("theirs")[0]
    assert bargain().monthly_minor < row.monthly_minor
    stale = pressed(client, "CHOOSES", turn=row.turns, kind="EQUAL")
    assert bargain().kind is None
    assert approved("plan_changed", "zh") in last_of(stale)


def test_a_payment_meanwhile_is_seen_before_anything_is_chosen(who):
    client = inside(who.debtor_id, language="en")
    said(client, "i can pay 300 a month")
    before = stood()["offers"]
    paid = Payment("paid-meanwhile", who.loan, who.today, 40_000)
    record_posting(
        paid, source=PostingSource.API, actor=EVERYBODY, today=who.today, now=timezone.now()
    )

    html = last_of(pressed(client, "CHOOSES", kind="EQUAL"))

    assert approved("plan_changed", "en") in html
    assert bargain().kind is None
    assert stood()["offers"] != before
    assert (
        pressed(client, "CHOOSES", kind="EQUAL").redirect_chain[-1][0].startswith("/p/do/2/talk-")
    )


def test_it_is_taken_up_again_on_another_visit_until_it_is_too_old(who):
    said(inside(who.debtor_id, language="en"), "i can pay 300 a month")
    client = inside(who.debtor_id, language="en")

    page = client.get("/p/ask/").content.decode()
    assert "you can pay ¥300.00 a month" in page
    assert not ROWS.search(page)
    html = last_of(pressed(client, "RESUMES"))
    assert '<div class="mine">' not in html
    assert len(ROWS.findall(html)) == len(stood()["offers"]) > 0
    with acting(EVERYBODY):
        Bargain.objects.update(until=timezone.now() - timedelta(seconds=1))
    client = inside(who.debtor_id, language="en")
    assert "¥300.00" not in client.get("/p/ask/").content.decode()
    said(client, "can i pay in instalments")
    with reading(EVERYBODY):
        assert list(Bargain.objects.order_by("id").values_list("stands", flat=True)) == [
            "LEFT",
            "ASKING",
        ]


def test_nobody_else_sees_or_moves_a_talk(who):
    said(inside(who.debtor_id), "我每月能还300")
    other = inside(new_owing().debtor_id)

    assert "¥300.00" not in other.get("/p/ask/").content.decode()
    pressed(other, "WANTS_LESS_A_MONTH")
    assert pressed(other, "READ").status_code == 422
    row = bargain()
    assert (row.debtor_id, row.turns, row.stands) == (who.debtor_id, 1, "OFFERING")
    # Whoever is not in is led to the door, and told of no debt.
    away = outside()
    assert away.post("/p/ask/plan/", {"move": "TELLS", "month": "300"}).status_code in {302, 303}
    html = main_of(away.post("/p/ask/", {"said": "我每月能还300"}).content.decode())
    assert "/p/enter/?next=/p/ask/" in html
    assert not FIGURE.search(html)


@pytest.mark.parametrize(
    "wrong",
    [
        {"move": "TELLS", "month": "abc"},
        {"move": "TELLS", "month": ""},
        {"move": "CHOOSES", "kind": ""},
        {"move": "CHOOSES", "kind": "ALL"},
        {"move": "PRESSES"},
        {"ref": "x"},
        {"turn": "-1"},
    ],
    ids=str,
)
def test_a_slip_of_the_pen_is_told_and_moves_nothing(who, wrong):
    client = inside(who.debtor_id)
    said(client, "可以分期吗")
    before = bargain()

    assert pressed(client, **({"move": "TELLS"} | wrong)).status_code == 422
    assert bargain().turns == before.turns


def test_staff_read_where_it_stood_and_the_record_holds_no_words(who):
    client = inside(who.debtor_id, language="en")
    said(client, "i can pay 300 a month")
    pressed(client, "WANTS_LESS_A_MONTH")
    said(client, "let me talk to a human")

    page = at_work(new_colleague(Role.COMPLIANCE, secret=new_secret("bargain")))
    page = page.get("/inbox/", headers={"accept-language": "en"}).content.decode()
    assert "¥300.00" in page
    with reading(EVERYBODY):
        row = Bargain.objects.get()
        rows = Entry.objects.filter(event="assistant.answered").order_by("id")
        told = [json.loads(bytes(each.body)).get("plan") for each in rows]
        assert Talk.objects.get().handed_at is not None
    assert row.stands == "STAFF"
    assert len(row.offered) > 0
    assert [each["stands"] for each in told] == ["OFFERING", "OFFERING", "STAFF"]
    assert "a month" not in str(told)


def test_where_an_arrangement_is_kept_its_page_is_the_place(who):
    client = inside(who.debtor_id, language="en")
    said(client, "i can pay 300 a month")
    pressed(client, "CHOOSES", kind="EQUAL")
    with acting(EVERYBODY):
        CoveredLoan.objects.update(live=True)

    html = said(client, "i can pay 200 a month")

    assert approved("plan_covered", "en") in html
    assert not ROWS.search(html)


def test_whoever_acts_for_a_person_is_led_to_the_page(who):
    told = RepresentativeSaid(
        "rep-talk", who.ref, RepresentativeKind.GUARDIAN, who.today, "周代理（虚构）"
    )
    made = record_representative(told, source=Source.API, actor=SETUP, now=who.now)
    check_authority("rep-talk", evidence="paper-1", actor=SETUP, now=who.now)

    html = said(inside(who.debtor_id, representative=made.id, language="en"), "300 a month")

    assert not ROWS.search(html)
    assert bargain() is None
