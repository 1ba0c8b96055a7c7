"""Finding persons by what one has at hand, and giving cases into other care."""

from __future__ import annotations

import re

import pytest

from forbear.contexts.cases.models import Case
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from tests.support.asked import questions
from tests.support.desk import new_shop
from tests.support.people import audited
from tests.support.portfolio import SETUP, new_loan, new_point

pytestmark = pytest.mark.usefixtures("portfolio")
PHONE, IDENTITY = "19900001234", "110101199003070097"


@pytest.fixture
def shop():
    return new_shop()


def _find(client, text):
    return client.post("/search/", {"text": text})


class TestSearch:
    def test_opens_the_one_person_that_something_leads_to(self, shop):
        late = shop.late(national_id=IDENTITY)
        loan = new_loan(late.who.ref)
        new_point(late.who.ref, address=PHONE)
        client = shop.client()

        for text in (late.who.ref, loan, PHONE, f"+86 {PHONE}", f" {IDENTITY} "):
            assert _find(client, text).headers["Location"] == late.page

    def test_lists_several_masked_and_asks_no_more_for_it(self, shop):
        client = shop.client()

        def share(count):
            for _ in range(count):
                new_point(shop.late().who.ref, address=PHONE)
            _find(client, PHONE)
            with questions() as asked:
                return _find(client, PHONE).content.decode(), len(asked)

        (page, few), (_more, many) = share(2), share(5)

        assert page.count("欧***") == 4  # each name stands in its button too
        assert PHONE not in page
        assert few == many <= 30

    def test_finds_nobody_in_other_care(self, shop):
        late = shop.late()
        new_point(late.who.ref, address=PHONE)
        stranger = new_shop("south").client()

        for text in (late.who.ref, PHONE):
            page = _find(stranger, text).content.decode()
            assert "Nobody in your care" in page
            assert text not in page

    def test_says_so_when_nothing_is_typed(self, shop):
        assert "Nobody in your care" in _find(shop.client(), " ").content.decode()


class TestCases:
    def test_are_given_to_somebody_and_it_is_written_down(self, shop):
        late, lead, mate = shop.late(), shop.client(Role.SUPERVISOR), shop.staff()
        page = lead.get("/cases/").content.decode()
        version = re.search(r'name="version" value="(\d+)"', page).group(1)

        told = {"to": f"{shop.team}:{mate.pk}", "version": version, "next": "/cases/?state=new"}
        answer = lead.post(f"/cases/{late.case_id}/assign/", told)

        assert answer.headers["Location"] == "/cases/?state=new"
        with reading(SETUP):
            assert Case.objects.get(pk=late.case_id).officer_id == mate.pk
        assert len(audited("case.assigned")) == 1
        assert mate.name in lead.get(late.page).content.decode()

    def test_never_go_to_nobody_or_on_an_old_sight(self, shop):
        late, lead = shop.late(), shop.client(Role.SUPERVISOR)
        route = f"/cases/{late.case_id}/assign/"

        assert lead.post(route, {"to": "", "version": "1"}).status_code == 422
        assert lead.post(route, {"to": f"{shop.team}", "version": "9"}).status_code == 409
        assert lead.post(route, {"to": "99999", "version": "1"}).status_code == 422
        assert audited("case.assigned") == []

    def test_are_listed_of_ones_own_teams_page_by_page(self, shop):
        for _ in range(51):
            shop.late()
        theirs = new_shop("south").late()
        lead = shop.client(Role.SUPERVISOR)

        first = lead.get("/cases/?state=new").content.decode()
        after = re.search(r"after=(\d+)", first).group(1)
        rest = lead.get(f"/cases/?after={after}").content.decode()

        assert (first.count("case-row"), rest.count("case-row")) == (50, 1)
        assert theirs.who.ref not in first + rest
        assert "There are none." in lead.get("/cases/?state=legal").content.decode()

    def test_are_for_supervisors(self, shop):
        assert shop.client().get("/cases/").status_code == 403
