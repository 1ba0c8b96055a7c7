"""The assistant's page: what it tells whom, what it does, what is kept, and who reads it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forbear.contexts.access.forget import forget_tries
from forbear.contexts.access.limit import source_of
from forbear.contexts.access.models import Question
from forbear.contexts.access.principal import DOOR
from forbear.contexts.assistant.models import Message, Talk
from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Hold
from forbear.contexts.rulebook.library import open_portal
from forbear.values.code import HoldKind
from forbear.values.principal import system
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.portal import inside, outside
from tests.support.portal_walk import new_owing
from tests.support.portfolio import portfolio, ring  # noqa: F401

EVERYBODY = system("tests")
FIGURE = re.compile(r"\d[\d,]*\.\d{2}")


def said(client, text, **more):
    answer = client.post("/p/ask/", {"said": text, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(html):
    return html.partition('<main id="main"')[2].partition("</main>")[0]


def holds_of(debtor_id):
    with reading(EVERYBODY):
        return set(Hold.objects.filter(debtor_id=debtor_id).values_list("kind", flat=True))


@pytest.fixture
def who(portfolio):  # noqa: F811
    return new_owing()


def test_whoever_is_not_in_is_told_no_figure_and_nothing_is_kept(who):
    html = said(outside(), "我欠多少钱")

    assert "请先用验证码" in html
    assert "/p/enter/?next=/p/ask/" in html
    assert not FIGURE.search(main_of(html))
    with reading(EVERYBODY):
        assert not Message.objects.exists()


def test_whoever_is_in_sees_the_figures_of_their_account_and_the_source(who):
    client = inside(who.debtor_id, language="en")

    html = said(client, "how much do i owe?")

    shown = set(FIGURE.findall(main_of(html)))
    account = client.get("/p/items/").content.decode()
    account += client.get(f"/p/items/{who.loan_id}/").content.decode()
    assert shown
    assert [each for each in shown if each not in account] == []
    assert "assistant.owed@2" in html


def test_words_are_sealed_and_the_record_tells_meanings_alone(who):
    said(inside(who.debtor_id), "我下周五还五百，发工资以后")

    with reading(EVERYBODY):
        row = Message.objects.get()
        assert row.meant == ["PROMISE"]
        entry = Entry.objects.get(event="assistant.answered")
    assert "五百" not in str(entry.body) + str(row.reply)
    assert "***" in str(row.said) or "•" in str(row.said)


def test_a_page_it_leads_to_is_filled_and_nothing_is_done_yet(who):
    client = inside(who.debtor_id)
    html = said(client, "我明天还五百")

    address = re.search(r'href="(/p/do/1/later/\?asked=[0-9a-f-]+)"', html)[1]
    form = client.get(address).content.decode()

    assert 'value="500"' in form
    assert HoldKind.PROMISE not in holds_of(who.debtor_id)
    # Somebody else's message fills nothing, whatever the address.
    other = new_owing()
    assert 'value="500"' not in inside(other.debtor_id).get(address).content.decode()


def test_danger_stops_contact_and_calls_staff_and_no_money_is_spoken_of(who):
    client = inside(who.debtor_id)
    html = said(client, "我不想活了")

    assert HoldKind.SELF_HARM in holds_of(who.debtor_id)
    assert "tel:" in main_of(html)
    again = said(client, "我欠多少")
    assert not FIGURE.search(main_of(again))
    assert "/p/do/1/" not in main_of(again)
    with reading(EVERYBODY):
        assert Talk.objects.get().handed_at is not None


def test_a_person_is_called_and_reads_what_was_said(who):
    client = inside(who.debtor_id, language="en")
    said(client, "i lost my job")
    html = said(client, "let me talk to a human")
    assert "A member of staff was asked" in html
    staff = at_work(new_colleague(Role.COMPLIANCE, secret=new_secret("portal")))

    page = staff.get("/inbox/").content.decode()
    assert "i lost my job" in page
    with reading(EVERYBODY):
        talk = Talk.objects.get()
    staff.post("/inbox/", {"talk": str(talk.pk)})

    assert "i lost my job" not in staff.get("/inbox/").content.decode()
    assert staff.post("/inbox/", {"talk": "999999"}).status_code == 404
    # Another call for a person puts it there again.
    said(client, "let me talk to a human")
    assert "i lost my job" in staff.get("/inbox/").content.decode()


def test_it_asks_what_is_meant_and_takes_the_choice(who):
    client = inside(who.debtor_id)
    html = said(client, "3月5号")
    codes = re.findall(r'name="chosen" value="([A-Z_]+)"', html)
    assert codes

    answer = client.post("/p/ask/", {"chosen": "PAUSE"}, follow=True).content.decode()

    assert "缓" in main_of(answer)
    assert client.post("/p/ask/", {"chosen": "ROOT"}).status_code == 422


def test_a_conversation_that_is_not_kept_goes_along_in_the_form(who):
    client = outside(language="en")
    html = said(client, "zzqx vvk", stage="ASKED", unclear="2")

    assert "I do not know who you are" in html


@pytest.mark.parametrize("text", ["", " ", "x" * 1_001, "\x00"])
def test_a_slip_of_the_pen_is_told(who, text):
    answer = inside(who.debtor_id).post("/p/ask/", {"said": text})

    assert answer.status_code == 422


def test_whoever_is_not_in_asks_so_often_and_danger_is_always_answered(who):
    most = open_portal().limits.questions_of_one_address_an_hour
    client, now = outside(language="en"), timezone.now()
    with acting(DOOR):
        Question.objects.bulk_create(
            Question(at=now, source=source_of("127.0.0.1")) for _ in range(most)
        )

    refused = client.post("/p/ask/", {"said": "how much do i owe"})

    assert refused.status_code == 429
    page = main_of(refused.content.decode())
    assert "rest for a while" in page
    assert "how much do i owe" in page, "what was typed is not lost"
    answer = client.post("/p/ask/", {"said": "i want to die"})
    assert answer.status_code == 200
    assert "tel:" in main_of(answer.content.decode())
    # Whoever is in is not held up by what others ask from the same place.
    assert said(inside(who.debtor_id), "我欠多少钱")
    with acting(DOOR):
        Question.objects.update(at=now - timedelta(days=3))
    assert forget_tries(actor=DOOR, now=now) >= most
    assert client.post("/p/ask/", {"said": "how much do i owe"}).status_code == 200
