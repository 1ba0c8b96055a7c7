"""A debt is disputed, looked into, decided and put right; every step through the API."""

from __future__ import annotations

from datetime import timedelta

from tests.support.filing import (
    events,
    filed,
    holds,
    known_person,
    shown,
    step,
    today,
)


class TestJourney:
    def test_of_a_paid_debt(self, api):
        person = known_person(api)
        loan = f"{person}-loan"

        done = filed(
            api, "/disputes", person, reason="PAID", loan_ref=loan, text="我三月就还清了。"
        )
        ref = done["ref"]
        assert done["state"] == "FILED"
        assert done["due_on"] == (today() + timedelta(days=20)).isoformat()
        assert holds(person) == {("DISPUTE", True)}
        assert {clock["rule_id"] for clock in shown(api, ref)["clocks"]} == {
            "cn.credit.dispute",
            "house.cn.debt_dispute",
        }

        step(api, f"/filings/{ref}/work", ref)
        step(api, f"/filings/{ref}/questions", ref, text="请问通过哪个账户还款？")
        assert shown(api, ref)["filing"]["state"] == "ASKED"
        assert api.post(f"/filings/{ref}/statements", {"text": "招商银行。"}).status_code == 201
        assert shown(api, ref)["filing"]["state"] == "WORKING"
        file = api.client.post(
            f"/api/v1/filings/{ref}/attachments?name=receipt.txt",
            b"paid 1,818.00 on 6 March",
            content_type="application/octet-stream",
            headers={"Authorization": f"Bearer {api.token}"},
        )
        assert file.status_code == 201, file.content

        step(
            api,
            f"/disputes/{ref}/decision",
            ref,
            finding="PARTLY",
            reasons="查到一笔未入账的还款。",
            corrections=[
                {
                    "kind": "CREDIT",
                    "loan_ref": loan,
                    "amount_minor": 61_200,
                    "since_date": "2026-02-06",
                },
                {"kind": "BUREAU_LINE", "loan_ref": loan, "since_date": "2026-02-01"},
            ],
        )

        whole = shown(api, ref)
        assert (whole["filing"]["state"], whole["filing"]["finding"]) == ("DECIDED", "PARTLY")
        assert whole["filing"]["due_on"] is None
        assert all(clock["met_at"] for clock in whole["clocks"])
        assert holds(person) == {("DISPUTE", False)}
        assert [said["kind"] for said in whole["statements"]] == [
            "FILED",
            "QUESTION",
            "ANSWER",
            "REASONS",
        ]
        assert [each["text"] for each in whole["statements"]] == [None] * 4
        credit, line = whole["corrections"]
        assert credit["done_as"].startswith("posting:")
        assert line["done_at"] is None or line["done_as"]
        paid = [row for row in api.get("/payments").json()["items"] if row["loan_ref"] == loan]
        assert [row["amount_minor"] for row in paid] == [61_200]

        reopened = step(api, f"/filings/{ref}/reopening", ref, text="还有一笔也没有入账。")
        assert reopened["state"] == "WORKING"
        assert ("DISPUTE", True) in holds(person)
        assert shown(api, ref)["filing"]["due_on"] == (today() + timedelta(days=20)).isoformat()
        step(api, f"/filings/{ref}/withdrawal", ref)
        assert ("DISPUTE", True) not in holds(person)
        told = events(ref)
        for event in (
            "filing.filed",
            "clock.started",
            "filing.statement_added",
            "filing.taken_up",
            "filing.asked",
            "attachment.added",
            "filing.decided",
            "correction.asked",
            "correction.done",
            "filing.reopened",
            "filing.withdrawn",
        ):
            assert event in told, event
