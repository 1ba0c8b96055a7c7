"""A person sees, corrects, deletes, asks why, asks for a human, objects and restricts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.rights.actions.data_request import show_data
from forbear.contexts.rights.listing import get_filing
from forbear.contexts.rights.owned import PLACES, place_of, tables_of_persons
from forbear.values.principal import NotPermitted, Principal, PrincipalKind, Sight
from tests.support.filing import (
    days_on,
    events,
    filed,
    holds,
    known_person,
    refused,
    shown,
    step,
    today,
    version,
)
from tests.support.people import new_staff
from tests.support.portfolio import SETUP

NAME = "澹台虚构"


def the_person(ref: str) -> Principal:
    """The person themself, after both steps of access."""
    with reading(SETUP):
        number = Debtor.objects.get(ref=ref).pk
    may = frozenset({"PERSON_SEE", "FILINGS_TAKE"})
    return Principal(
        PrincipalKind.DEBTOR, str(number), Sight.PERSON, person=number, permissions=may
    )


class TestSee:
    def test_shows_everything_masked_to_a_system_and_full_to_the_person(self, api):
        person = known_person(api, name=NAME)
        ref = filed(api, "/data-requests", person, right="SEE")["ref"]
        assert shown(api, ref)["filing"]["due_on"] == days_on(15)

        answer = api.get(f"/debtors/{person}/data")

        told = answer.json()
        assert NAME not in answer.content.decode()
        assert {row["place"] for row in told["held"]} >= {
            "audit",
            "portfolio",
            "protection",
            "rights",
        }
        assert any("未结清" in reason["zh"] for reason in told["stays"])
        own = show_data(person, actor=the_person(person), now=datetime.now(UTC))
        assert own.values is not None
        assert own.values["name"] == NAME
        assert own.values[f"address of {person}-point"]
        with reading(SETUP):
            assert Entry.objects.filter(event="data.shown").count() == 2

    @pytest.mark.usefixtures("application")
    def test_has_words_for_every_place_where_something_may_be_held(self):
        with reading(SETUP):
            tables = tables_of_persons()

        assert {place_of(table) for table in tables} <= set(PLACES)

    def test_of_another_person_is_not_possible(self, api):
        mine, other = known_person(api), known_person(api)

        with pytest.raises(Exception, match=other):
            show_data(other, actor=the_person(mine), now=datetime.now(UTC))

    def test_texts_of_a_filing_are_the_persons_and_nobodys_system(self, api):
        person = known_person(api)
        ref = filed(api, "/disputes", person, reason="PAID", text="我已还清。")["ref"]
        now = datetime.now(UTC)

        own = get_filing(ref, opened=True, today=today(), actor=the_person(person), now=now)
        assert [said.text for said in own.statements] == ["我已还清。"]
        system = Principal(
            PrincipalKind.TOKEN, "1", Sight.ALL, permissions=frozenset({"PERSON_SEE"})
        )
        with pytest.raises(NotPermitted):
            get_filing(ref, opened=True, today=today(), actor=system, now=now)


class TestDelete:
    def test_tells_what_stays_and_why_while_a_loan_is_open(self, api):
        person = known_person(api)
        ref = filed(api, "/data-requests", person, right="DELETE")["ref"]

        body = {"version": version(api, ref), "finding": "UPHELD", "reasons": "已全部删除。"}
        refused(api, f"/data-requests/{ref}/answer", body, 403, "MUST_STAY")
        assert shown(api, ref)["filing"]["state"] == "FILED"

        done = step(
            api,
            f"/data-requests/{ref}/answer",
            ref,
            finding="REJECTED",
            reasons="借款未结清，须保留。",
        )
        assert done["erased"] is False
        assert any("未结清" in reason["zh"] for reason in done["stays"])

    def test_erases_whom_nothing_keeps(self, api):
        ref = "P-alone"
        said = {"ref": ref, "jurisdiction": "CN", "name": NAME}
        assert api.post("/debtors", said).status_code == 201
        request = filed(api, "/data-requests", ref, right="DELETE")["ref"]

        answer = {"finding": "UPHELD", "reasons": "已删除。"}
        done = step(api, f"/data-requests/{request}/answer", request, **answer)

        assert done["erased"] is True
        with reading(SETUP):
            assert Debtor.objects.get(ref=ref).erased_at is not None


class TestExplanation:
    def test_is_what_was_written_down_when_it_was_decided(self, api):
        from tests.support.day import new_night, new_plan
        from tests.support.people import new_team

        team, now = new_team("explained"), datetime.now(UTC)
        new_night(today(), now=now)
        number = new_plan(today(), (team, "explained"), text_en="Why you, today.")
        with reading(SETUP):
            person = Debtor.objects.get(pk=number).ref

        told = api.get(f"/debtors/{person}/explanation").json()

        assert [row["reason_en"] for row in told["plans"]] == ["Why you, today."]
        assert "HUMAN" in told["human"]

    def test_by_a_human_names_the_human(self, api):
        ref = filed(api, "/data-requests", known_person(api), right="HUMAN")["ref"]
        answer = {"finding": "UPHELD", "reasons": "改由人工处理。"}

        body = {"version": version(api, ref), **answer}
        refused(api, f"/data-requests/{ref}/answer", body, 403, "HUMAN_NEEDED")
        refused(
            api,
            f"/data-requests/{ref}/answer",
            {**body, "decided_by": 987_654},
            403,
            "HUMAN_NEEDED",
        )
        who = new_staff(Role.COMPLIANCE).id
        step(api, f"/data-requests/{ref}/answer", ref, decided_by=who, **answer)
        assert "filing.decided" in events(ref)


class TestObjecting:
    @pytest.mark.parametrize(("right", "kind"), [("OBJECT", "OPT_OUT"), ("RESTRICT", "CEASE")])
    def test_binds_at_once_and_stays_where_it_is_upheld(self, api, right, kind):
        person = known_person(api)
        ref = filed(api, "/data-requests", person, right=right)["ref"]
        assert holds(person) == {(kind, True)}

        answer = {"finding": "UPHELD", "reasons": "同意。"}
        step(api, f"/data-requests/{ref}/answer", ref, **answer)

        assert holds(person) == {(kind, True), (kind, False)}

    def test_ends_where_it_is_not_upheld(self, api):
        person = known_person(api)
        ref = filed(api, "/data-requests", person, right="OBJECT")["ref"]

        answer = {"finding": "REJECTED", "reasons": "联系为履行合同所必需。"}
        step(api, f"/data-requests/{ref}/answer", ref, **answer)

        assert holds(person) == {("OPT_OUT", False)}
