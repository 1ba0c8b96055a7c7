"""Whoever watches over the work sees why, by which rule, until when, and who looked."""

from __future__ import annotations

import json
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.contexts.protection.models import Reveal
from forbear.contexts.rights.models import Filing
from forbear.interfaces.console.presenter.event import event_word
from tests.support import watching as watched
from tests.support.desk import new_shop
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
TEXT = ("cn.sms.overdue_gentle", 1)


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def officer(shop):
    """Somebody who watches; they belong to no team and see everybody."""
    return shop.client(Role.COMPLIANCE, teams=())


def _words(answer):
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        _words(client.get(address))
    return len(asked)


class TestContact:
    def test_that_was_refused_names_each_rule_with_its_source_and_its_day(self, shop, officer):
        made = watched.contacts(shop)

        page = _words(officer.get(f"/contacts/{made.refused}/"))

        assert "Refused" in page
        for rule in ("cn.hours.gbt", "cn.hours.cba", "house.cn.hours"):
            assert rule in page
        assert "GB/T 45251-2025" in page
        assert "as in force since 2025-02-28" in page
        assert "Download the proof" in page
        assert "欧阳虚构" not in page

    def test_shows_words_with_gaps_and_in_full_for_a_reason_that_is_recorded(self, shop, officer):
        permit, late = watched.texted(shop, TEXT)
        address = f"/contacts/{permit}/"
        masked = _words(officer.get(address))
        assert 'class="gap"' in masked
        assert "1,234.56" not in masked
        assert Reveal.objects.count() == 0

        bad = officer.post(f"{address}words/", {"reason": "CURIOSITY"})
        full = _words(officer.post(f"{address}words/", {"reason": "CHECK_OTHERS_WORK"}))

        assert bad.status_code == 422
        assert "These are the words that left" in full
        with reading(SETUP):
            look = Reveal.objects.get()
            assert (look.debtor_id, look.reason) == (late.who.debtor_id, "CHECK_OTHERS_WORK")
            assert Entry.objects.filter(event="value.revealed").count() == 1
        assert look.field.startswith("contact.words:")
        assert "Words of a contact" in _words(officer.get("/record/looks/"))

    def test_of_another_team_is_not_there(self, shop):
        made = watched.contacts(shop)
        other = new_shop("south").client(Role.SUPERVISOR)

        for path in ("", "words/"):
            post = other.post if path else other.get
            answer = post(f"/contacts/{made.called}/{path}", {"reason": "VERIFY_IDENTITY"})
            assert answer.status_code == 404

    @pytest.mark.nightly
    def test_asks_as_much_of_the_database_however_many_rules_there_are(self, shop, officer):
        made = watched.contacts(shop)
        called, refused = (
            _queries(officer, f"/contacts/{permit}/") for permit in (made.called, made.refused)
        )
        assert called == refused


class TestRefusals:
    def test_are_chosen_by_rule_channel_and_day(self, shop, officer):
        watched.contacts(shop)

        page = _words(officer.get("/refusals/"))
        assert "1 contacts were not let through" in page
        assert "沈*" in page
        by_rule = _words(officer.get("/refusals/?reason=cn.hours.gbt&channel=VOICE"))
        assert "沈*" in by_rule
        for none in ("reason=cn.pi.refusal", "channel=SMS", "from=2020-01-01&to=2020-01-02"):
            assert "Nothing was refused." in _words(officer.get(f"/refusals/?{none}"))
        assert officer.get("/refusals/?from=2026-02-01&to=2026-01-01").status_code == 422

    def test_keep_to_the_reader_s_own_teams_in_rows_and_counts(self, shop):
        watched.contacts(shop)
        south = new_shop("south")
        watched.contacts(south)

        page = _words(south.client(Role.SUPERVISOR).get(f"/refusals/?team={shop.team}"))
        own = _words(south.client(Role.SUPERVISOR).get("/refusals/"))

        assert "0 contacts were not let through" in page
        assert "1 contacts were not let through" in own

    @pytest.mark.nightly
    def test_ask_as_much_of_the_database_however_many_there_are(self, shop, officer):
        watched.contacts(shop)
        few = _queries(officer, "/refusals/")
        for _ in range(3):
            watched.contacts(shop)
        assert _queries(officer, "/refusals/") == few


