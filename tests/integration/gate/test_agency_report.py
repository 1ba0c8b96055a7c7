"""What agencies report of their days is held against their permits, and days are closed."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from forbear.contexts.cases.actions.hold import place_hold_and_refresh
from forbear.contexts.contact.agency.close import close_due, lapse_unused
from forbear.contexts.contact.models import AgencyFinding, Attempt
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.interfaces.workers.tasks import settle_agencies
from forbear.values.code import HoldKind
from forbear.values.principal import system
from tests.integration.gate.test_races import Window, capped
from tests.support.agency import house
from tests.support.gate import attempts
from tests.support.portfolio import SETUP

__all__ = ["capped", "house"]
CLOCK = system("clock")
DAY = date(2026, 11, 25)


@pytest.fixture
def agency(house):
    return house.agency()


def hold(who, now) -> None:
    said = HoldSaid(
        ref=f"hold-{uuid4()}", debtor_ref=who.who.ref, kind=HoldKind.DISPUTE, start_date=DAY
    )
    place_hold_and_refresh(said, source=Source.STAFF, actor=SETUP, today=DAY, now=now)


def kinds() -> list[tuple[str, bool]]:
    """Every finding, and whether it still stands."""
    with reading(SETUP):
        rows = AgencyFinding.objects.order_by("id")
        return [(row.kind, row.resolved_at is None) for row in rows]


class TestReports:
    def test_that_fit_find_nothing_and_bring_outcomes(self, agency):
        who, other = agency.person(), agency.person()
        told, untold = agency.begun(who), agency.begun(other)
        agency.tell(told, "CONVERSATION", "1")
        said = [
            agency.contact(who, told, outcome="CONVERSATION"),
            agency.contact(other, untold, outcome="VOICEMAIL"),
        ]

        first, again = agency.report(*said), agency.report(*said)

        assert first == {"added": 2, "known": 0, "faults": []}
        assert again == {"added": 0, "known": 2, "faults": []}
        assert (attempts(who.who), attempts(other.who)) == (["CONVERSATION"], ["VOICEMAIL"])

    def test_of_contacts_that_no_permit_covers_count_from_then_on(self, house, agency, capped):
        capped(Window(1, 1))
        outside, twice = house.agency("next"), agency.person()
        theirs = outside.begun(outside.person())
        begun, unused = agency.begun(twice), agency.ask(agency.person())
        later = agency.begun(agency.person())
        cases = {
            "NO_PERMIT": agency.contact(agency.person()),
            "UNKNOWN_PERMIT": agency.contact(agency.person(), theirs),
            "NOT_BEGUN": agency.contact(agency.person(), unused),
            "OTHER_PERSON": agency.contact(agency.person(), begun),
            "OTHER_CHANNEL": agency.contact(twice, begun, channel="SMS", outcome="SENT"),
        }
        for kind, said in cases.items():
            before = len(_all_attempts())
            (fault,) = agency.report(said)["faults"]
            assert (fault["kind"], fault["ref"]) == (kind, said["ref"])
            assert fault["zh"] != fault["en"]
            assert len(_all_attempts()) == before + 1, kind
        refused = agency.ask(_of(agency, cases["NO_PERMIT"]["debtor_ref"]))
        assert [
            fault["kind"] for fault in agency.report(agency.contact(twice, begun))["faults"]
        ] == []
        house.hand.on(minutes=1)
        used = agency.report(agency.contact(twice, begun))
        house.hand.on(hours=2)
        late = agency.report(agency.contact(_of(agency, later["debtor_ref"]), later))

        assert refused["allowed"] is False
        assert [fault["kind"] for fault in used["faults"]] == ["USED_TWICE"]
        assert [fault["kind"] for fault in late["faults"]] == ["OUTSIDE_WINDOW"]
        assert {row.source for row in _all_attempts() if row.ref.startswith("report:")} == {"API"}

    def test_of_somebody_unknown_are_found_and_count_for_nobody(self, agency):
        said = {**agency.contact(agency.person()), "debtor_ref": "nobody"}
        before = len(_all_attempts())

        (fault,) = agency.report(said)["faults"]

        assert fault["kind"] == "UNKNOWN_PERSON"
        assert len(_all_attempts()) == before

    def test_of_another_outcome_are_found_and_what_says_most_counts(self, agency):
        who = agency.person()
        permit = agency.begun(who)
        agency.tell(permit, "RANG", "1")

        (fault,) = agency.report(agency.contact(who, permit, outcome="CONVERSATION"))["faults"]

        assert fault["kind"] == "OTHER_OUTCOME"
        assert attempts(who.who) == ["CONVERSATION"]

    @pytest.mark.parametrize(
        ("wrong", "status", "code"),
        [
            ({"started_at": "2026-11-25T12:30:00+08:00"}, 422, "UNFIT_REPORT"),
            ({"started_at": "2026-11-24T12:00:00+08:00"}, 422, "UNFIT_REPORT"),
            ({"started_at": "0001-01-01T00:00:00+14:00"}, 422, "UNFIT_REPORT"),
            ({"outcome": "ANSWERED"}, 409, "OTHER_REPORT"),
        ],
    )
    def test_that_do_not_fit_are_refused_whole(self, agency, wrong, status, code):
        who = agency.person()
        said = agency.contact(who)
        if status == 409:
            agency.report(said)
        good = agency.contact(who)

        refused = agency.api.post(
            "/agency/reports", {"day": "2026-11-25", "contacts": [good, {**said, **wrong}]}
        )

        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert len(attempts(who.who)) == (1 if status == 409 else 0)


def _all_attempts() -> list[Attempt]:
    with reading(SETUP):
        return list(Attempt.objects.order_by("id"))


def _of(agency, ref: str):
    """Somebody in the agency's care again, by ref."""
    from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan
    from tests.support.gate import Person

    with reading(SETUP):
        row = Debtor.objects.get(ref=ref)
        point = ContactPoint.objects.get(debtor=row).pk
        loan = Loan.objects.get(debtor=row).pk
    return agency.care_for(Person(row.pk, point, loan, ref))


