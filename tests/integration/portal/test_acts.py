"""Whoever is in does everything themself, without a script, and reaches nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forbear.contexts.arrangements.queries import list_arrangements, list_promises
from forbear.contexts.audit.models import Entry
from forbear.contexts.contact.gate import condition
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.representative import (
    check_authority,
    record_representative,
)
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Hold
from forbear.contexts.portfolio.queries.person import latest_consents
from forbear.contexts.portfolio.said import RepresentativeSaid
from forbear.contexts.portfolio.word import RepresentativeKind, Source
from forbear.contexts.rights.actions.choose import choose_channel
from forbear.values.code import Channel, ConsentState, HoldKind
from forbear.values.principal import NotPermitted
from tests.support.arrangement import inbox
from tests.support.paying import Owing, in_use, owing
from tests.support.portal import inside
from tests.support.portfolio import SETUP, clerk, new_point, portfolio, ring
from tests.support.today import lenders_day

__all__ = ["in_use", "inbox", "portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio", "in_use")


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")


@pytest.fixture
def who() -> Owing:
    found = owing(today=lenders_day(), now=timezone.now())
    new_point(found.ref)
    return found


def go(client, path: str, **told: object):
    """Send a form, follow to where it leads, and return the page."""
    answer = client.post(path, told, follow=True)
    assert answer.status_code == 200, (answer.status_code, text(answer)[:3000])
    return answer


def text(answer) -> str:
    return answer.content.decode()


def hidden(answer, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', text(answer))[1]


def holds(who: Owing) -> set[str]:
    with reading(SETUP):
        return set(Hold.objects.filter(debtor_id=who.debtor_id).values_list("kind", flat=True))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_there(who, language):
    client = inside(who.debtor_id, language=language)
    pages = ["do/1/", f"do/1/{who.loan_id}/", f"do/1/{who.loan_id}/details/", "do/1/later/"]
    pages += [
        "do/2/",
        "do/3/",
        "do/3/a/PAID/",
        "do/3/b/FREQUENT/",
        "do/4/",
        "set/",
        "log/",
        "mine/",
    ]
    for path in pages:
        answer = client.get(f"/p/{path}")
        assert answer.status_code == 200, path
        title = re.search(r"<title>(.*?)</title>", text(answer))[1]
        assert title in {"Account service", "账户服务"}, path


class TestPaying:
    def test_what_is_due_is_paid_and_has_its_receipt(self, who):
        client = inside(who.debtor_id, language="en")
        amount = client.get(f"/p/do/1/{who.loan_id}/")
        there = go(client, f"/p/do/1/{who.loan_id}/", pay="due", id=hidden(amount, "id"))
        path = there.request["PATH_INFO"]
        failed = go(client, path, do="fail")
        assert "Nothing was paid" in text(failed)

        paid = go(client, path, do="pay")
        again = go(client, path, do="pay")

        assert "the payment is here" in text(paid)
        assert "the payment is here" in text(again)
        assert len(who.postings) == 2
        assert {ref.partition("/")[0] for ref, _, _ in who.postings} == {who.postings[0][0]}
        assert who.overdue_minor == 0
        receipt = client.post(
            f"/p/items/{who.loan_id}/paper/", {"kind": "RECEIPT", "payment": who.postings[0][0]}
        )
        assert receipt.headers["Content-Type"] == "application/pdf"

    @pytest.mark.parametrize("amount", ["0", "abc", "9999999"])
    def test_an_amount_that_cannot_be_is_told_so(self, who, amount):
        client = inside(who.debtor_id)
        answer = client.post(f"/p/do/1/{who.loan_id}/", {"amount": amount})
        assert (answer.status_code, who.postings) == (422, [])

    def test_a_promise_stops_asking_until_its_day_and_can_be_taken_back(self, who):
        client = inside(who.debtor_id, language="en")
        due = lenders_day() + timedelta(days=5)
        told = {"loan": who.loan, "amount": "¥ 410.00", "due": str(due), "reminder": "on"}
        page = go(client, "/p/do/1/later/", **told)
        assert "Your promise" in text(page)
        assert HoldKind.PROMISE in holds(who)
        (row,) = list_promises(after=0, rows=9, actor=SETUP)
        assert (row.amount_minor, row.reminder) == (41_000, True)
        go(client, f"/p/do/1/later/{row.ref}/")
        (row,) = list_promises(after=0, rows=9, actor=SETUP)
        assert row.state == "WITHDRAWN"


def signed(who: Owing, client, inbox) -> str:
    """Arrange and sign; return the address of the arrangement."""
    means = {"loans": who.loan, "target": "PAYOFF", "month": "300", "adults": "1", "children": "0"}
    options = go(client, "/p/do/2/", **means)
    kinds = re.findall(r'name="kind" value="(\w+)"', text(options))
    assert 1 <= len(kinds) <= 3
    assert "checked" not in text(options)
    read = go(client, "/p/do/2/choose/", **means, kind=kinds[0])
    path = read.request["PATH_INFO"]
    code = go(client, path, do="code")
    told = {"do": "sign", "name": "欧阳虚构", "code": inbox.latest, "text": hidden(code, "text")}
    done = go(client, path, **told)
    assert "It is in force" in text(done)
    return path


class TestArranging:
    def test_is_signed_paused_and_ended_without_a_call(self, who, inbox):
        client = inside(who.debtor_id, language="en")
        path = signed(who, client, inbox)
        assert HoldKind.ARRANGEMENT in holds(who)
        days = client.get(f"{path}days.ics")
        assert days.content.count(b"BEGIN:VEVENT") >= 2
        assert max(len(line) for line in days.content.split(b"\r\n")) <= 75
        assert b"BEGIN:VALARM" in days.content

        assert "Paused until" in text(go(client, f"{path}change/", do="pause", months="1"))
        assert "This has ended" in text(go(client, f"{path}change/", do="end"))

    def test_can_be_changed_for_another_and_taken_back(self, who, inbox):
        client = inside(who.debtor_id, language="en")
        path = signed(who, client, inbox)
        means = {"loans": who.loan, "target": "PAYOFF", "month": "250", "adults": 1, "children": 0}
        ref = path.rstrip("/").rpartition("/")[2]
        options = go(client, "/p/do/2/", **means, replaces=ref)
        kind = re.search(r'name="kind" value="(\w+)"', text(options))[1]
        read = go(client, "/p/do/2/choose/", **means, replaces=ref, kind=kind)
        assert "Read and sign" in text(read)
        assert "This has ended" in text(go(client, f"{path}change/", do="withdraw"))

    def test_leads_to_help_where_nothing_is_left(self, who):
        client = inside(who.debtor_id, language="en")
        means = {"loans": who.loan, "target": "PAYOFF", "income": "100", "living": "900"}
        page = go(client, "/p/do/2/", **means, adults=2, children=1)
        assert "no instalments are right for you" in text(page)

    def test_needs_the_code_that_reached_the_person(self, who, inbox):
        client = inside(who.debtor_id, language="en")
        means = {"loans": who.loan, "target": "PAYOFF", "month": "300", "adults": 1, "children": 0}
        read = go(client, "/p/do/2/choose/", **means, kind="EQUAL")
        path = read.request["PATH_INFO"]
        code = go(client, path, do="code")
        wrong = "0" * 6 if inbox.latest != "0" * 6 else "1" * 6
        told = {"do": "sign", "name": "欧阳虚构", "code": wrong, "text": hidden(code, "text")}
        assert client.post(path, told).status_code == 422
        assert HoldKind.ARRANGEMENT not in holds(who)


class TestObjecting:
    def test_a_dispute_stops_contact_at_once_and_can_be_followed(self, who):
        client = inside(who.debtor_id, language="en")
        filed = go(client, "/p/do/3/a/PAID/", loan=who.loan, text="paid <b>long</b> ago")
        path = filed.request["PATH_INFO"]
        assert HoldKind.DISPUTE in holds(who)
        assert re.search(r'id="reference">[0-9A-F]{8}<', text(filed))
        assert "Contact about it has stopped" in text(filed)
        assert "&lt;b&gt;long" in text(filed)

        go(client, path, do="say", text="and here is the receipt")
        from django.core.files.uploadedfile import SimpleUploadedFile

        picture = SimpleUploadedFile("a.png", PNG, "image/png")
        more = go(client, path, do="file", file=picture)
        assert "Here so far: 1" in text(more)
        back = go(client, path, do="back", version=hidden(more, "version"))
        assert "You took it back" in text(back)

    def test_a_complaint_has_a_day_and_an_authority(self, who):
        client = inside(who.debtor_id, language="en")
        filed = go(client, "/p/do/3/b/ABUSE/", loan=who.loan)
        assert 'id="due"' in text(filed)
        assert 'id="authorities"' in text(filed)
        assert "answer by" in text(client.get("/p/do/3/"))

    @pytest.mark.parametrize("words", ["我不想活了", "I want to kill myself"])
    def test_words_that_let_fear_stop_everything_and_show_who_helps(self, who, words):
        client = inside(who.debtor_id, language="en")
        page = go(client, "/p/do/3/a/OTHER/", loan=who.loan, text=words)
        assert "You are not alone with this" in text(page)
        assert {HoldKind.SELF_HARM, HoldKind.CRISIS} & holds(who)
        assert 'href="tel:' in text(page)

    def test_hardship_stops_asking(self, who):
        client = inside(who.debtor_id, language="en")
        go(client, "/p/do/4/", reason="JOB_LOSS", severity="3")
        assert HoldKind.HARDSHIP in holds(who)


class TestChoosing:
    def test_a_way_is_stopped_and_allowed_again(self, who):
        client = inside(who.debtor_id, language="en")
        page = go(client, "/p/set/", do="channel", channel="SMS", wanted="0")
        assert "Stopped, as you asked" in text(page)
        page = go(client, "/p/set/", do="channel", channel="SMS", wanted="1")
        assert "Stopped, as you asked" not in text(page)

    def test_of_many_limits_over_one_span_only_the_one_that_binds_is_said(self, who):
        page = text(inside(who.debtor_id, language="en").get("/p/set/"))
        for card in page.split('<section class="card">')[1:]:
            said = re.findall(r"(?:more|at most \d+) (today|for now|within \d+ days)", card)
            assert len(said) == len(set(said)), card
        assert re.search(r"At most \d+ more today", page)

    def test_times_are_named_and_forgotten(self, who):
        client = inside(who.debtor_id, language="en")
        page = go(client, "/p/set/", do="quiet", days="56", begins="08:00", ends="12:30")
        assert "08:00–12:30" in text(page)
        page = go(client, "/p/set/", do="forget", ref=hidden(page, "ref"))
        assert "08:00–12:30" not in text(page)

    def test_language_and_work_are_said(self, who):
        client = inside(who.debtor_id)
        assert "09:00–18:00" in text(go(client, "/p/set/", do="work"))
        assert 'value="EN" aria-current' in text(
            go(client, "/p/set/", do="language", language="EN")
        )

    def test_data_are_shown_in_full_to_the_person_alone(self, who):
        client = inside(who.debtor_id, language="en")
        with acting(SETUP):
            ContactPoint.objects.filter(debtor_id=who.debtor_id, kind="MOBILE").update(
                number_type="MOBILE",
                number_region="32",
                number_confidence_percent=30,
                number_read_at=who.now,
            )
            Debtor.objects.filter(pk=who.debtor_id).update(region="510100")
        own = text(client.get("/p/mine/"))
        assert "<dt>Region where you live</dt><dd>Sichuan" in own
        assert "not used, since your region is known</dt><dd>Jiangsu" in own
        assert "欧阳虚构" in own
        assert "<dt>Mobile</dt>" in own
        filed = go(client, "/p/mine/", right="HUMAN")
        assert 'id="due"' in text(filed)


class TestSomebodyWhoActsForAPerson:
    def test_does_so_in_their_own_name(self, who):
        said = RepresentativeSaid(
            "rep-1",
            who.ref,
            RepresentativeKind.GUARDIAN,
            who.today - timedelta(days=9),
            "周代理（虚构）",
        )
        made = record_representative(said, source=Source.API, actor=SETUP, now=who.now)
        check_authority("rep-1", evidence="paper-1", actor=SETUP, now=who.now)
        client = inside(who.debtor_id, representative=made.id, language="en")

        go(client, "/p/set/", do="channel", channel="SMS", wanted="0")
        go(client, "/p/do/3/b/ABUSE/", loan=who.loan)

        with reading(SETUP):
            doers = Entry.objects.filter(
                debtor_id=who.debtor_id, event__in=["consent.recorded", "filing.filed"]
            ).values_list("actor_kind", "actor_id")
            assert set(doers) == {("REPRESENTATIVE", str(made.id))}


class TestNobodyElse:
    def test_is_reached_by_any_address(self, who, inbox):
        other = owing(today=lenders_day(), now=timezone.now())
        new_point(other.ref)
        theirs = inside(other.debtor_id, language="en")
        plan = signed(other, theirs, inbox)
        filed = go(theirs, "/p/do/3/a/PAID/", loan=other.loan).request["PATH_INFO"]
        promised = lenders_day() + timedelta(days=3)
        intent = other.begun(41_000)
        mine = inside(who.debtor_id, language="en")

        for path in (
            f"/p/do/1/{other.loan_id}/",
            f"/p/do/1/{other.loan_id}/details/",
            f"/p/do/1/at/{intent}/",
            f"/p/do/1/back/{intent}/",
            plan,
            f"{plan}days.ics",
            filed,
        ):
            assert mine.get(path).status_code == 404, path
        for path, told in (
            (f"/p/do/1/at/{intent}/", {"do": "pay"}),
            (f"{plan}change/", {"do": "end"}),
            (filed, {"do": "say", "text": "x"}),
        ):
            assert mine.post(path, told).status_code in {404, 422}, path
        means = {"loans": other.loan, "target": "PAYOFF", "month": "300", "adults": 1}
        assert mine.post("/p/do/2/", {**means, "children": 0}).status_code == 422
        told = {"loan": other.loan, "amount": "410", "due": str(promised)}
        assert mine.post("/p/do/1/later/", told).status_code == 422
        assert mine.post("/p/do/3/a/PAID/", {"loan": other.loan}).status_code == 422
        assert list_arrangements(after=0, rows=9, actor=SETUP)[0].state == "ACTIVE"
        assert other.postings == []

    def test_may_refuse_to_be_weighed_by_models_and_allow_it_again(self, who):
        client = inside(who.debtor_id, language="en")
        said = go(client, "/p/set/", do="weighing", wanted="0")
        assert "As you asked, no computer weighs you" in text(said)
        assert latest_consents(who.ref, actor=SETUP)[-1].state is ConsentState.WITHDRAWN
        allowed = go(client, "/p/set/", do="weighing", wanted="1")
        assert "Do not let a computer weigh me" in text(allowed)

    def test_can_be_chosen_for_and_no_staff_chooses_as_the_person(self, who):
        other, now = owing(), timezone.now()
        from forbear.contexts.access.principal import person
        from forbear.contexts.portfolio.row import UnknownRef

        with pytest.raises(UnknownRef):
            choose_channel(
                other.ref, Channel.SMS, wanted=False, actor=person(who.debtor_id), now=now
            )
        with pytest.raises(NotPermitted):
            choose_channel(
                who.ref, Channel.SMS, wanted=False, actor=clerk("PERSON_CHANGE"), now=now
            )


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082".replace(" ", "")
)
