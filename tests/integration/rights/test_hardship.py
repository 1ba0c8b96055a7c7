"""Hardship is declared, helped with, looked at again and ended; distress stops contact at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.actions.approval import ask_approval, grant
from forbear.contexts.people.actions.staff import change_staff
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.models import Hold, Loan, Vulnerability
from forbear.contexts.rights.actions.notice import notice_due
from forbear.contexts.rights.solve import WRITE_OFF
from forbear.values.money import Currency
from forbear.values.principal import system
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
from tests.support.people import new_principal
from tests.support.portfolio import SETUP


def cares(person: str) -> set[tuple[str, int]]:
    with reading(SETUP):
        rows = Vulnerability.objects.filter(debtor__ref=person, ended_at=None)
        return set(rows.values_list("kind", "severity"))


def spans(person: str) -> set[tuple[str, str | None]]:
    """The kinds of a person's holds that bind, and before which day each ends."""
    with reading(SETUP):
        rows = Hold.objects.filter(debtor__ref=person, released_at=None)
        return {(row.kind, row.end_date and row.end_date.isoformat()) for row in rows}


class TestJourney:
    def test_of_lost_work(self, api):
        person = known_person(api)

        done = filed(api, "/hardships", person, category="JOB_LOSS", severity=3)
        ref = done["ref"]
        assert holds(person) == {("HARDSHIP", True)}
        assert cares(person) == {("LOW_INCOME", 3)}
        assert shown(api, ref)["hardship"]["review_date"] == days_on(30)

        frozen = {"solution": "FREEZE", "reasons": "三个月内停计。", "until_date": days_on(20)}
        step(api, f"/hardships/{ref}/solution", ref, **frozen)
        assert shown(api, ref)["filing"]["state"] == "GRANTED"
        assert shown(api, ref)["hardship"]["review_date"] == days_on(20)
        assert spans(person) == {("HARDSHIP", days_on(20)), ("PAUSE", days_on(20))}

        step(api, f"/hardships/{ref}/review", ref, text="仍在找工作。")
        assert shown(api, ref)["filing"]["state"] == "GRANTED"
        assert shown(api, ref)["hardship"]["solution"] == "FREEZE"

        step(api, f"/filings/{ref}/work", ref)
        paused = {
            "solution": "PAUSE",
            "reasons": "已找到工作，再缓一月。",
            "until_date": days_on(9),
        }
        step(api, f"/hardships/{ref}/solution", ref, **paused)
        assert spans(person) == {("HARDSHIP", days_on(9))}

        step(api, f"/hardships/{ref}/end", ref, text="已恢复还款。")
        assert spans(person) == set()
        assert shown(api, ref)["filing"]["state"] == "ENDED"
        assert api.get("/hardship-reviews").json()["items"] == []
        for event in ("filing.filed", "filing.granted", "filing.taken_up", "filing.ended"):
            assert event in events(ref), event

    def test_that_ends_in_a_plan_names_what_was_proposed_to_this_person(self, api):
        person, other = known_person(api), known_person(api)
        for ref, whose in (("A-mine", person), ("A-else", other)):
            budget = {"currency": "CNY", "can_pay_month_minor": 20_000}
            wanted = {"debtor_ref": whose, "loan_refs": [f"{whose}-loan"], "target": "PAYOFF"}
            done = api.post(
                "/arrangements", {**wanted, "budget": budget, "ref": ref, "kind": "EQUAL"}
            )
            assert done.status_code == 201, done.content
        ref = filed(api, "/hardships", person, category="LOW_INCOME", severity=3)["ref"]
        plan = {"solution": "PLAN", "reasons": "按能力分期。", "until_date": days_on(14)}

        body = {"version": version(api, ref), **plan, "arrangement_ref": "A-else"}
        refused(api, f"/hardships/{ref}/solution", body, 404, "NO_SUCH_ARRANGEMENT")
        step(api, f"/hardships/{ref}/solution", ref, **plan, arrangement_ref="A-mine")

        assert shown(api, ref)["hardship"]["proposal_ref"] == "A-mine"
        assert ("HARDSHIP", days_on(14)) in spans(person)

    def test_that_is_declined_lets_contact_go_on(self, api):
        person = known_person(api)
        ref = filed(api, "/hardships", person, category="OTHER", severity=1)["ref"]

        step(api, f"/hardships/{ref}/solution", ref, solution="NONE", reasons="收入充足。")

        assert shown(api, ref)["filing"]["state"] == "DECIDED"
        assert spans(person) == set()

    def test_is_told_when_its_review_has_come(self, api):
        person = known_person(api)
        ref = filed(api, "/hardships", person, category="JOB_LOSS", severity=3)["ref"]
        later = today() + timedelta(days=31)
        clock, now = system("clock"), datetime.now(UTC)

        assert notice_due(actor=clock, today=today(), now=now).reviews == 0
        assert notice_due(actor=clock, today=later, now=now).reviews == 1
        assert notice_due(actor=clock, today=later, now=now).reviews == 0
        assert events(ref).count("review.due") == 1


