"""A complaint is taken in, owned by somebody independent, answered, escalated and counted."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from forbear.contexts.contact.actions.record_attempts import AttemptSaid, record_attempts
from forbear.contexts.contact.models import AttemptSource
from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.people.care import agencies
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.contract import give_to_team, people_by_ref
from forbear.contexts.rights.actions.complaint import ComplaintDecided, decide_complaint
from forbear.contexts.rights.actions.notice import notice_due
from forbear.contexts.rights.actions.work import take_back
from forbear.contexts.rights.independent import NotIndependent
from forbear.contexts.rights.models import Clock
from forbear.contexts.rights.word import Finding
from forbear.values.code import Channel, Direction, Outcome
from forbear.values.principal import NotPermitted, system
from tests.support.api import caller
from tests.support.filing import (
    days_ago,
    days_on,
    events,
    filed,
    filing,
    holds,
    known_person,
    refused,
    shown,
    step,
    today,
    version,
)
from tests.support.people import new_principal, new_staff, new_team
from tests.support.portfolio import SETUP


def called_by(person: str, actor) -> str:
    """Somebody who works here writes down a call to a person; return its ref."""
    ref = f"call-{uuid4().hex[:8]}"
    said = AttemptSaid(
        ref=ref,
        debtor_ref=person,
        channel=Channel.VOICE,
        direction=Direction.OUTBOUND,
        started_at=datetime.now(UTC) - timedelta(hours=2),
        outcome=Outcome.CONVERSATION,
    )
    record_attempts([said], source=AttemptSource.STAFF, actor=actor, now=datetime.now(UTC))
    return ref


class TestJourney:
    def test_of_abuse_on_the_telephone(self, api):
        person = known_person(api)
        accused, owner = new_staff(Role.COLLECTOR).id, new_staff(Role.SUPERVISOR).id

        done = filed(
            api,
            "/complaints",
            person,
            reason="ABUSE",
            intake="REGULATOR",
            about_staff=accused,
            text="对方在电话里辱骂我。",
        )
        ref = done["ref"]
        assert done["due_on"] == days_on(15)
        assert holds(person) == {("COMPLAINT", True)}
        assert {clock["rule_id"] for clock in shown(api, ref)["clocks"]} == {
            "cn.complaint.nfra",
            "house.cn.complaint_receipt",
        }

        step(api, f"/complaints/{ref}/acknowledgement", ref)
        met = {c["rule_id"]: c["met_at"] is not None for c in shown(api, ref)["clocks"]}
        assert met == {"cn.complaint.nfra": False, "house.cn.complaint_receipt": True}
        step(api, f"/filings/{ref}/work", ref)
        step(api, f"/filings/{ref}/owner", ref, owner_id=owner)
        step(api, f"/filings/{ref}/extension", ref, step="complex", text="需要调取录音。")
        assert shown(api, ref)["filing"]["due_on"] == days_on(30)

        step(
            api,
            f"/complaints/{ref}/decision",
            ref,
            finding="PARTLY",
            substantiated="FREQUENT",
            reasons="录音显示没有辱骂，但当日拨打次数过多。",
            root_cause="排班重叠。",
            redress="MONEY",
            redress_minor=10_000,
            currency="CNY",
        )

        whole = shown(api, ref)
        assert whole["complaint"]["alleged"] == "ABUSE"
        assert whole["complaint"]["substantiated"] == "FREQUENT"
        assert (whole["complaint"]["redress"], whole["complaint"]["redress_minor"]) == (
            "MONEY",
            10_000,
        )
        assert holds(person) == {("COMPLAINT", False)}
        step(api, f"/complaints/{ref}/escalation", ref, authority="CN_NFRA", authority_ref="N-1")
        assert shown(api, ref)["filing"]["state"] == "ESCALATED"
        assert holds(person) == {("COMPLAINT", False), ("COMPLAINT", True)}
        for event in (
            "filing.filed",
            "filing.acknowledged",
            "filing.owner_changed",
            "clock.extended",
            "filing.decided",
            "filing.escalated",
        ):
            assert event in events(ref), event

        answer = api.post(f"/complaints/{ref}/export").json()
        told = json.loads(answer["document"])
        assert (told["alleged"], told["substantiated"]) == ("ABUSE", "FREQUENT")
        assert told["about_staff_known"] is True
        assert "about_staff" not in told
        assert f"--subject filing:{told['id']} " in told["about"][-2]
        assert all(clock["rule_en"] and clock["rule_zh"] for clock in told["clocks"])
        (row,) = csv.DictReader(io.StringIO(answer["table"]))
        assert (row["debtor_ref"], row["authority"]) == (person, "CN_NFRA")
        assert "辱骂" not in answer["document"].replace("辱骂威胁", "")

    def test_of_what_stops_nothing(self, api):
        person = known_person(api)

        done = filed(api, "/complaints", person, reason="CN_MARKETING")

        assert done["hold_ref"] is None
        assert holds(person) == set()

    def test_about_a_credit_report_runs_the_bureaus_clock_as_well(self, api):
        done = filed(api, "/complaints", known_person(api), reason="BUREAU")

        rules = {clock["rule_id"] for clock in shown(api, done["ref"])["clocks"]}
        assert "cn.credit.complaint" in rules

    def test_once_taken_back_is_taken_up_again(self, api):
        person = known_person(api)
        ref = filed(api, "/complaints", person, reason="FREQUENT")["ref"]
        step(api, f"/filings/{ref}/withdrawal", ref)
        assert holds(person) == {("COMPLAINT", False)}

        step(api, f"/filings/{ref}/reopening", ref, text="又打来了。")

        assert shown(api, ref)["filing"]["cycle"] == 2
        assert ("COMPLAINT", True) in holds(person)


class TestOwner:
    def test_is_not_the_one_whom_it_is_about(self, api):
        accused = new_staff(Role.SUPERVISOR).id
        done = filed(api, "/complaints", known_person(api), reason="ABUSE", about_staff=accused)

        refused(
            api,
            f"/filings/{done['ref']}/owner",
            {"version": version(api, done["ref"]), "owner_id": accused},
            403,
            "NOT_INDEPENDENT",
        )

    def test_did_not_make_a_contact_that_it_speaks_of(self, api):
        person = known_person(api)
        caller = new_principal(Role.SUPERVISOR)
        call = called_by(person, _may_record(caller))
        done = filed(api, "/complaints", person, reason="ABUSE", contacts=[call])
        ref = done["ref"]
        assert len(shown(api, ref)["complaint"]["attempt_ids"]) == 1

        refused(
            api,
            f"/filings/{ref}/owner",
            {"version": version(api, ref), "owner_id": int(caller.id)},
            403,
            "NOT_INDEPENDENT",
        )
        other = new_staff(Role.SUPERVISOR).id
        assert step(api, f"/filings/{ref}/owner", ref, owner_id=other)["owner_id"] == other

    def test_is_needed_and_whoever_decides_is_as_independent(self, api):
        person, accused = known_person(api), new_principal(Role.COMPLIANCE)
        done = filed(api, "/complaints", person, reason="ABUSE", about_staff=int(accused.id))
        ref = done["ref"]
        step(api, f"/complaints/{ref}/acknowledgement", ref)
        step(api, f"/filings/{ref}/work", ref)
        answer = {"finding": "REJECTED", "reasons": "未查实。"}
        refused(
            api,
            f"/complaints/{ref}/decision",
            {"version": version(api, ref), **answer},
            409,
            "NO_OWNER",
        )
        step(api, f"/filings/{ref}/owner", ref, owner_id=new_staff(Role.SUPERVISOR).id)

        said = ComplaintDecided(Finding.REJECTED, "未查实。", version(api, ref))
        with pytest.raises(NotIndependent):
            decide_complaint(ref, said, actor=accused, today=today(), now=datetime.now(UTC))
        step(api, f"/complaints/{ref}/decision", ref, **answer)

    def test_alone_lets_it_be_taken_back_and_never_whom_it_is_about(self, api):
        accused, team = new_principal(Role.COMPLIANCE), new_team("collectors")
        said = {"reason": "ABUSE", "about_staff": int(accused.id)}
        ref = filed(api, "/complaints", known_person(api, team="collectors"), **said)["ref"]
        collector = new_principal(Role.COLLECTOR, teams=(team,))
        by = {"version": version(api, ref), "today": today(), "now": datetime.now(UTC)}

        for actor, refusal in ((accused, NotIndependent), (collector, NotPermitted)):
            with pytest.raises(refusal):
                take_back(ref, actor=actor, **by)
        assert shown(api, ref)["filing"]["state"] == "FILED"

    def test_is_somebody_who_works_here(self, api):
        ref = filed(api, "/complaints", known_person(api), reason="ABUSE")["ref"]

        body = {"version": version(api, ref), "owner_id": 987_654}
        refused(api, f"/filings/{ref}/owner", body, 404, "UNKNOWN_STAFF")


def _may_record(actor):
    from dataclasses import replace

    more = {"BOOK_CHANGE", "CASE_WORK", "CONTACT_MAKE"}
    from forbear.values.principal import Sight

    return replace(actor, permissions=actor.permissions | more, sight=Sight.ALL, teams=())


class TestClocks:
    def test_that_ran_out_are_listed_and_told_once(self, api):
        person = known_person(api)
        ref = filed(api, "/complaints", person, reason="FREQUENT", received_date=days_ago(40))[
            "ref"
        ]
        step(api, f"/complaints/{ref}/acknowledgement", ref)

        late = api.get("/late-filings").json()["items"]
        assert [(row["filing_ref"], row["rule_id"]) for row in late] == [(ref, "cn.complaint.nfra")]
        assert shown(api, ref)["filing"]["late"] is True
        body = {"version": version(api, ref), "step": "complex", "text": "x"}
        refused(api, f"/filings/{ref}/extension", body, 409, "TOO_LATE_TO_LENGTHEN")
        clock = system("clock")
        now = datetime.now(UTC)
        assert notice_due(actor=clock, today=today(), now=now).clocks == 1
        assert notice_due(actor=clock, today=today(), now=now).clocks == 0
        assert events(ref).count("clock.missed") == 1
        with pytest.raises(NotPermitted):
            notice_due(actor=new_principal(Role.COMPLIANCE), today=today(), now=now)

    def test_of_the_longest_kind_take_a_second_person(self, api):
        ref = filed(api, "/complaints", known_person(api), reason="FREQUENT")["ref"]

        body = {"version": version(api, ref), "step": "approved", "text": "特别复杂。"}
        refused(api, f"/filings/{ref}/extension", body, 403, "APPROVAL_MISSING")
        due = {clock["rule_id"]: clock["due_on"] for clock in shown(api, ref)["clocks"]}
        assert due["cn.complaint.nfra"] == days_on(15)

    def test_know_no_longer_time_by_another_name(self, api):
        ref = filed(api, "/complaints", known_person(api), reason="FREQUENT")["ref"]

        body = {"version": version(api, ref), "step": "a little", "text": "x"}
        refused(api, f"/filings/{ref}/extension", body, 422, "NO_LONGER_STEP")

    def test_run_in_every_country(self, api):
        expected = {"UK": "house.uk.complaint", "US": "house.us.complaint"}
        for law, rule in expected.items():
            ref = filed(api, "/complaints", known_person(api, law), reason="FREQUENT")["ref"]

            assert rule in {clock["rule_id"] for clock in shown(api, ref)["clocks"]}


class TestFigures:
    def test_tell_alleged_and_borne_out_apart_and_whether_in_time(self, api):
        kept = filed(api, "/complaints", known_person(api), reason="ABUSE")["ref"]
        late = filed(
            api, "/complaints", known_person(api), reason="ABUSE", received_date=days_ago(40)
        )["ref"]
        filed(api, "/complaints", known_person(api), reason="VISIT")
        for ref in (kept, late):
            step(api, f"/complaints/{ref}/acknowledgement", ref)
            step(api, f"/filings/{ref}/work", ref)
            step(api, f"/filings/{ref}/owner", ref, owner_id=new_staff(Role.SUPERVISOR).id)
            said = {"finding": "UPHELD", "substantiated": "AFTER_STOP", "reasons": "属实。"}
            step(api, f"/complaints/{ref}/decision", ref, **said)

        answer = api.get("/complaint-figures", since=days_ago(60), until=days_on(0))

        rows = {
            (row["alleged"], row["substantiated"], row["kept"]): row["complaints"]
            for row in answer.json()
        }
        assert rows == {
            ("ABUSE", "AFTER_STOP", "KEPT"): 1,
            ("ABUSE", "AFTER_STOP", "MISSED"): 1,
            ("VISIT", None, "RUNNING"): 1,
        }
        assert all(set(row) & {"ref", "debtor_ref"} == set() for row in answer.json())


def test_the_reasons_are_listed_with_what_they_are_like(api):
    own = api.get("/complaint-reasons", reasons="OWN").json()
    every = {row["code"] for row in api.get("/complaint-reasons").json()}

    assert len(own) == 17
    assert {like for row in own for like in row["like"]} <= every
    assert len({row["zh"] for row in own}) == 17


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"reason": "NOT_A_REASON"}, 422, "UNKNOWN_COMPLAINT_REASON"),
        ({"reason": "ABUSE", "contacts": ["nobody's call"]}, 404, "UNKNOWN_CONTACT"),
        ({"reason": "ABUSE", "about_staff": 987_654}, 404, "UNKNOWN_STAFF"),
    ],
    ids=["reason", "contact", "staff"],
)
def test_what_is_not_there_is_refused_and_nothing_is_kept(api, body, status, code):
    person = known_person(api)

    refused(api, "/complaints", filing(person, **body), status, code)

    assert holds(person) == set()
    assert api.get("/filings").json()["items"] == []
    with acting(SETUP):
        assert not Clock.objects.exists()


class TestAnAgency:
    def test_hands_a_complaint_on_and_cannot_take_it_back(self, api):
        person = known_person(api)
        agency = caller(Scope.AGENCY_CONTACT, Scope.FILINGS_TAKE)
        with acting(SETUP):
            (team,) = agencies()
            give_to_team(people_by_ref([person])[person], team.id)

        ref = filed(agency, "/complaints", person, reason="ABUSE", intake="AGENCY")["ref"]

        assert holds(person) == {("COMPLAINT", True)}
        body = {"version": version(api, ref)}
        refused(agency, f"/filings/{ref}/withdrawal", body, 403, "NOT_PERMITTED")
        others = known_person(api)
        said = filing(others, reason="ABUSE", intake="AGENCY")
        refused(agency, "/complaints", said, 404, "UNKNOWN_REF")
