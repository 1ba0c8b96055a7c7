"""At a desk: promises, arrangements beside what can be afforded, and what a person files."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.contexts.arrangements.models import Arrangement, Promise
from forbear.contexts.cases.actions.claim_case import take_case
from forbear.contexts.cases.actions.write_note import write_note
from forbear.contexts.database.transaction import reading
from forbear.contexts.payments.queries import get_payable
from forbear.contexts.people.models import Approval
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Hold
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.rights.models import Filing, Hardship
from tests.support import watching as watched
from tests.support.api import api
from tests.support.console import at_work
from tests.support.desk import new_second_factor, new_shop, principal
from tests.support.filing import known_person
from tests.support.portfolio import SETUP, portfolio, ring
from tests.support.today import lenders_day

__all__ = ["api", "portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def owing(api, shop):
    """Somebody of the team with a loan that has a schedule: the id and the page."""
    from forbear.contexts.database.transaction import acting
    from forbear.contexts.portfolio.contract import give_to_team
    from forbear.contexts.portfolio.models import Debtor

    ref = known_person(api)
    with acting(SETUP):
        ident = Debtor.objects.get(ref=ref).pk
        give_to_team(ident, shop.team)
    return ident


def _words(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def _one(model, **given):
    with reading(SETUP):
        return model.objects.get(**given)


def _promise(client, person, amount="300", days=5):
    due = watched.today() + timedelta(days=days)
    told = {"request": uuid4().hex, "amount": amount, "due": due.isoformat(), "reminder": "on"}
    return client.post(f"/persons/{person}/promise/", told, follow=True)


class TestPromise:
    def test_is_taken_shown_and_taken_back(self, shop, owing):
        client = shop.client()

        page = _words(_promise(client, owing))
        assert "The promise is kept here" in page
        assert "<b>¥300.00</b> by" in page
        row = _one(Promise)
        assert (row.amount_minor, row.reminder) == (30_000, True)
        client.post(f"/persons/{owing}/promise/back/", {"ref": row.ref})
        assert _one(Promise).state == "WITHDRAWN"

    @pytest.mark.nightly
    def test_outside_its_bounds_says_so_and_keeps_nothing(self, shop, owing):
        client = shop.client()

        for answer in (_promise(client, owing, amount="a lot"), _promise(client, owing, days=90)):
            assert "note-error" in answer.content.decode()
        with reading(SETUP):
            assert not Promise.objects.exists()


class TestArrangement:
    def _told(self, page, **given):
        proposal = re.search(r'name="proposal" value="([^"]+)"', page).group(1)
        loans = re.findall(r'name="loans" value="([^"]+)"', page)
        told = {"proposal": proposal, "loans": loans, "target": "PAYOFF", "income": "3200"}
        return {**told, "living": "2600", "adults": "1", "children": "0", **given}

    def test_stands_beside_the_budget_and_is_proposed(self, shop, owing):
        client, address = shop.client(), f"/persons/{owing}/arrange/"
        told = self._told(_words(client.get(address)))

        worked = _words(client.post(address, told))
        assert "Affordable each month" in worked
        assert "Propose this" in worked
        with reading(SETUP):
            assert not Arrangement.objects.exists()
        kind = re.search(r'name="do" value="(\w+)"', worked).group(1)
        page = _words(client.post(address, {**told, "do": kind}, follow=True))

        row = _one(Arrangement)
        assert (row.state, row.kind, row.ref) == ("PROPOSED", kind, told["proposal"])
        assert "may be signed until" in page

    @pytest.mark.nightly
    def test_that_gives_up_too_much_takes_a_second_person(self, shop, owing):
        staff = shop.staff()
        client, address = at_work(new_second_factor(staff)), f"/persons/{owing}/arrange/"
        loan = get_payable(owing, actor=SETUP, today=watched.today())[0]
        # Between what a collector may give up alone and what anybody may.
        waived = loan.penalty_minor * 40 // 100
        told = self._told(_words(client.get(address)), waive=f"{waived / 100:.2f}")
        worked = client.post(address, told)
        kind = re.search(r'name="do" value="(\w+)"', worked.content.decode())
        assert kind is not None

        refused = client.post(address, {**told, "do": kind.group(1)})
        assert refused.status_code == 403
        assert "Ask a second person" in refused.content.decode()
        client.post(address, {**told, "do": "ask"})
        asked = _one(Approval)
        assert (asked.what, asked.amount_minor, asked.state) == (
            "arrangement.waive",
            waived,
            "ASKED",
        )
        lead = at_work(new_second_factor(shop.staff(Role.SUPERVISOR, authority_minor=1_000_000)))
        lead.post(f"/approvals/{asked.pk}/", {"deed": "grant"})

        again = _words(client.get(f"{address}?approval={asked.pk}"))
        assert f'name="proposal" value="{told["proposal"]}"' in again
        given = {**told, "do": kind.group(1), "approval": str(asked.pk)}
        client.post(address, given)
        # Half of the penalty falls away in any case.
        assert _one(Arrangement).waived_minor == waived + loan.penalty_minor // 2

    def test_of_another_team_s_person_is_not_there(self, owing):
        other = new_shop("south").client()

        for path in ("arrange/", "promise/", "file/", "promise/back/"):
            told = {"request": uuid4().hex, "amount": "1", "due": "2027-01-01", "kind": "DISPUTE"}
            assert other.post(f"/persons/{owing}/{path}", told).status_code == 404


class TestFiling:
    @pytest.mark.nightly
    @pytest.mark.parametrize(
        ("kind", "given"),
        [
            ("DISPUTE", {"reason": "PAID", "text": "I paid in March."}),
            ("COMPLAINT", {"reason": ""}),
            ("HARDSHIP", {"reason": "JOB_LOSS", "text": "Out of work since October."}),
        ],
    )
    def test_is_taken_in_with_three_inputs_and_stops_contact(self, shop, kind, given):
        from forbear.contexts.rulebook.library import open_complaints

        given = {**given, "reason": given["reason"] or next(iter(open_complaints()))}
        late, client, request = shop.late(), shop.client(), str(uuid4())
        told = {"kind": kind, "request": request, **given}

        page = _words(client.post(f"{late.page}file/", told, follow=True))
        client.post(f"{late.page}file/", told)

        row = _one(Filing)
        assert row.kind == kind
        assert "Taken in as desk-" in page
        assert f"/filings/{row.pk}/" in page
        if given.get("text"):
            assert given["text"] not in page

    def test_about_health_needs_a_consent(self, shop):
        late, client = shop.late(), shop.client()
        told = {"kind": "HARDSHIP", "reason": "ILLNESS", "text": "In hospital."}

        answer = client.post(f"{late.page}file/", {**told, "request": str(uuid4())}, follow=True)
        assert "note-error" in answer.content.decode()
        agreed = {**told, "request": str(uuid4()), "consented": "on"}
        client.post(f"{late.page}file/", agreed)

        assert _one(Filing).reason == "ILLNESS"

    def test_opens_by_itself_where_a_note_lets_fear_for_somebody(self, shop):
        late, staff = shop.late(), shop.staff()
        by = {"actor": principal(staff), "now": datetime.now(UTC)}
        take_case(late.case_id, **by)
        words = "他说不想活了，已经准备好自杀。"

        told = {"ref": uuid4(), "reports": True, "today": watched.today()}
        write_note(late.case_id, words, **told, **by)
        write_note(late.case_id, words, **{**told, "ref": uuid4()}, **by)

        filing = _one(Filing)
        assert (filing.kind, filing.reason, filing.intake) == ("HARDSHIP", "DISTRESS", "STAFF")
        assert _one(Hardship).severity == 5
        with reading(SETUP):
            assert Hold.objects.filter(kind="SELF_HARM", released_at=None).count() >= 1


@pytest.mark.nightly
def test_the_person_s_page_asks_as_much_however_much_was_agreed_and_filed(shop):
    late, client = shop.late(), shop.client()
    watched.disputed(late)

    def asked():
        client.get(late.page)
        with CaptureQueriesContext(connection) as found:
            client.get(late.page)
        return len(found)

    few = asked()
    for _ in range(3):
        watched.disputed(late)
    assert asked() == few


def test_nothing_of_amounts_is_shown_before_it_is_certain_who_speaks(shop, owing):
    from forbear.interfaces.console.section import sections_shown

    client = shop.client()
    _promise(client, owing)
    by = {"actor": principal(shop.staff()), "now": datetime.now(UTC)}
    ref = refs_of([owing], actor=by["actor"])[owing]
    person = get_person(ref, as_of=lenders_day(), **by)

    open_, veiled = (sections_shown(person, hidden=hidden, **by) for hidden in (False, True))
    assert {each["template"] for each in open_} - {each["template"] for each in veiled} == {
        "console/section_arranged.html"
    }