class TestClosing:
    def test_finds_what_was_begun_and_not_reported_once_and_opens_for_a_late_report(
        self, house, agency
    ):
        who, other = agency.person(), agency.person()
        begun, fine = agency.begun(who), agency.begun(other)
        contact = agency.contact(who, begun)
        agency.report(agency.contact(other, fine))
        early = close_due(actor=CLOCK, now=house.hand())
        house.hand.on(hours=24)

        (closed,) = close_due(actor=CLOCK, now=house.hand())
        nothing = close_due(actor=CLOCK, now=house.hand())
        missing = kinds()
        listed = agency.api.get("/agency-findings", standing="true").json()["items"]
        late = agency.report(contact)
        (again,) = close_due(actor=CLOCK, now=house.hand())

        assert early == nothing == []
        assert (closed.agency, closed.day, closed.begun, closed.reported, closed.findings) == (
            agency.code,
            DAY,
            2,
            1,
            1,
        )
        assert missing == [("NOT_REPORTED", True)]
        assert [(one["kind"], one["breach"]) for one in listed] == [("NOT_REPORTED", False)]
        assert late["faults"] == []
        assert (again.reported, again.findings) == (2, 0)
        assert kinds() == [("NOT_REPORTED", False)]
        (day,) = house.api.get("/agency-days").json()["items"]
        assert (day["reported"], day["findings"]) == (2, 0)
        assert day["closed_at"]

    def test_comes_with_lapsing_by_the_clock(self, house, agency, monkeypatch):
        monkeypatch.setitem(lapse_unused.__kwdefaults__, "clock", house.hand)
        agency.begun(agency.person())
        agency.ask(agency.person())
        house.hand.on(hours=24)

        said = [settle_agencies(int(house.hand().timestamp())) for _ in range(2)]

        assert said == ["1 lapsed, 1 days closed", "0 lapsed, 0 days closed"]

    def test_shows_each_agency_its_own_alone(self, house, agency):
        other = house.agency("next")
        agency.report(agency.contact(agency.person()))
        other.report(other.contact(other.person()))

        own = agency.api.get("/agency-findings").json()["items"]
        every = house.api.get("/agency-findings", day="2026-11-25").json()["items"]

        assert [one["agency"] for one in own] == [agency.code]
        assert [one["agency"] for one in every] == [agency.code, "next"]