class TestFilings:
    def test_wait_in_the_order_of_their_days(self, shop, officer):
        made = watched.contacts(shop)
        later = watched.disputed(made.late)
        first = watched.disputed(made.other, days_ago=15)

        page = _words(officer.get("/filings/"))

        assert page.index(f"/filings/{first}/") < page.index(f"/filings/{later}/")
        assert "2 wait for an answer" in page
        only = _words(officer.get("/filings/?kind=hardship"))
        assert "Nothing waits." in only

    def test_are_read_for_a_reason_and_answered(self, shop, officer):
        ident = watched.disputed(watched.contacts(shop).late)
        address = f"/filings/{ident}/"
        sealed = _words(officer.get(address))
        assert watched.CANARY not in sealed
        assert "Decide and answer" in sealed

        opened = _words(officer.post(f"{address}open/", {"reason": "HANDLE_COMPLAINT"}))
        assert watched.CANARY in opened
        with reading(SETUP):
            assert Reveal.objects.get().field == f"rights.statement.text:{ident}"
        lacking = {"deed": "decide_dispute", "version": "1", "finding": "UPHELD", "text": ""}
        refused = officer.post(f"{address}step/", lacking)
        assert refused.status_code == 422
        told = {**lacking, "text": "The signature is another's."}
        done = officer.post(f"{address}step/", told, follow=True)
        assert "upheld" in done.content.decode()
        with reading(SETUP):
            assert Filing.objects.get(pk=ident).state == "DECIDED"

    @pytest.mark.nightly
    def test_keep_what_was_written_where_somebody_was_quicker(self, shop, officer):
        ident = watched.disputed(watched.contacts(shop).late)
        address = f"/filings/{ident}/step/"
        officer.post(address, {"deed": "take_up", "version": "1"})

        late = {"deed": "ask", "version": "1", "text": "Which contract is meant?"}
        answer = officer.post(address, late)

        assert answer.status_code == 409
        assert "Which contract is meant?" in answer.content.decode()

    def test_of_another_team_are_not_there(self, shop):
        ident = watched.disputed(watched.contacts(shop).late)
        other = new_shop("south").client(Role.SUPERVISOR)

        assert other.get(f"/filings/{ident}/").status_code == 404
        assert "Nothing waits." in _words(other.get("/filings/"))
        for path in ("step/", "open/", "files/", "export/"):
            answer = other.post(f"/filings/{ident}/{path}", {"deed": "take_up", "version": "1"})
            assert answer.status_code == 404

    @pytest.mark.nightly
    def test_ask_as_much_of_the_database_however_many_there_are(self, shop, officer):
        made = watched.contacts(shop)
        watched.disputed(made.late)
        few = _queries(officer, "/filings/")
        for _ in range(3):
            watched.disputed(watched.contacts(shop).other)
        assert _queries(officer, "/filings/") == few


class TestRecord:
    def test_is_searched_by_person_thing_and_doer(self, shop, officer):
        made = watched.contacts(shop)
        ident = watched.disputed(made.late)

        found = _words(officer.get(f"/record/?what=filing&person={made.late.who.ref}"))
        assert f"filing:{ident}" in found
        none = _words(officer.get(f"/record/?what=filing&person={made.other.who.ref}"))
        assert "Nothing is written of that." in none
        assert "Nothing is written" in _words(officer.get("/record/?person=nobody"))

    @pytest.mark.nightly
    def test_is_checked_and_says_so(self, shop, officer):
        page = _words(officer.post("/record/check/"))

        assert "Every entry is as it was written and signed." in page

    def test_calls_every_event_something_in_both_languages(self):
        assert len({event_word(each) for each in AuditEvent}) > len(AuditEvent) // 2


class TestRules:
    @pytest.mark.nightly
    def test_of_a_day_differ_from_another_day_s(self, officer):
        page = _words(officer.get("/rules/?law=cn&on=2026-06-01"))
        assert "cn.hours.gbt" in page

        told = _words(officer.get("/rules/?law=cn&on=2026-06-01&against=2025-01-01"))
        assert "cn.hours.gbt" in told.partition("New")[2]

    def test_come_into_force_whichever_of_two_days_is_asked_for_first(self, officer):
        days = ("on=2026-06-01&against=2025-01-01", "on=2025-01-01&against=2026-06-01")
        first, second = (_words(officer.get(f"/rules/?law=cn&{each}")) for each in days)

        assert "What differs between 2025-01-01 and 2026-06-01" in second
        assert "cn.hours.gbt" in second.partition("<h3>New</h3>")[2]
        assert second.count("No longer in force") == first.count("No longer in force")

    def test_of_products_are_said_in_words(self, officer):
        page = unescape(_words(officer.get("/rules/products/")))

        assert "fees → interest → principal" in page
        assert "150 % of the contract's rate; on principal; a year of 360 days" in page
        assert "at most 24 % of the principal" in page
        assert "10.95 % a year" in page
        assert "substandard from day 91" in page

    @pytest.mark.nightly
    def test_are_tried_on_a_book_or_it_is_said_that_there_is_none(self, officer):
        days = {"law": "cn", "on": "2026-06-01", "against": "2025-01-01"}
        answer = officer.post("/rules/", days)
        assert 'role="alert"' in answer.content.decode()


@pytest.mark.nightly
def test_a_complaint_goes_to_an_authority_without_names(shop, officer):
    from forbear.contexts.rulebook.library import open_complaints

    late = watched.contacts(shop).late
    ident = watched.complained(late, next(iter(open_complaints())))

    told = json.loads(officer.post(f"/filings/{ident}/export/", {"as": "json"}).content)
    table = officer.post(f"/filings/{ident}/export/", {"as": "csv"})

    assert told["debtor_ref"] == late.who.ref
    assert "欧阳虚构" not in json.dumps(told, ensure_ascii=False)
    assert table["Content-Type"].startswith("text/csv")
    with reading(SETUP):
        assert Entry.objects.filter(event="filing.exported").count() == 2


def test_nothing_is_there_under_a_guessed_address(officer):
    for path in (f"/contacts/{uuid4()}/", "/filings/999999/", f"/contacts/{uuid4()}/proof/"):
        assert officer.get(path).status_code == 404