class TestDistress:
    def test_stops_contact_at_once_and_names_who_helps(self, api):
        person = known_person(api)

        answer = api.post("/distress", filing(person, intake="PHONE"))

        assert answer.status_code == 201, answer.content
        told = answer.json()
        assert holds(person) == {("SELF_HARM", True)}
        assert cares(person) == {("SELF_HARM_RISK", 5)}
        assert {row["phone"] for row in told["helpers"]} == {"12356", "120"}
        assert "distress.signalled" in events(told["filed"]["ref"])
        assert shown(api, told["filed"]["ref"])["statements"] == []

    def test_is_the_same_when_it_is_told_twice(self, api):
        said = filing(known_person(api))

        assert api.post("/distress", said).status_code == 201
        assert api.post("/distress", said).status_code == 200
        assert events(said["ref"]).count("distress.signalled") == 1

    def test_ends_with_a_human_alone(self, api):
        person = known_person(api)
        ref = api.post("/distress", filing(person)).json()["filed"]["ref"]
        hold = shown(api, ref)
        (kept,) = api.get(f"/debtors/{person}").json()["holds"]

        refused(api, f"/holds/{kept['ref']}/release", {"evidence": "x"}, 409, "HOLD_OF_FILING")
        assert hold["filing"]["state"] == "FILED"
        assert holds(person) == {("SELF_HARM", True)}


class TestWordsAboutHealth:
    def test_are_kept_with_consent_alone(self, api):
        person = known_person(api)
        said = filing(person, category="ILLNESS", severity=2, text="我得了重病。")

        refused(api, "/hardships", said, 403, "NOTE_NEEDS_CONSENT")
        assert holds(person) == set()
        assert api.post("/hardships", {**said, "consented": True}).status_code == 201


class TestWriteOff:
    def test_takes_a_second_person_and_the_whole_amount(self, api):
        person = known_person(api)
        loan = f"{person}-loan"
        ref = filed(api, "/hardships", person, category="ILLNESS", severity=5, loan_ref=loan)["ref"]
        with reading(SETUP):
            row = Loan.objects.get(ref=loan)
        said = {"solution": "WRITE_OFF", "reasons": "确无偿还能力。", "amount_minor": 900_000}

        body = {"version": version(api, ref), **said}
        refused(api, f"/hardships/{ref}/solution", body, 403, "APPROVAL_MISSING")
        refused(
            api, f"/hardships/{ref}/solution", {**body, "amount_minor": 1}, 422, "INVALID_FIELD"
        )
        assert shown(api, ref)["filing"]["state"] == "FILED"

        now = datetime.now(UTC)
        asker, decider = new_principal(Role.COMPLIANCE), new_principal(Role.COMPLIANCE)
        change_staff(
            int(decider.id),
            authority_minor=1_000_000,
            authority_currency=Currency.CNY,
            actor=SETUP,
            now=now,
        )
        approval = ask_approval(
            WRITE_OFF,
            subject=f"loan:{row.pk}",
            debtor_id=row.debtor_id,
            amount_minor=900_000,
            currency=Currency.CNY,
            actor=asker,
            now=now,
        )
        grant(approval, actor=decider, now=now)

        step(api, f"/hardships/{ref}/solution", ref, approval_id=approval, **said)

        with reading(SETUP):
            assert Loan.objects.get(ref=loan).state == "WRITTEN_OFF"
        assert spans(person) == set()
        body = {"version": version(api, ref), **said, "approval_id": approval}
        assert api.post(f"/hardships/{ref}/solution", body).status_code == 409


class TestPausesOfTheLaw:
    def test_breathing_space_lasts_sixty_days_once_a_year(self, api):
        person = known_person(api, "UK")
        said = {"debtor_ref": person, "kind": "BREATHING_SPACE"}

        done = api.post("/pauses", {**said, "ref": "B-1", "started_date": days_ago(0)})

        assert done.status_code == 201, done.content
        assert done.json()["until_date"] == days_on(60)
        assert done.json()["rule_id"] == "uk.breathing_space.length"
        assert spans(person) == {("BREATHING_SPACE", days_on(60))}
        again = {**said, "ref": "B-2", "started_date": days_ago(0)}
        refused(api, "/pauses", again, 403, "PAUSED_BEFORE")

    def test_a_crisis_lasts_while_treatment_does_and_thirty_days(self, api):
        person = known_person(api, "UK")
        said = {"ref": "K-1", "debtor_ref": person, "kind": "CRISIS", "started_date": days_ago(9)}
        assert api.post("/pauses", said).json()["until_date"] is None
        assert spans(person) == {("CRISIS", None)}

        done = api.post("/pauses/K-1/treatment-end", {"ended_date": days_ago(1)})

        assert done.json()["until_date"] == days_on(29)
        assert spans(person) == {("CRISIS", days_on(29))}

    def test_debt_advice_rests_thirty_days_and_thirty_more_on_progress(self, api):
        person = known_person(api, "UK")
        said = {"ref": "A-1", "debtor_ref": person, "kind": "DEBT_ADVICE"}
        first = api.post("/pauses", {**said, "started_date": days_ago(5)})
        assert first.json()["until_date"] == days_on(25)

        body = {"step": "progress", "evidence": "letter-7"}
        longer = api.post("/pauses/A-1/extension", body)

        assert longer.status_code == 200, longer.content
        assert longer.json()["until_date"] == days_on(55)
        assert spans(person) == {("DEBT_ADVICE", days_on(55))}

    @pytest.mark.parametrize("kind", ["BREATHING_SPACE", "CRISIS", "DEBT_ADVICE"])
    def test_are_not_invented_where_the_law_has_none(self, api, kind):
        person = known_person(api, "US")
        said = {"ref": "N-1", "debtor_ref": person, "kind": kind, "started_date": days_ago(0)}

        refused(api, "/pauses", said, 403, "NO_SUCH_PAUSE")
        assert spans(person) == set()
